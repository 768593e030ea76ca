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
//! (`static.hosts`) does what is intended.
//!
//! ## Fix safety
//! Unsafe: the replacement is an object of another kind.
//!
//! ## Sources
//! Gateway API `object_reference_types.go` 117-122; observed in kgateway main and 2.3.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::Severity;
use igw_core::kube::Kind;
use igw_core::page;
use igw_core::route::outcome::BackendCause;

use crate::refs;

pub static CHECK: Check = Check {
    code: "IGW0112",
    name: "external-name-backend",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::GatewayClass, Kind::Service],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    refs::explained_by(facts, BackendCause::ExternalName, out, |_, finding| {
        finding
            .explain(
                "kgateway never resolves the external name. To send requests out of the \
                 cluster, use kgateway's own kind Backend with static.hosts.",
            )
            .label("an ExternalName Service")
    });
}
