//! The status that a controller would write.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::attach::{self, Acceptance, Followed};
use super::backend::{self, JudgedBackend};
use super::condition::Condition;
use super::delegation::{self, Child};
use super::gateway::{self, Compiled, Running};
use super::outcome::Outcome;
use super::policy::{self, OnGateway, PolicyEffect};
use super::rule::{self, Action};
use super::said::GatewaySaid;
use super::{class, listener};
use crate::facts::views::*;
use crate::facts::{Fact, Facts};
use crate::kube::Meta;
use crate::route::profile::Profile;

/// The predicted statuses of all Gateways, ListenerSets and HTTPRoutes in scope, as a List.
pub fn predict(facts: &Facts) -> Value {
    let mut items = Vec::new();
    let compiled: Vec<Compiled> = facts
        .list::<Gateway>(None)
        .items
        .into_iter()
        .filter_map(|gateway| Some(gateway::compile(facts, gateway, served_by(facts, gateway)?)))
        .collect();
    for object in facts.list::<Gateway>(None).items {
        let known = compiled.iter().find(|c| std::ptr::eq(c.gateway, object));
        let status = match (known, class::profile(facts, object)) {
            (Some(compiled), _) => of_gateway(facts, compiled),
            (None, Fact::Unknown(_)) => continue,
            // Nobody has looked at it: what the CRD's defaults say (gw:48, 1021).
            (None, _) => json!({ "conditions": [
                Condition::new("Accepted", "Unknown", "Pending"),
                Condition::new("Programmed", "Unknown", "Pending"),
            ] }),
        };
        push(facts, &mut items, &object.meta, status);
    }
    for set in facts.list::<ListenerSet>(None).items {
        let status = listener_set_status(facts, set, &compiled);
        push(facts, &mut items, &set.meta, status);
    }
    for route in facts.list::<HttpRoute>(None).items {
        let status = route_status(facts, route, &compiled);
        // Whether a Gateway that is not in the input exists is not known, nor what it would say.
        let unknown = |r: &ParentRef| {
            let followed = attach::follow(facts, &route.meta, &route.hostnames, r);
            matches!(followed, Followed::Unknown(_))
        };
        if status == json!({})
            && (route.parents.iter().any(unknown) || is_child(facts, route, &compiled))
        {
            continue;
        }
        push(facts, &mut items, &route.meta, status);
    }
    json!({ "apiVersion": "v1", "kind": "List", "items": items })
}

/// Whether another route delegates to this one; such a status is not modelled.
fn is_child(facts: &Facts, route: &HttpRoute, compiled: &[Compiled]) -> bool {
    let parents = compiled.iter().filter(|c| c.profile.is_kgateway()).flat_map(|c| &c.attached);
    facts.store.notes.delegates
        && parents.map(|attached| attached.route).any(|parent| {
            gateway::delegates(parent, route)
                && parent.rules.iter().any(|rule| {
                    let child = delegation::child(facts, parent, rule);
                    matches!(child, Some(Child::Takes(_) | Child::Open))
                })
        })
}

fn push(facts: &Facts, items: &mut Vec<Value>, meta: &Meta, status: Value) {
    if facts.scope.contains(meta) {
        items.push(json!({
            "apiVersion": meta.api_version,
            "kind": meta.kind,
            "metadata": { "namespace": meta.namespace, "name": meta.name },
            "status": status,
        }));
    }
}

/// The profile of a Gateway that a controller serves. With `--assume kgateway=..` kgateway is the
/// controller that is asked about, and it leaves classes of others alone (seen: class-foreign).
fn served_by<'a>(facts: &Facts<'a>, gateway: &'a Gateway) -> Option<Profile> {
    let profile = class::profile(facts, gateway).known()?;
    let only_kgateway = facts.store.said.of::<GatewaySaid>().kgateway.is_some();
    (profile.is_kgateway() || !only_kgateway).then_some(profile)
}

/// Whether a listener counts as not programmed for the Gateway's `Accepted`.
fn not_valid(listener: &listener::ServedListener, profile: &Profile) -> bool {
    let is_false =
        |kind: &str| listener.conditions.iter().any(|c| c.kind == kind && c.status == "False");
    // Up to kgateway 2.3 only Programmed is looked at (seen).
    is_false("Programmed") || (is_false("Accepted") && !profile.kgateway_before(2, 4))
}

