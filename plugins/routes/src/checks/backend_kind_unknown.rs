//! # The implementation does not support this kind of backend
//!
//! ## What it means
//! A `backendRef` has a group and kind that the implementation does not send requests to. kgateway
//! supports core Services, its own Backends (`group: gateway.kgateway.dev`) and, for delegation,
//! HTTPRoutes. Envoy Gateway supports core Services, ServiceImports of `multicluster.x-k8s.io` and its
//! own Backends (`group: gateway.envoyproxy.io`). Other implementations are not checked.
//!
//! ## Why it matters
//! The route has `ResolvedRefs=False InvalidKind` «unknown backend kind»; the client gets 500 with
//! an empty body.
//!
//! ## Example
//! `kind: Backend` without `group`, `kind: Service` with `group: v1`, an InferencePool.
//!
//! ## Fix safety
//! Safe where the intended group is clear (`v1`, `core` or `apps` for a Service; none for a
//! Backend).
//!
//! ## Sources
//! Gateway API `shared_types.go` 311-334; observed in kgateway main, 2.3 and 2.2;
//! Envoy Gateway `internal/gatewayapi/validate.go`.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::fix::Fix;
use igw_core::kube::{KGATEWAY_API, Kind, pointer};
use igw_core::route::backend::{self, BackendKind};
use igw_core::route::followed;
use igw_core::route::followed::FollowedBackend;
use igw_core::route::outcome::Outcome;
use igw_core::{page, text};

use crate::refs::BackendWords as _;

pub static CHECK: Check = Check {
    code: "IGW0113",
    name: "backend-kind-unknown",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::GatewayClass],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for backend in followed::backends(facts) {
        match backend::target(backend.reference, &backend.profile) {
            BackendKind::UnknownKind | BackendKind::Undecided
                if backend.judged.outcome == Outcome::Unknown => {}
            BackendKind::UnknownKind => out.finding(finding(backend)),
            BackendKind::Undecided if pool_is_missing(backend) => out.finding(finding(backend)),
            BackendKind::Undecided => {}
            _ => out.passed(),
        }
    }
}

/// kgateway 2.2 looks for InferencePools, of which it installs no CRD, and finds none (seen).
fn pool_is_missing(backend: &FollowedBackend) -> bool {
    backend.profile.is_kgateway()
        && backend.reference.kind == "InferencePool"
        && !backend.profile.kgateway_before(2, 2)
}

fn finding(backend: &FollowedBackend) -> Finding {
    let reference = backend.reference;
    let (group, kind) = (reference.group.as_ref(), reference.kind.as_ref());
    let named = match group {
        "" => format!("{kind} of the core group"),
        group => format!("{kind} of group {group}"),
    };
    let reason = match pool_is_missing(backend)
        && backend::target(reference, &backend.profile) == BackendKind::Undecided
    {
        true => "BackendNotFound",
        false => "InvalidKind",
    };
    let hint = match (group, kind) {
        (_, "Service") => "The group of a Service is empty: write group: \"\" or leave it out.",
        ("", "Backend") if backend.profile.is_kgateway() => {
            "kgateway's Backend needs group: gateway.kgateway.dev."
        }
        (_, "InferencePool") if backend.profile.is_kgateway() => {
            "kgateway's Envoy proxies support InferencePools only up to 2.1; agentgateway supports them."
        }
        (_, "Deployment" | "StatefulSet" | "Pod") => "Refer to a Service in front of it instead.",
        _ => "",
    };
    backend
        .finding(&format!("{} does not send requests to {}", backend.profile, text::a(&named)))
        .explain(format!("{}. {hint}", backend.condition(reason)).trim_end().to_owned())
        .label(text::a(&named))
        .repair(regrouped(backend))
        .guide("1", None)
}

/// The group that is clearly meant.
fn regrouped(backend: &FollowedBackend) -> Option<Fix> {
    let reference = backend.reference;
    let group = match (reference.group.as_ref(), reference.kind.as_ref()) {
        ("v1" | "core" | "apps", "Service") => "",
        ("", "Backend") if backend.profile.is_kgateway() => KGATEWAY_API,
        _ => return None,
    };
    let at = format!("{}/group", backend.path());
    let shown = if group.is_empty() { "\"\"" } else { group };
    let field = format!("{} of {}", pointer::dotted(&at), backend.route.meta.title());
    Some(Fix::safe(format!("set {field} to {shown}")).put(&backend.route.meta, at, group))
}
