//! What a backendRef is outcome.

use super::delegation::{self, DelegationFault};
use super::outcome::{BackendCause, Outcome, fails};
use super::reached::{kgateway_backend, service};
pub use super::referring::{crossing, title};
use super::{class, envoy_gateway, grants, others};
use crate::facts::views::*;
use crate::facts::{Fact, Facts, WhyKind};
use crate::kube::{ENVOY_GATEWAY_API, KGATEWAY_API, MULTI_CLUSTER_API, Meta};
use crate::route::profile::Profile;

/// The result of following a backendRef.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedBackend {
    /// The namespace it means.
    pub namespace: String,
    pub outcome: Outcome,
    /// The reason, as one clause.
    pub says: String,
    /// Whether it is taken to be there: something that is not rendered makes it.
    pub supposed: bool,
}

impl JudgedBackend {
    /// The status that the client gets, if known.
    pub fn status(&self) -> Option<u16> {
        match self.outcome {
            Outcome::Reached(_) => Some(200),
            Outcome::Fails { status, .. } => Some(status),
            Outcome::Unknown => self.supposed.then_some(200),
        }
    }
}

/// The kind of object that a backendRef names, as far as the implementation knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackendKind {
    Service,
    KgatewayBackend,
    /// kgateway's delegation to other routes.
    Delegation,
    /// A kind that the implementation certainly does not know.
    UnknownKind,
    /// A kind that the implementation may know.
    Undecided,
}

/// The kind of target under a profile. kgateway's list: kgateway.md 5, observed 1.
pub fn target(reference: &BackendRef, profile: &Profile) -> BackendKind {
    match (reference.group.as_ref(), reference.kind.as_ref()) {
        ("", "Service") => BackendKind::Service,
        // Its translator compares groups and kinds one by one (`validateBackendRefKind`).
        (group, kind) if *profile == Profile::EnvoyGateway => {
            let groups = ["", MULTI_CLUSTER_API, ENVOY_GATEWAY_API];
            let kinds = ["Service", "ServiceImport", "Backend"];
            match groups.contains(&group) && kinds.contains(&kind) {
                true => BackendKind::Undecided,
                false => BackendKind::UnknownKind,
            }
        }
        _ if !profile.is_kgateway() => BackendKind::Undecided,
        (KGATEWAY_API, "Backend") => BackendKind::KgatewayBackend,
        _ if reference.is_delegation() => BackendKind::Delegation,
        // Up to 2.1 with inferenceExtension.enabled; 2.2 looks for it and finds none.
        ("inference.networking.k8s.io" | "inference.networking.x-k8s.io", "InferencePool")
            if profile.kgateway_before(2, 3) =>
        {
            BackendKind::Undecided
        }
        // Known when Istio integration is on.
        (group, _) if group.ends_with("istio.io") => BackendKind::Undecided,
        _ => BackendKind::UnknownKind,
    }
}

/// Follows a backendRef. The order is grant, kind, existence, port, endpoints: a reference that
/// is not granted is not looked at further, so that names cannot be probed (gateway-api #1902).
pub fn judge(
    facts: &Facts,
    route: &Meta,
    reference: &BackendRef,
    profile: &Profile,
) -> JudgedBackend {
    let namespace = reference.namespace_from(route).to_owned();
    let (outcome, says) = outcome_of(facts, route, reference, profile, &namespace);
    let supposed =
        outcome == Outcome::Unknown && is_of_a_chart(facts, reference, profile, &namespace);
    JudgedBackend { namespace, outcome, says, supposed }
}

/// Whether it is a Service of a GitOps tree that something else makes: most Services of most trees
/// are. What follows is said on the condition that it is there.
fn is_of_a_chart(
    facts: &Facts,
    reference: &BackendRef,
    profile: &Profile,
    namespace: &str,
) -> bool {
    facts.store.is_of_tree()
        && target(reference, profile) == BackendKind::Service
        && matches!(facts.get::<Service>(namespace, &reference.name),
            Fact::Unknown(why) if why.kind == WhyKind::NotGiven)
}

