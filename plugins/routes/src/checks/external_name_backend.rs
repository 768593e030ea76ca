//! # The backend is an ExternalName Service
//!
//! ## What it means
//! A rule sends requests to a Service of type ExternalName. The specification advises against
//! supporting these, and kgateway does not resolve them.
//!
//! ## Why it matters
//! Without `ports` the route has `ResolvedRefs=False BackendNotFound`, and the client gets 500.
//! With `ports` all conditions are True, and the client gets **503** `no healthy upstream`: the
//! Service never has endpoints.
//!
//! ## Example
//! `type: ExternalName, externalName: api.provider.example`. kgateway's own kind `Backend`
//! (`static.hosts`) does what is meant.
//!
//! ## Fix safety
//! Unsafe: the replacement is an object of another kind.
//!
//! ## Sources
//! Gateway API `object_reference_types.go` 117-122; kgateway main, 2.3, as seen.

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::finding::Severity;
use igw_core::scene::Scene;

use super::refs;

/// IGW0112.
pub struct ExternalNameBackend;

static META: Meta = Meta {
    code: "IGW0112",
    name: "external-name-backend",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::GatewayClass, Kind::Service],
    source: include_str!("external_name_backend.rs"),
};

impl Check for ExternalNameBackend {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        refs::explained_by(cx, META.code, out, |_, finding| {
            finding
                .explain(
                    "kgateway never resolves the external name. Its own kind Backend with \
                     static.hosts sends requests out of the cluster.",
                )
                .label("an ExternalName Service")
        });
    }
}
