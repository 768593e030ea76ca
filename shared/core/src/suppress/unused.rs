//! # An ignore annotation does nothing
//!
//! ## What it means
//! The annotation `igw.dev/ignore` names a check that finds nothing at this object, or no check at
//! all.
//!
//! ## Why it matters
//! It does no harm today. But it will hide the fault when that comes back, and nobody will know.
//!
//! ## Example
//! `igw.dev/ignore: "IGW0110 canary is not deployed yet"`, and the canary is deployed by now.
//!
//! ## Fix safety
//! Safe: removing the entry changes nothing that is served.
//!
//! ## Sources
//! This program.

use crate::check;
use crate::facts::Meta;
use crate::finding::{Finding, Severity};

/// IGW0002.
pub static META: check::Meta = check::Meta {
    code: "IGW0002",
    name: "ignore-unused",
    severity: Severity::Info,
    needs: &[],
    source: include_str!("unused.rs"),
};

/// An entry for a check that found nothing here.
pub fn finding(object: &Meta, check: &check::Meta) -> Finding {
    let title = format!("{} {} is ignored, and finds nothing here.", check.code, check.name);
    Finding::at(object, super::without_reason::PATH, title)
        .explain("Remove the entry: it would hide the fault when that comes back.")
        .label("does nothing")
}

/// An entry that names no check.
pub fn no_such_check(object: &Meta, wanted: &str, near: &check::Meta) -> Finding {
    let title = format!("There is no check {wanted} to ignore.");
    Finding::at(object, super::without_reason::PATH, title)
        .explain(format!("Did you mean {} {}?", near.code, near.name))
        .label("no such check")
}
