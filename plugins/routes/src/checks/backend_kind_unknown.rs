//! # The implementation does not know this kind of backend
//!
//! ## What it means
//! A `backendRef` has a group and kind that the implementation does not send requests to.
//! kgateway knows core Services, its own Backends (`group: gateway.kgateway.dev`) and, for
//! delegation, HTTPRoutes. For other implementations this is not checked.
//!
//! ## Why it matters
//! The route has `ResolvedRefs=False InvalidKind` «unknown backend kind»; the client gets 500 with
//! an empty body.
//!
//! ## Example
//! `kind: Backend` without `group`, `kind: Service` with `group: v1`, an InferencePool.
//!
//! ## Fix safety
//! Safe for a group that is evidently meant (`v1`, `core` or `apps` for a Service; none for a
//! Backend).
//!
//! ## Sources
//! Gateway API `shared_types.go` 311-334; kgateway main, 2.3, 2.2, as seen.

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::finding::{Finding, Severity};
use igw_core::route::backend::{self, Target};
use igw_core::scene::Scene;
use igw_core::words;

use super::refs::{self, Backend};

/// IGW0113.
pub struct BackendKindUnknown;

static META: Meta = Meta {
    code: "IGW0113",
    name: "backend-kind-unknown",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::GatewayClass],
    source: include_str!("backend_kind_unknown.rs"),
};

impl Check for BackendKindUnknown {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for backend in refs::backends(cx) {
            match backend::target(backend.reference, &backend.profile) {
                Target::UnknownKind => out.finding(finding(&backend)),
                Target::Undecided if pool_is_missing(&backend) => out.finding(finding(&backend)),
                Target::Undecided => {}
                _ => out.passed(),
            }
        }
    }
}

/// kgateway 2.2 looks for InferencePools, of which it installs no CRD, and finds none (seen).
fn pool_is_missing(backend: &Backend) -> bool {
    backend.profile.is_kgateway()
        && backend.reference.kind == "InferencePool"
        && !backend.profile.kgateway_before(2, 2)
}

fn finding(backend: &Backend) -> Finding {
    let reference = backend.reference;
    let (group, kind) = (reference.group.as_ref(), reference.kind.as_ref());
    let named = match group {
        "" => format!("{kind} of the core group"),
        group => format!("{kind} of group {group}"),
    };
    let reason = match pool_is_missing(backend)
        && backend::target(reference, &backend.profile) == Target::Undecided
    {
        true => "BackendNotFound",
        false => "InvalidKind",
    };
    let hint = match (group, kind) {
        (_, "Service") => "A Service has the empty group: write group: \"\" or leave it out.",
        ("", "Backend") => "kgateway's Backend needs group: gateway.kgateway.dev.",
        (_, "InferencePool") => {
            "kgateway's Envoy proxies send to InferencePools up to 2.1 only; agentgateway does."
        }
        (_, "Deployment" | "StatefulSet" | "Pod") => "Requests go to a Service in front of it.",
        _ => "",
    };
    backend
        .finding(&format!("{} sends no requests to {}", backend.profile, words::a(&named)))
        .explain(format!("{}. {hint}", backend.condition(reason)).trim_end().to_owned())
        .label(words::a(&named))
        .guide("1", None)
}
