//! # Nobody is behind the Service
//!
//! ## What it means
//! The Service exists, but has no ready endpoint for this port: its selector finds no pod, none of
//! its pods is ready, or its named `targetPort` is a name that no container port has.
//!
//! ## Why it matters
//! All conditions of the route are True, and the client gets **503** `no healthy upstream`.
//!
//! ## Example
//! `selector: {app: vllm}` and pods with the label `app: vllm-glm5`.
//!
//! ## Fix safety
//! Unsafe: whether the selector or the pods are wrong cannot be told.
//!
//! ## Sources
//! Gateway API `httproute_types.go` 288-291; kgateway main, 2.3, as seen.

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::finding::Severity;
use igw_core::scene::Scene;

use super::refs;

/// IGW0114.
pub struct BackendWithoutEndpoints;

static META: Meta = Meta {
    code: "IGW0114",
    name: "backend-without-endpoints",
    severity: Severity::Error,
    needs: &[
        Kind::HttpRoute,
        Kind::Gateway,
        Kind::GatewayClass,
        Kind::Service,
        Kind::EndpointSlice,
    ],
    source: include_str!("backend_without_endpoints.rs"),
};

impl Check for BackendWithoutEndpoints {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        refs::explained_by(cx, META.code, out, |backend, finding| {
            let body = match backend.profile.is_kgateway() {
                true => "The body is \"no healthy upstream\", and no",
                false => "No",
            };
            finding
                .explain(format!("{body} condition of the route tells of it."))
                .guide("1", Some("it does not tell 503 (nobody behind the Service) from 404"))
        });
    }
}
