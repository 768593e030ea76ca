//! What stands above the findings: what each Bifrost does.

use std::fmt::Write as _;

use igw_core::bifrost::instances;
use igw_core::bifrost::prediction::Start;
use igw_core::facts::Facts;
use igw_core::finding::Severity;
use igw_core::report::Theme;
use igw_core::text;

use crate::codes;
use crate::predicted::prediction;

pub fn head(facts: &Facts, theme: &Theme) -> String {
    let mut out = String::new();
    for instance in instances::all(facts) {
        let found = prediction(facts, instance);
        let title = text::clean(&instance.subject.title());
        let providers = instance.config().map(|c| text::count(c.providers.len(), "provider"));
        let about = [Some(instance.title()), providers];
        let about: Vec<String> = about.into_iter().flatten().collect();
        let _ = writeln!(out, "{}   {}", theme.bold(&title), about.join(", "));
        let code = found.cause.map(|cause| format!(" ({})", codes::check_of(cause).code));
        let code = code.unwrap_or_default();
        let says = match found.says.is_empty() {
            true => String::new(),
            false => format!(": {}", text::clean(&found.says)),
        };
        let (glyph, text) = match found.start {
            Start::Listens => (theme.good(theme.tick()), "starts and listens".to_owned()),
            Start::Exits => (error_glyph(theme), format!("exits{code}{says}")),
            Start::Hangs if !instance.blocked.is_empty() => {
                (error_glyph(theme), format!("does not start{code}{says}"))
            }
            Start::Hangs => (error_glyph(theme), format!("hangs{code}{says}")),
            Start::Unknown => {
                (theme.dot().to_owned(), format!("cannot predict whether it starts{says}"))
            }
        };
        let _ = writeln!(out, "  {glyph} {}\n", theme.after(4, 4, &text));
    }
    out
}

fn error_glyph(theme: &Theme) -> String {
    theme.severity(Severity::Error, theme.glyph(Severity::Error))
}
