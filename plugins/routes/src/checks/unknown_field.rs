//! # A field does not exist
//!
//! ## What it means
//! The manifest has a field that its kind does not have: misspelt, at the wrong depth, or of the
//! experimental channel of the Gateway API.
//!
//! ## Why it matters
//! `kubectl apply` refuses the object (strict field validation); tools that do not validate drop
//! the field silently.
//!
//! ## Example
//! `backendRef:` for `backendRefs:`; `retry:` in a rule, with the standard channel installed.
//!
//! ## Fix safety
//! Unsafe: what was meant cannot be told.
//!
//! ## Sources
//! The CRDs of Gateway API 1.6.1, standard channel; answers of a real API server, as seen.

use igw_core::check::{Check, Meta, Sink};
use igw_core::finding::Severity;
use igw_core::scene::Scene;
use igw_core::schema::Gate;

use super::route_invalid::refused;

/// IGW0130.
pub struct UnknownField;

static META: Meta = Meta {
    code: "IGW0130",
    name: "unknown-field",
    severity: Severity::Error,
    needs: &[],
    source: include_str!("unknown_field.rs"),
};

impl Check for UnknownField {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        refused(cx, Gate::UnknownField, out, |_, field, message| {
            format!("{field} {message}: the API server refuses the object.")
        });
    }
}
