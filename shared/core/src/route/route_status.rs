//! The status of an HTTPRoute.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::attach::{self, Acceptance, Followed};
use super::backend::{self, JudgedBackend};
use super::condition::Condition;
use super::envoy_gateway::{self, ParentSays};
use super::fate::{RouteFate, fate};
use super::gateway::Running;
use super::resolved::{resolved, resolved_by};
use super::{child_status, class, delegation};
use crate::facts::views::*;
use crate::facts::{Fact, Facts};
use crate::route::profile::Profile;

/// The status of a route; `serves` tells of which Gateways one is predicted.
pub fn route_status(facts: &Facts, route: &HttpRoute, serves: impl Fn(&Gateway) -> bool) -> Value {
    let mut parents = Vec::new();
    let children = child_status::under_parents(facts, route);
    for reference in &route.parents {
        if let Some(own) = children.iter().find(|own| own.is_named(reference, &route.meta)) {
            parents.push(own.status(reference));
        }
        let followed = attach::follow(facts, &route.meta, &route.hostnames, reference);
        let Followed::To(found) = followed else {
            continue;
        };
        let gateway = found.parent.gateway();
        // Of a Gateway without a proxy Envoy Gateway looks at no route.
        let left_out = found.profile == Profile::EnvoyGateway
            && matches!(envoy_gateway::running(facts, gateway), Running::No(..));
        if !serves(gateway) || left_out {
            continue;
        }
        parents.push(of_parent(facts, route, reference, &found));
    }
    if route.parents.is_empty() {
        parents.extend(children.iter().map(|own| own.status(&own.reference())));
    }
    if parents.is_empty() { json!({}) } else { json!({ "parents": parents }) }
}

/// The status of a route for one parent: a member of `status.parents`.
pub fn of_parent(
    facts: &Facts,
    route: &HttpRoute,
    reference: &ParentRef,
    found: &attach::Attachment,
) -> Value {
    let controller = match found.profile.is_kgateway() {
        true => GatewayClass::KGATEWAY.to_owned(),
        false => {
            let class = class::of(facts, found.parent.gateway()).known();
            class.map(|class| class.controller.clone()).unwrap_or_default()
        }
    };
    let profile = &found.profile;
    let judged = |rule: &Rule, reference: &BackendRef| {
        Cow::Owned(backend::judge_of(facts, route, rule, reference, profile))
    };
    json!({
        "parentRef": child_status::written(reference),
        "controllerName": controller,
        "conditions": conditions(facts, route, found, judged),
    })
}

/// The conditions of a route for one parent. `judged` tells what a backend of a rule is worth
/// ([`backend::judge_of`]), which may be known already.
pub fn conditions<'j>(
    facts: &Facts,
    route: &HttpRoute,
    found: &attach::Attachment,
    judged: impl Fn(&Rule, &BackendRef) -> Cow<'j, JudgedBackend>,
) -> Vec<Condition> {
    let profile = &found.profile;
    if *profile == Profile::EnvoyGateway {
        let says = ParentSays::of(&found.outcome);
        return envoy_gateway::conditions(facts, route, found.parent.gateway(), says);
    }
    let mut conditions = Vec::new();
    let attached = matches!(found.outcome, Acceptance::Attached(_));
    let fate = if attached { fate(facts, route, profile) } else { RouteFate::Good };
    let old = profile.kgateway_before(2, 4);
    match (&found.outcome, &fate) {
        (Acceptance::Attached(_), RouteFate::Bad(reason)) if old => {
            conditions.push(Condition::new("Accepted", "False", reason));
        }
        (Acceptance::Attached(_), RouteFate::Unknown) if old || !profile.is_kgateway() => {}
        (Acceptance::Attached(_), _) => {
            conditions.push(Condition::new("Accepted", "True", "Accepted"));
        }
        (Acceptance::Refused(refusal), _) => {
            conditions.push(Condition::new("Accepted", "False", refusal.reason()));
        }
        (Acceptance::Unknown(_), _) => {}
    }
    // kgateway looks at the backends of a route only once it is attached.
    let flat = delegation::flat_of(facts, route).filter(|_| profile.is_kgateway());
    let references = match (attached || !profile.is_kgateway(), flat) {
        (true, Some(flat)) => {
            let own: Vec<_> = flat.visits.iter().filter(|visit| visit.via.is_empty()).collect();
            resolved_by(facts, &own, profile)
        }
        (true, None) => resolved(facts, route, profile, judged),
        (false, _) => Fact::Absent,
    };
    match references {
        Fact::Known(Some(reason)) => {
            conditions.push(Condition::new("ResolvedRefs", "False", reason));
        }
        Fact::Known(None) | Fact::Absent => {
            conditions.push(Condition::new("ResolvedRefs", "True", "ResolvedRefs"));
        }
        Fact::Unknown(_) => {}
    }
    if profile.is_kgateway() && !old {
        match fate {
            RouteFate::Good => {
                conditions.push(Condition::new("kgateway.dev/Programmed", "True", "Programmed"));
            }
            RouteFate::Bad(reason) => {
                conditions.push(Condition::new("kgateway.dev/Programmed", "False", reason));
            }
            RouteFate::Unknown => {}
        }
    }
    conditions
}
