//! What stands above the findings: what each Bifrost does.

use std::fmt::Write as _;

use igw_core::bifrost::instances;
use igw_core::bifrost::prediction::Start;
use igw_core::facts::Facts;
use igw_core::finding::Severity;
use igw_core::report::Theme;
use igw_core::text;

use crate::observed::failing;
use crate::predicted::{code, prediction};

pub fn head(facts: &Facts, theme: &Theme) -> String {
    let mut out = String::new();
    for instance in instances::all(facts) {
        let found = prediction(facts, instance);
        let title = text::clean(&instance.subject.title());
        let providers = instance.config().map(|c| text::count(c.providers.len(), "provider"));
        let about = [Some(instance.title()), providers];
        let about: Vec<String> = about.into_iter().flatten().collect();
        let _ = writeln!(out, "{}   {}", theme.bold(&title), about.join(", "));
        let code = code(facts, instance, &found).map(|code| format!(" ({code})"));
        let code = code.unwrap_or_default();
        let failed = failing(facts, instance);
        let says = match found.says.is_empty() {
            true => String::new(),
            false => format!(": {}", text::clean(&found.says)),
        };
        let (glyph, text) = match found.start {
            Start::Listens => (theme.good(theme.tick()), "starts and listens".to_owned()),
            Start::Exits => (error_glyph(theme), format!("exits{code}{says}")),
            Start::Hangs if !instance.blocked.is_empty() || failed.is_some() => {
                (error_glyph(theme), format!("does not start{code}{says}"))
            }
            Start::Hangs => (error_glyph(theme), format!("hangs{code}{says}")),
            Start::Unknown => {
                (theme.dot().to_owned(), format!("cannot predict whether it starts{says}"))
            }
        };
        let _ = writeln!(out, "  {glyph} {}", theme.after(4, 4, &text));
        if let Some(failed) = failed.filter(|failed| !found.says.starts_with(&failed.says())) {
            let says = text::clean(&failed.says());
            let _ = writeln!(out, "  {} {}", error_glyph(theme), theme.after(4, 4, &says));
        }
        out.push('\n');
    }
    out
}

fn error_glyph(theme: &Theme) -> String {
    theme.severity(Severity::Error, theme.glyph(Severity::Error))
}
