//! The status that a controller would write.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::attach::{self, Followed};
use super::condition::Condition;
use super::gateway::{self, Compiled, Running};
use super::gateway_policy::{self, OnGateway};
use super::listener_status::{accepts, listeners, none_valid, not_valid, served_of};
use super::other_status::other_status;
use super::route_status::route_status;
use super::said::GatewaySaid;
use super::{class, conflict, delegation, envoy_gateway, listener_sets, refused_status};
use crate::facts::views::*;
use crate::facts::{Fact, Facts, StoredCopy};
use crate::kube::{GATEWAY_API, Meta, ObjRef};
use crate::route::profile::Profile;

/// The predicted statuses of all Gateways, ListenerSets and routes in scope, as a List.
pub fn predict(facts: &Facts) -> Value {
    let mut items = Vec::new();
    predict_each(facts, &mut |_, item| items.push(item));
    json!({ "apiVersion": "v1", "kind": "List", "items": items })
}

/// Gives the same one after the other, each with the name of its object. An object that the API server
/// refuses says so (`refused`): its status is what a copy gets that is stored already.
pub fn predict_each(facts: &Facts, put: &mut dyn FnMut(ObjRef, Value)) {
    let put_there = &mut |meta: &Meta, status: Value| {
        if facts.scope.contains(meta) {
            put(meta.reference(), item(meta, status));
        }
    };
    let compiled: Vec<Compiled> = facts
        .list::<Gateway>(None)
        .items
        .into_iter()
        .filter_map(|gateway| Some(gateway::compile(facts, gateway, served_by(facts, gateway)?)))
        .collect();
    let by_gateway: HashMap<*const Gateway, &Compiled> =
        compiled.iter().map(|own| (std::ptr::from_ref(own.gateway), own)).collect();
    for object in facts.list::<Gateway>(None).items {
        let known = by_gateway.get(&std::ptr::from_ref(object)).copied();
        let status = match (known, class::profile(facts, object)) {
            (Some(compiled), _) => of_gateway(facts, compiled),
            (None, Fact::Unknown(_)) => continue,
            // Nobody has looked at it: what the CRD's defaults say (gw:48, 1021).
            (None, _) => json!({ "conditions": [
                Condition::new("Accepted", "Unknown", "Pending"),
                Condition::new("Programmed", "Unknown", "Pending"),
            ] }),
        };
        put_there(&object.meta, status);
    }
    for set in facts.list::<ListenerSet>(None).items {
        let gateway = facts.get::<Gateway>(set.gateway_namespace(), &set.parent.name).known();
        let parent = gateway.filter(|gateway| set.adds_to(&gateway.meta));
        let parent = parent.and_then(|own| by_gateway.get(&std::ptr::from_ref(own)).copied());
        let status = of_listener_set(facts, set, parent);
        put_there(&set.meta, status);
    }
    for route in facts.list::<HttpRoute>(None).items {
        let status = route_status(facts, route, |gateway| {
            by_gateway.contains_key(&std::ptr::from_ref(gateway))
        });
        // Whether a Gateway that is not in the input exists is not known, nor what it would say.
        let unknown = |r: &ParentRef| {
            let followed = attach::follow(facts, &route.meta, &route.hostnames, r);
            matches!(followed, Followed::Unknown(_))
        };
        if status == json!({}) && (route.parents.iter().any(unknown) || may_be_child(facts, route))
        {
            continue;
        }
        put_there(&route.meta, status);
    }
    for route in facts.store.others.iter().filter_map(|other| other.route.as_ref()) {
        let serves = |gateway: &Gateway| by_gateway.contains_key(&std::ptr::from_ref(gateway));
        if let Some(status) = other_status(facts, route, serves) {
            put_there(&route.meta, status);
        }
    }
    let serves = |gateway: &Gateway| by_gateway.contains_key(&std::ptr::from_ref(gateway));
    for (refused, copy) in refused_status::copies(facts) {
        let status = match copy {
            StoredCopy::Route(route) => refused_status::of_route(facts, route, serves),
            StoredCopy::Gateway(gateway) => of_gateway_copy(facts, gateway),
        };
        let Some(status) = status else { continue };
        let mut own = item(&refused.meta, status);
        own["refused"] = refused.why().into();
        put(refused.meta.reference(), own);
    }
}

/// The status of a stored copy of a refused Gateway of Envoy Gateway, in a world that has it.
fn of_gateway_copy<'a>(facts: &Facts<'a>, gateway: &'a Gateway) -> Option<Value> {
    if class::profile(facts, gateway).known() != Some(Profile::EnvoyGateway) {
        return None;
    }
    let mut store = facts.store.clone();
    store.insert(gateway.clone());
    let facts = Facts::new(&store, facts.scope);
    let own = facts.get::<Gateway>(&gateway.meta.namespace, &gateway.meta.name).known()?;
    let profile = served_by(&facts, own)?;
    Some(of_gateway(&facts, &gateway::compile(&facts, own, profile)))
}

fn item(meta: &Meta, status: Value) -> Value {
    json!({
        "apiVersion": meta.api_version,
        "kind": meta.kind,
        "metadata": { "namespace": meta.namespace, "name": meta.name },
        "status": status,
    })
}

