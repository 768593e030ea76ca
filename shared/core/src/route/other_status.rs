//! The statuses of GRPCRoutes, TLSRoutes and TCPRoutes, of controllers whose rules are known.
//!
//! kgateway has a GRPCRoute in its table of HTTPRoutes; of a TLSRoute or TCPRoute it looks at the
//! backends only (its `translator/listener/gateway_listener_translator.go`), and of several
//! TCPRoutes of a listener at those of the oldest.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::attach::{self, Acceptance, Attachment, Followed};
use super::condition::Condition;
use super::envoy_gateway::{self, ParentSays};
use super::gateway::Running;
use super::{backend, child_status, class, resolved, route_status};
use crate::facts::views::*;
use crate::facts::{Fact, Facts};
use crate::route::profile::Profile;

/// The status of a route of another kind; `None`: it is not known. `serves` tells of which Gateways
/// one is predicted.
pub(super) fn other_status(
    facts: &Facts,
    route: &HttpRoute,
    serves: impl Fn(&Gateway) -> bool,
) -> Option<Value> {
    let known = ["GRPCRoute", "TLSRoute", "TCPRoute"].contains(&route.meta.kind.as_ref());
    if !known || route.rules.is_empty() {
        return None;
    }
    let mut parents = Vec::new();
    for reference in &route.parents {
        let found = match attach::follow(facts, &route.meta, &route.hostnames, reference) {
            Followed::To(found) => found,
            Followed::Unknown(_) => return None,
            Followed::OtherKind | Followed::NotFound | Followed::NotServed(_) => continue,
        };
        let gateway = found.parent.gateway();
        if found.profile == Profile::Specification {
            return None;
        }
        // Of a Gateway without a proxy Envoy Gateway looks at no route.
        let left_out = found.profile == Profile::EnvoyGateway
            && matches!(envoy_gateway::running(facts, gateway), Running::No(..));
        if left_out || !serves(gateway) {
            continue;
        }
        parents.push(match (route.meta.kind.as_ref(), &found.profile) {
            ("GRPCRoute", _) => route_status::of_parent(facts, route, reference, &found),
            (_, Profile::EnvoyGateway) => {
                let says = ParentSays::of(&found.outcome);
                let own = envoy_gateway::stream_conditions(facts, route, gateway, says);
                one(facts, reference, &found, own)
            }
            _ => one(facts, reference, &found, of_kgateway(facts, route, reference, &found)),
        });
    }
    Some(if parents.is_empty() { json!({}) } else { json!({ "parents": parents }) })
}

fn one(
    facts: &Facts,
    reference: &ParentRef,
    found: &Attachment,
    conditions: Vec<Condition>,
) -> Value {
    let class = class::of(facts, found.parent.gateway()).known();
    let controller = class.map(|class| class.controller.clone()).unwrap_or_default();
    json!({
        "parentRef": child_status::written(reference),
        "controllerName": controller,
        "conditions": conditions,
    })
}

fn of_kgateway(
    facts: &Facts,
    route: &HttpRoute,
    reference: &ParentRef,
    found: &Attachment,
) -> Vec<Condition> {
    let mut out = Vec::new();
    match &found.outcome {
        Acceptance::Attached(_) => out.push(Condition::new("Accepted", "True", "Accepted")),
        Acceptance::Refused(refusal) => {
            out.push(Condition::new("Accepted", "False", refusal.reason()));
        }
        Acceptance::Unknown(_) => return out,
    }
    let attached = matches!(found.outcome, Acceptance::Attached(_));
    // It reports nothing of a route of another number of rules.
    let reason = match attached && route.rules.len() == 1 {
        false => Fact::Known(None),
        true => resolved::resolved(facts, route, &found.profile, |rule, reference| {
            Cow::Owned(backend::judge_of(facts, route, rule, reference, &found.profile))
        }),
    };
    match reason {
        Fact::Known(Some(reason)) if is_alone(facts, route, reference) => {
            out.push(Condition::new("ResolvedRefs", "False", reason));
        }
        Fact::Known(None) => out.push(Condition::new("ResolvedRefs", "True", "ResolvedRefs")),
        _ => {}
    }
    out
}

/// Whether no other TLSRoute or TCPRoute can have the same listener.
fn is_alone(facts: &Facts, route: &HttpRoute, reference: &ParentRef) -> bool {
    let parent = (reference.namespace_from(&route.meta), &reference.name);
    let section = reference.section_name.as_ref();
    let others = facts.store.others.iter().filter_map(|other| other.route.as_ref());
    let mut streams =
        others.filter(|own| own.meta.kind != "GRPCRoute" && !own.meta.is_same(&route.meta));
    !streams.any(|own| {
        own.parents.iter().any(|theirs| {
            let apart = section.zip(theirs.section_name.as_ref()).is_some_and(|(a, b)| a != b);
            !apart && (theirs.namespace_from(&own.meta), &theirs.name) == parent
        })
    })
}
