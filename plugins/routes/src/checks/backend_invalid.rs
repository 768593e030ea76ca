//! # A backend is there, and the gateway cannot use it
//!
//! ## What it means
//! The reference is right, but what it leads to is not complete: a kgateway Backend for AWS whose
//! Secret is missing, a BackendTLSPolicy whose CA ConfigMap is missing, a BackendConfigPolicy whose
//! Secret is missing.
//!
//! ## Why it matters
//! kgateway makes no cluster of it, and every request there gets 500 with an empty body. From 2.4
//! on the route's conditions stay True; only the Backend's or the policy's own status tells.
//!
//! ## Example
//! A BackendTLSPolicy with `caCertificateRefs: [{kind: ConfigMap, name: upstream-ca}]`, and no such
//! ConfigMap in its namespace.
//!
//! ## Fix safety
//! Unsafe: certificates and credentials cannot be made up.
//!
//! ## Sources
//! kgateway main, 2.3, as seen.

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::finding::Severity;
use igw_core::scene::Scene;

use super::refs;

/// IGW0136.
pub struct BackendInvalid;

static META: Meta = Meta {
    code: "IGW0136",
    name: "backend-invalid",
    severity: Severity::Error,
    needs: &[
        Kind::HttpRoute,
        Kind::Gateway,
        Kind::GatewayClass,
        Kind::ReferenceGrant,
        Kind::Service,
        Kind::Backend,
        Kind::BackendTlsPolicy,
        Kind::BackendConfigPolicy,
        Kind::ConfigMap,
        Kind::Secret,
    ],
    source: include_str!("backend_invalid.rs"),
};

impl Check for BackendInvalid {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        refs::explained_by(cx, META.code, out, |_, finding| {
            finding
                .explain("The body is empty. kgateway makes no cluster of such a backend; look at the status of what is named here, not at that of the route.")
                .label("cannot be used")
        });
    }
}