/// The status of a Gateway, as it is served by these rules.
pub fn of_gateway(facts: &Facts, compiled: &Compiled) -> Value {
    let profile = &compiled.profile;
    let own: Vec<usize> = (0..compiled.listeners.len())
        .filter(|&i| compiled.listeners[i].owner.kind == "Gateway")
        .collect();
    let is = |i: usize| &compiled.listeners[i];
    let carries_nothing = own.iter().all(|&i| is(i).kinds.is_empty());
    let any_bad = own.iter().any(|&i| not_valid(is(i), profile));
    let all_bad = own.iter().all(|&i| not_valid(is(i), profile));
    let mut accepted = Condition::new("Accepted", "True", "Accepted");
    let mut programmed = Condition::new("Programmed", "True", "Programmed");
    if any_bad {
        accepted.set("True", "ListenersNotValid");
    }
    if carries_nothing || (all_bad && !profile.is_kgateway()) {
        accepted.set("False", "ListenersNotValid");
        programmed.set("False", "Invalid");
    }
    if matches!(compiled.policy, OnGateway::Replaced(..))
        || (profile.is_kgateway() && policy::replaces_gateway(facts, &compiled.gateway.meta))
    {
        accepted.set("False", "GatewayReplaced");
    }
    if let Running::No(reason, _) = &compiled.running {
        accepted.set("False", reason);
    }
    let mut conditions = vec![accepted, programmed];
    let unresolved = |i: &&usize| {
        is(**i).conditions.iter().any(|c| {
            c.kind == "ResolvedRefs"
                && ["InvalidCertificateRef", "RefNotPermitted"].contains(&c.reason.as_str())
        })
    };
    // Whether kgateway counts bad route kinds here was not seen.
    let kinds = |i: &usize| is(*i).conditions.iter().any(|c| c.reason == "InvalidRouteKinds");
    let seen = own.iter().any(|i| unresolved(&i)) || !own.iter().any(kinds);
    if profile.is_kgateway() && !profile.kgateway_before(2, 3) && seen {
        conditions.push(match own.iter().any(|i| unresolved(&i)) {
            true => Condition::new("ResolvedRefs", "False", "ListenersNotResolved"),
            false => Condition::new("ResolvedRefs", "True", "ResolvedRefs"),
        });
    }
    if profile.kgateway_before(2, 3) && compiled.gateway.allowed_listeners.from == "None" {
        let reason = "ListenerSetsNotAllowed";
        conditions.push(Condition::new("AttachedListenerSets", "Unknown", reason));
    }
    if matches!(compiled.running, Running::Unknown(_)) {
        conditions.retain(|c| c.kind != "Accepted");
    }
    let sets = listener::listener_sets(facts, compiled.gateway);
    let mut status = json!({
        "conditions": conditions,
        "listeners": listeners(compiled, &own),
    });
    // Only a set that is accepted itself counts as attached (ls, "Gateway Integration").
    let attached = sets
        .iter()
        .filter(|(_, allowed)| *allowed == Fact::Known(true))
        .filter(|(set, _)| !none_valid(compiled, &owned_by(compiled, &set.meta)))
        .count();
    if !profile.is_kgateway() && attached > 0 {
        status["attachedListenerSets"] = attached.into();
    }
    status
}

fn listeners(compiled: &Compiled, indices: &[usize]) -> Vec<Value> {
    indices
        .iter()
        .map(|&i| {
            let listener = &compiled.listeners[i];
            let mut conditions = listener.conditions.clone();
            // What hangs on an unknown certificate is not told.
            if matches!(listener.serves, Fact::Unknown(_)) {
                conditions
                    .retain(|c| ["Conflicted", "OverlappingTLSConfig"].contains(&c.kind.as_str()));
            }
            let kinds: Vec<Value> = listener
                .kinds
                .iter()
                .map(|(group, kind)| json!({ "group": group, "kind": kind }))
                .collect();
            let mut status = json!({
                "name": listener.spec.name,
                "supportedKinds": kinds,
                "conditions": conditions,
            });
            // With a route of which nobody can say whether it is attached, there is no number.
            if compiled.undecided.is_empty() {
                status["attachedRoutes"] = compiled.attached_routes(i).into();
            }
            status
        })
        .collect()
}

