//! # An ignore annotation gives no reason
//!
//! ## What it means
//! An entry of the annotation `igw.dev/ignore` names a check, but not the reason why its findings
//! do not matter. Such an entry does nothing: the findings are still reported.
//!
//! ## Why it matters
//! Whoever reads the manifest next year cannot know whether the reason still holds.
//!
//! ## Example
//! `igw.dev/ignore: IGW0109` instead of `igw.dev/ignore: "IGW0109 traces have a host of their own"`.
//!
//! ## Fix safety
//! Unsafe: only people know the reason.
//!
//! ## Sources
//! This program.

use crate::check::Check;
use crate::finding::{Finding, Severity};
use crate::kube::Meta;
use crate::page;

pub const PATH: &str = "/metadata/annotations/igw.dev~1ignore";

pub static CHECK: Check = Check {
    code: "IGW0001",
    name: "ignore-without-reason",
    severity: Severity::Warning,
    needs: &[],
    page: page!(),
    run: |_, _| (),
};

/// An entry without a reason.
pub fn finding(object: &Meta, check: &Check) -> Finding {
    let title = format!("{} is not ignored here: the annotation gives no reason.", check.code);
    Finding::at(object, PATH, title)
        .explain(format!("Write the reason after the code: igw.dev/ignore: \"{} …\".", check.code))
        .label("no reason")
}
