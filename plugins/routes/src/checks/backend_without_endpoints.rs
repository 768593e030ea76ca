//! # The Service has no ready endpoints
//!
//! ## What it means
//! The Service exists, but has no ready endpoint for this port: its selector matches no pod, none
//! of its pods is ready, or its named `targetPort` is not the name of any container port.
//!
//! ## Why it matters
//! All conditions of the route are True, and the client gets **503** `no healthy upstream`.
//!
//! ## Example
//! `selector: {app: vllm}` and pods with the label `app: vllm-glm5`.
//!
//! ## Fix safety
//! Unsafe: the tool cannot know whether the selector or the pods are wrong.
//!
//! ## Sources
//! Gateway API `httproute_types.go` 288-291; observed in kgateway main and 2.3.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::Severity;
use igw_core::kube::Kind;
use igw_core::page;
use igw_core::route::outcome::BackendCause;

use crate::refs;

pub static CHECK: Check = Check {
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
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    refs::explained_by(facts, BackendCause::NoEndpoints, out, |backend, finding| {
        let body = match backend.profile.is_kgateway() {
            true => "The body is \"no healthy upstream\", and no",
            false => "No",
        };
        // In a GitOps tree that is most often meant so; a request still gets 503.
        let scaled = facts.store.is_of_tree() && backend.judged.says.contains("0 replicas");
        let finding = if scaled { finding.only(Severity::Info) } else { finding };
        finding
            .explain(format!("{body} condition of the route reports it."))
            .guide("1", Some("it does not distinguish 503 (no ready endpoint) from 404 (no route)"))
    });
}