/// Indices of the listeners of a ListenerSet.
fn owned_by(compiled: &Compiled, set: &Meta) -> Vec<usize> {
    let owned = |l: &listener::ServedListener| l.owner.kind == set.kind && l.owner.is_same(set);
    (0..compiled.listeners.len()).filter(|&i| owned(&compiled.listeners[i])).collect()
}

/// Whether none of a ListenerSet's listeners (`own`) is valid.
fn none_valid(compiled: &Compiled, own: &[usize]) -> bool {
    let bad = |&i: &usize| not_valid(&compiled.listeners[i], &compiled.profile);
    !own.is_empty() && own.iter().all(bad)
}

fn listener_set_status(facts: &Facts, set: &ListenerSet, compiled: &[Compiled]) -> Value {
    let parent = compiled.iter().find(|c| set.adds_to(&c.gateway.meta));
    let Some(parent) = parent else {
        return json!({});
    };
    let allowed = listener::listener_sets(facts, parent.gateway)
        .into_iter()
        .find(|(other, _)| std::ptr::eq(*other, set))
        .map(|(_, allowed)| allowed);
    match allowed {
        Some(Fact::Known(true)) => {}
        Some(Fact::Known(false)) | None => {
            return json!({ "conditions": [
                Condition::new("Accepted", "False", "NotAllowed"),
                Condition::new("Programmed", "False", "NotAllowed"),
            ] });
        }
        _ => return json!({}),
    }
    let own = owned_by(parent, &set.meta);
    let bad = own.iter().filter(|&&i| not_valid(&parent.listeners[i], &parent.profile)).count();
    let (mut accepted, mut programmed) = (
        Condition::new("Accepted", "True", "Accepted"),
        Condition::new("Programmed", "True", "Programmed"),
    );
    if none_valid(parent, &own) {
        accepted.set("False", "ListenersNotValid");
        programmed.set("False", "ListenersNotValid");
    } else if bad > 0 {
        accepted.set("True", "ListenersNotValid");
    }
    json!({ "conditions": [accepted, programmed], "listeners": listeners(parent, &own) })
}

fn route_status(facts: &Facts, route: &HttpRoute, compiled: &[Compiled]) -> Value {
    let mut parents = Vec::new();
    for reference in &route.parents {
        let followed = attach::follow(facts, &route.meta, &route.hostnames, reference);
        let Followed::To(found) = followed else {
            continue;
        };
        let gateway = found.parent.gateway();
        if !compiled.iter().any(|c| std::ptr::eq(c.gateway, gateway)) {
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
    let fate = if attached { fate(facts, route, profile) } else { Fate::Good };
    let old = profile.kgateway_before(2, 4);
    match (&found.outcome, &fate) {
        (Acceptance::Attached(_), Fate::Bad(reason)) if old => {
            conditions.push(Condition::new("Accepted", "False", reason));
        }
        (Acceptance::Attached(_), Fate::Unknown) if old => {}
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
            Fate::Good => {
                conditions.push(Condition::new("kgateway.dev/Programmed", "True", "Programmed"));
            }
            Fate::Bad(reason) => {
                conditions.push(Condition::new("kgateway.dev/Programmed", "False", reason));
            }
            Fate::Unknown => {}
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
    let permitted = backend::crossing(&route.meta, reference)
        .is_none_or(|c| matches!(c.permitted(facts, profile.is_kgateway()), Fact::Known(_)));
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

enum Fate {
    Good,
    Bad(&'static str),
    Unknown,
}

/// Whether kgateway replaces or drops a rule of a route.
fn fate(facts: &Facts, route: &HttpRoute, profile: &Profile) -> Fate {
    if !profile.is_kgateway() {
        return Fate::Good;
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
        let path = policy::Path {
            gateway: &route.meta,
            owner: &route.meta,
            listener: "",
            route: &route.meta,
            rule: rule.name.as_deref(),
        };
        for policy in policy::traffic(facts, &path, None, &rule::extension_refs(rule)) {
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
        (Some(reason), _) => Fate::Bad(reason),
        (None, true) => Fate::Unknown,
        (None, false) => Fate::Good,
    }
}
