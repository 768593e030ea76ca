//! Repairs that give a route another parent.

use igw_core::facts::Facts;
use igw_core::facts::views::{Gateway, HttpRoute, ParentRef};
use igw_core::fix::{Fix, FixChoice, Pick, Safety, Set};
use igw_core::kube::{GATEWAY_API, Meta, pointer};
use igw_core::route::attach::{self, Acceptance, Followed};
use igw_core::route::followed::FollowedParent;
use serde_json::json;

/// The namespace of a Gateway of the same name. It is a choice, unless there is one that takes the
/// route.
pub fn moved(facts: &Facts, parent: &FollowedParent, elsewhere: &[&Meta]) -> Option<Fix> {
    let route = parent.route;
    let takes = |meta: &&Meta| {
        let namespace = Some(meta.namespace.clone());
        takes(facts, route, &ParentRef { namespace, ..parent.reference.clone() })
    };
    let (mut all, others): (Vec<&Meta>, Vec<&Meta>) = elsewhere.iter().copied().partition(takes);
    let safety = match (all.as_slice(), others.as_slice()) {
        ([_], _) => Safety::Safe,
        ([], [other]) => Safety::Unsafe(format!("{} does not accept the route", other.title())),
        _ => Safety::Unsafe("several Gateways have this name".to_owned()),
    };
    if safety != Safety::Safe {
        all.extend(others);
    }
    let at = format!("{}/namespace", parent.path());
    let field = pointer::dotted(&at);
    let set = |meta: &Meta| Set::Put(at.clone(), meta.namespace.clone().into());
    Fix::choose(safety, choice(route, &all, set), |only| {
        let to = only.map(|_| format!(" to {}", all[0].namespace)).unwrap_or_default();
        format!("set {field} of {}{to}", route.meta.title())
    })
}

/// A first parentRef. The Gateways that take the route are recommended.
pub fn attached(facts: &Facts, route: &HttpRoute) -> Option<Fix> {
    let home = &route.meta.namespace;
    let takes = |meta: &&Meta| {
        let reference = ParentRef {
            group: GATEWAY_API.into(),
            kind: "Gateway".into(),
            namespace: Some(meta.namespace.clone()),
            name: meta.name.clone(),
            section_name: None,
            port: None,
        };
        takes(facts, route, &reference)
    };
    let all = facts.list::<Gateway>(None).items.into_iter().map(|gateway| &gateway.meta);
    let (mut all, others): (Vec<&Meta>, Vec<&Meta>) = all.partition(takes);
    all.extend(others);
    let set = |meta: &Meta| {
        let reference = match meta.namespace == *home {
            true => json!({ "name": meta.name }),
            false => json!({ "name": meta.name, "namespace": meta.namespace }),
        };
        Set::Insert("/spec/parentRefs".to_owned(), None, reference)
    };
    let why = Safety::Unsafe("only you know which Gateway is meant".to_owned());
    Fix::choose(why, choice(route, &all, set), |only| {
        let gateway = only.map_or("a Gateway", |one| &one.label);
        format!("attach {} to {gateway}", route.meta.title())
    })
}

fn takes(facts: &Facts, route: &HttpRoute, reference: &ParentRef) -> bool {
    let found = attach::follow(facts, &route.meta, &route.hostnames, reference);
    matches!(found, Followed::To(found) if matches!(found.outcome, Acceptance::Attached(_)))
}

fn choice(route: &HttpRoute, gateways: &[&Meta], set: impl Fn(&Meta) -> Set) -> FixChoice {
    let pick =
        |meta: &&Meta| Pick::change(meta.full_name(), meta.title(), &route.meta, vec![set(meta)]);
    FixChoice {
        key: "gateway",
        ask: format!("Which Gateway is the parent of {}?", route.meta.title()),
        picks: gateways.iter().map(pick).collect(),
    }
}
