//! What stands above the findings: assumptions, and what each Bifrost does.

use std::fmt::Write as _;

use igw_core::bifrost::OBSERVED;
use igw_core::bifrost::instance::{Instance, Way};
use igw_core::bifrost::start::Start;
use igw_core::finding::{Assumption, Severity};
use igw_core::report::{Report, Theme};
use igw_core::words;

/// What was taken for granted about versions and pods.
pub fn assumptions(instances: &[Instance]) -> Vec<Assumption> {
    let mut out = Vec::new();
    for instance in instances {
        let title = instance.subject.title();
        match instance.release {
            None => out.push(Assumption {
                what: format!("{title} is Bifrost 1.4, 1.5 or 2.0"),
                why: "its version is not in the input; --assume bifrost=VERSION".to_owned(),
            }),
            Some(release) if release > OBSERVED[2] && release.since(2, 1, 0) => {
                out.push(Assumption {
                    what: format!("Bifrost {release} behaves as 2.0"),
                    why: "1.4.19, 1.5.16 and 2.0.0-prerelease3 were observed".to_owned(),
                });
            }
            Some(_) => {}
        }
        if instance.way == Way::Alone && instance.document.is_some() {
            out.push(Assumption {
                what: format!("{title} is what Bifrost reads, with the image's own arguments"),
                why: "no pod template that mounts it is in the input".to_owned(),
            });
        }
    }
    out.sort();
    out.dedup();
    out
}

/// The Bifrosts, each with what it does.
pub fn head(instances: &[Instance], report: &Report, theme: &Theme) -> String {
    let mut out = String::new();
    for (instance, predicted) in instances.iter().zip(report.predicted.iter().flatten()) {
        let title = words::clean(&instance.subject.title());
        let providers = instance.config().map(|c| words::count(c.providers.len(), "provider"));
        let facts = [Some(instance.title()), providers];
        let facts: Vec<String> = facts.into_iter().flatten().collect();
        let _ = writeln!(out, "{}   {}", theme.bold(&title), facts.join(", "));
        let code = predicted.code.map(|code| format!(" ({code})")).unwrap_or_default();
        let says = predicted.says.as_deref().map(|says| format!(": {says}")).unwrap_or_default();
        let (glyph, text) = match predicted.start {
            Start::Listens => (theme.good(theme.tick()), "starts and listens".to_owned()),
            Start::Exits => (error_glyph(theme), format!("exits{code}{says}")),
            Start::Hangs => (error_glyph(theme), format!("hangs{code}{says}")),
            Start::Unknown => {
                (theme.dot().to_owned(), format!("whether it starts is not known{says}"))
            }
        };
        let _ = writeln!(out, "  {glyph} {}\n", theme.after(4, 4, &text));
    }
    out
}

fn error_glyph(theme: &Theme) -> String {
    theme.severity(Severity::Error, theme.glyph(Severity::Error))
}
