//! What stands above the findings: what a restart of each workload means.

use std::fmt::Write as _;

use igw_core::facts::Facts;
use igw_core::report::Theme;
use igw_core::text;

use crate::{argo_rollouts, outage, subject};

pub fn head(facts: &Facts, theme: &Theme) -> String {
    let mut out = String::new();
    for own in subject::all(facts) {
        let meta = &own.workload.meta;
        let title = text::clean(&meta.title());
        let _ = writeln!(out, "{}   {}", theme.bold(&title), outage::says(facts, own));
    }
    for own in argo_rollouts::all(facts) {
        let title = text::clean(&own.meta.title());
        let namespace = Some(own.meta.namespace.as_str()).filter(|own| !own.is_empty());
        let command = argo_rollouts::command(namespace, &own.meta.name);
        let _ = writeln!(out, "{}   restarted by: {command}", theme.bold(&title));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}