/// Follows a backendRef of a rule: as [`judge`], and a child to which the rule cannot delegate is
/// known by the rule.
pub fn judge_of(
    facts: &Facts,
    route: &HttpRoute,
    rule: &Rule,
    reference: &BackendRef,
    profile: &Profile,
) -> JudgedBackend {
    let mut judged = judge(facts, &route.meta, reference, profile);
    if profile.is_kgateway() && reference.is_delegation() {
        let title = || title(reference, &judged.namespace);
        (judged.outcome, judged.says) = match delegation::fault_of(facts, route, rule, reference) {
            Some(DelegationFault::Broken { reason, says }) => {
                (fails(500, reason, BackendCause::NotFound), says)
            }
            Some(DelegationFault::Open { says, .. }) => (Outcome::Unknown, says),
            None => (Outcome::Reached(None), format!("requests are delegated to {}", title())),
        };
    }
    judged
}

fn outcome_of(
    facts: &Facts,
    route: &Meta,
    reference: &BackendRef,
    profile: &Profile,
    namespace: &str,
) -> (Outcome, String) {
    if *profile == Profile::EnvoyGateway {
        return envoy_gateway::judged(facts, route, reference, namespace);
    }
    let name = || title(reference, namespace);
    if let Some(crossing) = crossing(route, reference) {
        match grants::permitted(facts, &crossing, profile.is_kgateway()) {
            Fact::Known(_) => {}
            Fact::Absent => {
                let says = format!(
                    "no ReferenceGrant in {namespace} lets HTTPRoutes of {} refer to it",
                    route.namespace
                );
                return (fails(500, "RefNotPermitted", BackendCause::NotPermitted), says);
            }
            Fact::Unknown(why) => {
                let says = format!("ReferenceGrants of {namespace}: {}", why.detail);
                return (Outcome::Unknown, says);
            }
        }
    }
    let kind = match target(reference, profile) {
        // Versions before 2.3 know it, and which one a tree installs is not known.
        BackendKind::UnknownKind
            if reference.kind == "InferencePool"
                && class::kgateway_known(facts).is_none()
                && facts.store.is_of_tree() =>
        {
            let says = "whether it sends requests to an InferencePool depends on its version";
            return (Outcome::Unknown, format!("{profile}: {says}"));
        }
        kind => kind,
    };
    match kind {
        BackendKind::Service => service(facts, reference, profile, namespace, &name),
        BackendKind::KgatewayBackend => {
            kgateway_backend(facts, reference, profile, namespace, &name())
        }
        // Only a rule delegates: see `judge_of`.
        BackendKind::Delegation => (
            Outcome::Unknown,
            format!("whether requests can be delegated to {} is not known", name()),
        ),
        BackendKind::UnknownKind => {
            let says = format!("{profile} does not support backends of kind {}", reference.kind);
            (fails(500, "InvalidKind", BackendCause::KindUnknown), says)
        }
        BackendKind::Undecided => undecided(facts, reference, profile, namespace, name()),
    }
}

/// A backend of a kind that is not modelled: that it is not there is known all the same, and then
/// it does not matter whether the kind is supported (hr:285-305).
fn undecided(
    facts: &Facts,
    reference: &BackendRef,
    profile: &Profile,
    namespace: &str,
    name: String,
) -> (Outcome, String) {
    let kind = reference.kind.as_ref();
    // kgateway 2.2 looks for the pool, whose CRD it does not install (seen).
    let pool = kind == "InferencePool" && profile.is_kgateway() && !profile.kgateway_before(2, 2);
    match others::named(facts, &reference.group, kind, namespace, &reference.name) {
        Fact::Absent | Fact::Unknown(_) if pool => (
            fails(500, "BackendNotFound", BackendCause::KindUnknown),
            format!("{name} is not found"),
        ),
        Fact::Absent => (
            fails(500, "BackendNotFound", BackendCause::NotFound),
            format!("{name} does not exist"),
        ),
        Fact::Known(_) => {
            (Outcome::Unknown, format!("{name} is there, but its kind is not modelled"))
        }
        Fact::Unknown(_) => (Outcome::Unknown, format!("backends of kind {kind} are not modelled")),
    }
}
