//! What stands above the findings: the controllers.

use std::fmt::Write as _;

use igw_core::facts::Facts;
use igw_core::report::Theme;
use igw_core::text;

use crate::{controllers, judged};

pub fn head(facts: &Facts, theme: &Theme) -> String {
    let mut out = String::new();
    for controller in controllers::find(facts) {
        let meta = &controller.workload.meta;
        if !judged::serves_all(facts, meta) {
            continue;
        }
        let replicas = text::count(controller.workload.replicas as usize, "replica");
        let title = text::clean(&controller.title());
        let about = text::clean(&format!("{}, {replicas}", meta.title()));
        let _ = writeln!(out, "{}   {about}", theme.bold(&title));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}
