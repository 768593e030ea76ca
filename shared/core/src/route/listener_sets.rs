//! The ListenerSets of a Gateway.

use std::collections::HashMap;

use super::selector;
use crate::facts::views::{Gateway, Listener, ListenerSet};
use crate::facts::{Derive, Fact, Facts};
use crate::kube::Meta;

/// ListenerSets by the namespace and name of their Gateway, in the order in which they are merged: by
/// age, then by `ns/name` (ls:90-96).
struct SetsOfGateways<'a>(HashMap<(&'a str, &'a str), Vec<&'a ListenerSet>>);

better_any::tid!(SetsOfGateways<'a>);

impl<'a> Derive<'a> for SetsOfGateways<'a> {
    fn derive(facts: &Facts<'a>) -> Self {
        let mut sets: Vec<(String, String, &ListenerSet)> = facts
            .list::<ListenerSet>(None)
            .items
            .into_iter()
            .map(|set| {
                let age = set.meta.created.clone().unwrap_or_else(|| "~".to_owned());
                (age, set.meta.full_name(), set)
            })
            .collect();
        sets.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        let mut out: HashMap<_, Vec<&ListenerSet>> = HashMap::new();
        for (_, _, set) in sets {
            out.entry((set.gateway_namespace(), set.parent.name.as_str())).or_default().push(set);
        }
        SetsOfGateways(out)
    }
}

/// The ListenerSets that name a Gateway as their parent, in the order in which they are merged; with
/// whether the Gateway lets each in.
pub fn listener_sets<'a>(
    facts: &Facts<'a>,
    gateway: &Gateway,
) -> Vec<(&'a ListenerSet, Fact<bool>)> {
    if gateway.admits_no_sets() {
        return Vec::new();
    }
    let SetsOfGateways(known) = facts.derived();
    let own = known.get(&(gateway.meta.namespace.as_str(), gateway.meta.name.as_str()));
    let own = own.into_iter().flatten().filter(|set| set.adds_to(&gateway.meta));
    own.map(|set| (*set, admits(facts, gateway, set))).collect()
}

/// Whether a Gateway lets a ListenerSet in.
pub fn admits(facts: &Facts, gateway: &Gateway, set: &ListenerSet) -> Fact<bool> {
    let home = &gateway.meta.namespace;
    selector::allows(facts, &gateway.allowed_listeners, home, &set.meta.namespace)
}

/// A listener with the object that has it, and its index there.
pub type OwnedListener<'a> = (&'a Meta, usize, &'a Listener);

/// A Gateway's own listeners, then those of the ListenerSets that it lets in.
pub fn owned<'a>(facts: &Facts<'a>, gateway: &'a Gateway) -> Vec<OwnedListener<'a>> {
    let mut owners = vec![(&gateway.meta, gateway.listeners.as_slice())];
    for (set, allowed) in listener_sets(facts, gateway) {
        if allowed != Fact::Known(false) {
            owners.push((&set.meta, set.listeners.as_slice()));
        }
    }
    let of_one = |(owner, listeners): (&'a Meta, &'a [Listener])| {
        listeners.iter().enumerate().map(move |(index, spec)| (owner, index, spec))
    };
    owners.into_iter().flat_map(of_one).collect()
}
