//! The status of a route under those that delegate to it (kgateway's `pkg/reports/status.go`).

use serde_json::{Value, json};

use super::condition::Condition;
use super::delegation::{self, ChildOf};
use super::fate::{RouteFate, fate_of_rules};
use super::inherited;
use super::resolved::resolved_by;
use super::{class, envoy};
use crate::facts::views::*;
use crate::facts::{Fact, Facts};
use crate::kube::{GATEWAY_API, Meta};
use crate::route::profile::Profile;

/// What kgateway says of a child under one parent.
pub(super) struct UnderParent<'a> {
    parent: &'a HttpRoute,
    conditions: Vec<Condition>,
}

impl UnderParent<'_> {
    /// Whether a parentRef of the child names the parent, its namespace too: under one without a
    /// namespace kgateway does not find what it has to say.
    pub(super) fn is_named(&self, reference: &ParentRef, child: &Meta) -> bool {
        reference.group == GATEWAY_API
            && reference.kind == "HTTPRoute"
            && reference.namespace.is_some()
            && self.parent.meta.name == reference.name
            && self.parent.meta.namespace == reference.namespace_from(child)
    }

    /// The reference that kgateway writes for a child without parentRefs.
    pub(super) fn reference(&self) -> ParentRef {
        ParentRef {
            group: GATEWAY_API.into(),
            kind: "HTTPRoute".into(),
            namespace: Some(self.parent.meta.namespace.clone()),
            name: self.parent.meta.name.clone(),
            ..ParentRef::default()
        }
    }

    pub(super) fn status(&self, reference: &ParentRef) -> Value {
        json!({
            "parentRef": written(reference),
            "controllerName": GatewayClass::KGATEWAY,
            "conditions": self.conditions,
        })
    }
}

/// A parentRef as it stands in a status.
pub(super) fn written(reference: &ParentRef) -> Value {
    let mut named = json!({
        "group": reference.group,
        "kind": reference.kind,
        "name": reference.name,
    });
    if let Some(namespace) = &reference.namespace {
        named["namespace"] = namespace.as_str().into();
    }
    if let Some(section) = &reference.section_name {
        named["sectionName"] = section.as_str().into();
    }
    if let Some(port) = reference.port {
        named["port"] = port.into();
    }
    named
}

/// What kgateway says of a route under each route that is known to delegate to it.
pub(super) fn under_parents<'a>(facts: &Facts<'a>, route: &HttpRoute) -> Vec<UnderParent<'a>> {
    let profile = class::kgateway(facts);
    let all = delegation::parents_of(facts, route).into_iter().filter(|own| own.known);
    all.map(|own| UnderParent {
        parent: own.parent,
        conditions: conditions(facts, route, &own, &profile),
    })
    .collect()
}

fn conditions(
    facts: &Facts,
    route: &HttpRoute,
    under: &ChildOf,
    profile: &Profile,
) -> Vec<Condition> {
    let old = profile.kgateway_before(2, 4);
    let fate = fate(facts, route, under, profile);
    let mut out = Vec::new();
    match fate {
        _ if under.refused => out.push(Condition::new("Accepted", "False", "UnsupportedValue")),
        RouteFate::Bad(reason) if old => out.push(Condition::new("Accepted", "False", reason)),
        RouteFate::Unknown if old => {}
        _ => out.push(Condition::new("Accepted", "True", "Accepted")),
    }
    match resolved_by(facts, &under.visits, profile) {
        Fact::Known(Some(reason)) => out.push(Condition::new("ResolvedRefs", "False", reason)),
        Fact::Known(None) | Fact::Absent => {
            out.push(Condition::new("ResolvedRefs", "True", "ResolvedRefs"));
        }
        Fact::Unknown(_) => {}
    }
    match fate {
        _ if old => {}
        RouteFate::Good => {
            out.push(Condition::new("kgateway.dev/Programmed", "True", "Programmed"))
        }
        RouteFate::Bad(reason) => {
            out.push(Condition::new("kgateway.dev/Programmed", "False", reason));
        }
        RouteFate::Unknown => {}
    }
    out
}

/// What becomes of the rules of a child that get requests.
fn fate(facts: &Facts, route: &HttpRoute, under: &ChildOf, profile: &Profile) -> RouteFate {
    let rules = under.visits.iter().map(|visit| visit.rule);
    let own = fate_of_rules(facts, route, rules, profile);
    let inherits = under.visits.iter().any(|visit| {
        let rule = &route.rules[visit.rule];
        let above = inherited::inherited(facts, &visit.via, route, rule, None);
        let strict = profile.is_strict()
            && visit.via.iter().any(|hop| !envoy::refuses(hop.route).is_empty());
        above.unsound || strict
    });
    match own {
        RouteFate::Good if inherits => RouteFate::Unknown,
        own => own,
    }
}
