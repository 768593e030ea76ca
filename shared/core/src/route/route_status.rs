//! The status of an HTTPRoute.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::attach::{self, Acceptance, Followed};
use super::backend::{self, JudgedBackend};
use super::condition::Condition;
use super::outcome::Outcome;
use super::policy::{self, PolicyEffect};
use super::rule::{self, Action};
use super::{class, envoy, grants};
use crate::facts::views::*;
use crate::facts::{Fact, Facts};
use crate::route::profile::Profile;

/// The status of a route; `serves` tells of which Gateways one is predicted.
pub fn route_status(facts: &Facts, route: &HttpRoute, serves: impl Fn(&Gateway) -> bool) -> Value {
    let mut parents = Vec::new();
    for reference in &route.parents {
        let followed = attach::follow(facts, &route.meta, &route.hostnames, reference);
        let Followed::To(found) = followed else {
            continue;
        };
        if !serves(found.parent.gateway()) {
            continue;
        }
        parents.push(of_parent(facts, route, reference, &found));
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
        "parentRef": named,
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
    let references = match attached || !profile.is_kgateway() {
        true => resolved(facts, route, profile, judged),
        false => Fact::Absent,
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

/// The reason of `ResolvedRefs=False`: the last error of the route wins (seen).
fn resolved<'j>(
    facts: &Facts,
    route: &HttpRoute,
    profile: &Profile,
    judged: impl Fn(&Rule, &BackendRef) -> Cow<'j, JudgedBackend>,
) -> Fact<Option<&'static str>> {
    let mut last = None;
    let mut unknown = None;
    for rule in &route.rules {
        for reference in &rule.backend_refs {
            let judged = judged(rule, reference);
            match judged.outcome {
                Outcome::Fails { reason: Some(reason), .. } => last = Some(reason),
                Outcome::Unknown if !is_resolved(facts, route, reference, profile) => {
                    unknown = Some(crate::facts::Why::not_given(judged.into_owned().says));
                }
                _ => {}
            }
        }
        // A bad mirror sets the condition under the specification (hr:1330-1342); kgateway
        // leaves it out without a word (seen).
        for filter in rule.filters.iter().filter(|_| !profile.is_kgateway()) {
            if let Filter::RequestMirror { mirror } = filter {
                let judged = backend::judge(facts, &route.meta, &mirror.backend_ref, profile);
                if let Outcome::Fails { reason: Some(reason), .. } = judged.outcome {
                    last = Some(reason);
                }
            }
        }
    }
    match (last, unknown) {
        (_, Some(why)) => Fact::Unknown(why),
        (last, None) => Fact::Known(last),
    }
}

/// Whether a reference is known to resolve although its traffic cannot be judged.
fn is_resolved(
    facts: &Facts,
    route: &HttpRoute,
    reference: &BackendRef,
    profile: &Profile,
) -> bool {
    let namespace = reference.namespace_from(&route.meta);
    let permitted = backend::crossing(&route.meta, reference).is_none_or(|c| {
        matches!(grants::permitted(facts, &c, profile.is_kgateway()), Fact::Known(_))
    });
    permitted
        && match backend::target(reference, profile) {
            backend::BackendKind::Service => {
                facts.get::<Service>(namespace, &reference.name).known().is_some_and(|service| {
                    service.ports.iter().any(|p| Some(p.port) == reference.port)
                })
            }
            backend::BackendKind::KgatewayBackend => {
                facts.get::<Backend>(namespace, &reference.name).known().is_some()
            }
            _ => false,
        }
}

enum RouteFate {
    Good,
    Bad(&'static str),
    Unknown,
}

/// Whether kgateway replaces or drops a rule of a route.
fn fate(facts: &Facts, route: &HttpRoute, profile: &Profile) -> RouteFate {
    if !profile.is_kgateway() {
        // An expression that does not compile may cost the route its acceptance.
        let broken = |own: &envoy::RefusedValue| own.matcher && own.certain;
        return match envoy::refuses(route).iter().any(broken) {
            true => RouteFate::Unknown,
            false => RouteFate::Good,
        };
    }
    let mut unknown = false;
    let mut bad = None;
    for (index, rule) in route.rules.iter().enumerate() {
        if profile.is_strict()
            && let Some((dropped, _)) = rule::strict_fate(route, index)
        {
            bad = Some(if dropped { "RouteRuleDropped" } else { "RouteRuleReplaced" });
            continue;
        }
        // What kgateway says of a parent depends on its children, which are not modelled.
        unknown |= rule.backend_refs.iter().any(BackendRef::is_delegation);
        match rule::instead(facts, route, index, profile) {
            Some(Action::Replaced(_)) => bad = Some("RouteRuleReplaced"),
            Some(Action::Unknown(_)) => unknown = true,
            _ => {}
        }
        // The Gateway's own policies are the Gateway's business: only the route's count.
        let path = policy::Path::of_route(&route.meta, rule);
        for policy in policy::traffic(facts, &path, None) {
            for effect in policy.effects {
                match effect {
                    PolicyEffect::Replaces(_) => bad = Some("RouteRuleReplaced"),
                    PolicyEffect::MayAnswer(says) if says.starts_with("rbac") => unknown = true,
                    _ => {}
                }
            }
        }
    }
    match (bad, unknown) {
        (Some(reason), _) => RouteFate::Bad(reason),
        (None, true) => RouteFate::Unknown,
        (None, false) => RouteFate::Good,
    }
}
