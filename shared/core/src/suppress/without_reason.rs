//! # An ignore annotation gives no reason
//!
//! ## What it means
//! An entry of the annotation `igw.dev/ignore` is a check without the reason why its findings do
//! not matter. Such an entry does nothing: the findings are told.
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

use crate::check;
use crate::facts::Meta;
use crate::finding::{Finding, Severity};

/// Where the annotation stands.
pub const PATH: &str = "/metadata/annotations/igw.dev~1ignore";

/// IGW0001.
pub static META: check::Meta = check::Meta {
    code: "IGW0001",
    name: "ignore-without-reason",
    severity: Severity::Warning,
    needs: &[],
    source: include_str!("without_reason.rs"),
};

/// An entry without a reason.
pub fn finding(object: &Meta, check: &check::Meta) -> Finding {
    let title = format!("{} is not ignored here: the annotation gives no reason.", check.code);
    Finding::at(object, PATH, title)
        .explain(format!("Write the reason after the code: igw.dev/ignore: \"{} …\".", check.code))
        .label("no reason")
}
