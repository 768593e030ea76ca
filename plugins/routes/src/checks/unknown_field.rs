//! # A field does not exist
//!
//! ## What it means
//! The manifest has a field that its kind does not have: misspelt, at the wrong depth, or only in
//! the experimental channel of the Gateway API.
//!
//! ## Why it matters
//! `kubectl apply` refuses the object (strict field validation); tools that do not validate drop
//! the field silently.
//!
//! ## Example
//! `backendRef:` instead of `backendRefs:`; `retry:` in a rule, with the standard channel
//! installed.
//!
//! ## Fix safety
//! Unsafe: the tool cannot know what was meant.
//!
//! ## Sources
//! The CRDs of Gateway API 1.6.1, standard channel; observed answers of a real API server.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::Severity;
use igw_core::page;
use igw_core::schema::Gate;

use crate::refused::refused;

pub static CHECK: Check = Check {
    code: "IGW0130",
    name: "unknown-field",
    severity: Severity::Error,
    needs: &[],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    refused(facts, Gate::UnknownField, out, |_, field, message| {
        format!("{field} {message}: the API server refuses the object.")
    });
}