/// Whether another route may delegate to this one, and it is not known whether it does, or what
/// kgateway then says.
fn may_be_child(facts: &Facts, route: &HttpRoute) -> bool {
    let names = |own: &ParentRef| own.kind == "HTTPRoute" && own.group == GATEWAY_API;
    let open = |own: &ParentRef| {
        let parent = facts.get::<HttpRoute>(own.namespace_from(&route.meta), &own.name);
        names(own) && matches!(parent, Fact::Unknown(_))
    };
    route.parents.iter().any(open) || !delegation::parents_of(facts, route).is_empty()
}

/// The profile of a Gateway that a controller serves. With `--assume kgateway=..` kgateway is the
/// controller that is asked about, and it leaves classes of others alone (seen: class-foreign).
fn served_by<'a>(facts: &Facts<'a>, gateway: &'a Gateway) -> Option<Profile> {
    let profile = class::profile(facts, gateway).known()?;
    let only_kgateway = facts.store.said.of::<GatewaySaid>().kgateway.is_some();
    (profile.is_kgateway() || !only_kgateway).then_some(profile)
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
    if profile.is_kgateway() && own.iter().all(|&i| conflict::is_reserved(is(i).spec.port)) {
        programmed.set("False", "Invalid");
    }
    if carries_nothing || (all_bad && !profile.is_kgateway()) {
        accepted.set("False", "ListenersNotValid");
        programmed.set("False", "Invalid");
    }
    if matches!(compiled.policy, OnGateway::Replaced(..))
        || (profile.is_kgateway()
            && gateway_policy::replaces_gateway(facts, &compiled.gateway.meta))
    {
        accepted.set("False", "GatewayReplaced");
    }
    let envoy_gateway = *profile == Profile::EnvoyGateway;
    if envoy_gateway {
        accepted = envoy_gateway::accepted(&own.iter().map(|&i| is(i)).collect::<Vec<_>>());
    }
    if let Running::No(reason, _) = &compiled.running {
        accepted.set("False", reason);
        // Nothing else of it is looked at.
        if envoy_gateway {
            return json!({ "conditions": [accepted] });
        }
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
    if matches!(compiled.running, Running::Unknown(_))
        || matches!(compiled.policy, OnGateway::Unknown(..))
    {
        conditions.retain(|c| c.kind != "Accepted");
    }
    // What listeners with an unknown certificate are like decides about these.
    let hangs = |i: usize| {
        (envoy_gateway || is(i).spec.protocol == "HTTPS") && is(i).hangs_on_the_unknown()
    };
    if own.iter().any(|&i| hangs(i)) {
        conditions.retain(|c| profile.is_kgateway() && c.kind == "Programmed");
    }
    let sets = listener_sets::listener_sets(facts, compiled.gateway);
    let mut status = json!({
        "conditions": conditions,
        "listeners": listeners(compiled, &own),
    });
    // Only a set that is accepted itself counts as attached (ls, "Gateway Integration").
    let attached = sets
        .iter()
        .filter(|(_, allowed)| *allowed == Fact::Known(true))
        .filter(|(set, _)| accepts(compiled, compiled.owned_by(&set.meta)))
        .count();
    if !profile.is_kgateway() && attached > 0 {
        status["attachedListenerSets"] = attached.into();
    }
    status
}

/// The status of a ListenerSet; `parent`: its Gateway, if one is served.
pub fn of_listener_set(facts: &Facts, set: &ListenerSet, parent: Option<&Compiled>) -> Value {
    let Some(parent) = parent else {
        return json!({});
    };
    let envoy_gateway = parent.profile == Profile::EnvoyGateway;
    if envoy_gateway && matches!(parent.running, Running::No(..)) {
        return json!({ "conditions": [
            Condition::new("Accepted", "False", "ParentNotAccepted"),
            Condition::new("Programmed", "False", "Programmed"),
        ] });
    }
    match listener_sets::admits(facts, parent.gateway, set) {
        Fact::Known(true) => {}
        Fact::Known(false) | Fact::Absent => {
            return json!({ "conditions": [
                Condition::new("Accepted", "False", "NotAllowed"),
                Condition::new("Programmed", "False", "NotAllowed"),
            ] });
        }
        Fact::Unknown(_) => return json!({}),
    }
    let own = parent.owned_by(&set.meta);
    let bad = own.iter().filter(|&&i| not_valid(&parent.listeners[i], &parent.profile)).count();
    let (mut accepted, mut programmed) = (
        Condition::new("Accepted", "True", "Accepted"),
        Condition::new("Programmed", "True", "Programmed"),
    );
    if envoy_gateway {
        let listeners = served_of(parent, own);
        accepted = envoy_gateway::accepted(&listeners);
        programmed = envoy_gateway::programmed(&listeners);
    } else if none_valid(parent, own) {
        accepted.set("False", "ListenersNotValid");
        programmed.set("False", "ListenersNotValid");
    } else if bad > 0 {
        accepted.set("True", "ListenersNotValid");
    }
    json!({ "conditions": [accepted, programmed], "listeners": listeners(parent, own) })
}
