//! # An ignore annotation does nothing
//!
//! ## What it means
//! The annotation `igw.dev/ignore` names a check that finds nothing at this object, or a check that
//! does not exist.
//!
//! ## Why it matters
//! It does no harm today, but it hides the fault if that comes back.
//!
//! ## Example
//! `igw.dev/ignore: "IGW0110 canary is not deployed yet"`, although the canary is deployed by now.
//!
//! ## Fix safety
//! Safe: removing the entry changes nothing that is served.
//!
//! ## Sources
//! This program.

use crate::check::Check;
use crate::finding::{Finding, Severity};
use crate::kube::Meta;
use crate::page;

pub static CHECK: Check = Check {
    code: "IGW0002",
    name: "ignore-unused",
    severity: Severity::Info,
    needs: &[],
    page: page!(),
    run: |_, _| (),
};

/// An entry for a check that found nothing here.
pub fn finding(object: &Meta, check: &Check) -> Finding {
    let title = format!("{} {} is ignored here, but finds nothing.", check.code, check.name);
    Finding::at(object, super::without_reason::PATH, title)
        .explain("Remove the entry: it would hide the fault if that comes back.")
        .label("does nothing")
}

/// An entry that names no check.
pub fn no_such_check(object: &Meta, wanted: &str, near: &Check) -> Finding {
    let title = format!("The annotation ignores {wanted}, which is not a check.");
    Finding::at(object, super::without_reason::PATH, title)
        .explain(format!("Did you mean {} {}?", near.code, near.name))
        .label("no such check")
}
