//! What stands above the findings: each Langfuse, with its parts.

use std::fmt::Write as _;

use igw_core::facts::Facts;
use igw_core::langfuse::{installations, services};
use igw_core::report::Theme;
use igw_core::text;

pub fn head(facts: &Facts, theme: &Theme) -> String {
    let mut out = String::new();
    for own in installations::judged(facts) {
        let Some(meta) = own.meta() else { continue };
        let release = own.title();
        let workers = match own.workers.len() {
            0 => "no worker seen".to_owned(),
            count => text::count(count, "worker"),
        };
        let ways = services::names_of(facts, own);
        let ways = match ways.is_empty() {
            true => String::new(),
            false => format!(", Service {}", text::some_of(&ways, 2)),
        };
        let title = text::clean(&meta.title());
        let about = text::clean(&format!("{release}, {workers}{ways}"));
        let _ = writeln!(out, "{}   {about}", theme.bold(&title));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}
