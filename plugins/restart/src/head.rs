//! What stands above the findings: what a restart of each workload means.

use std::fmt::Write as _;

use igw_core::facts::Facts;
use igw_core::report::Theme;
use igw_core::text;

use crate::{outage, subject};

pub fn head(facts: &Facts, theme: &Theme) -> String {
    let mut out = String::new();
    for own in subject::all(facts) {
        let meta = &own.workload.meta;
        let title = text::clean(&meta.title());
        let _ = writeln!(out, "{}   {}", theme.bold(&title), outage::says(facts, own));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}
