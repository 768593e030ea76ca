//! The status of an object that the API server refuses, where a copy of it is stored already.
//!
//! Rules of a CRD that come with an upgrade do not take away what is stored, an object that is not
//! changed where they fail may even be written again (ratcheting), and Envoy Gateway without a cluster
//! reads files that no API server has seen. What Envoy Gateway then makes of it is known: its
//! translator judges values itself. What others make of it is not.

use serde_json::{Value, json};

use super::attach::{self, Followed};
use super::envoy_gateway;
use super::gateway::Running;
use super::route_status::of_parent;
use crate::facts::views::*;
use crate::facts::{Facts, Refused, StoredCopy};
use crate::kube::{Kind, Meta};
use crate::route::profile::Profile;

/// The refused objects in scope of which a stored copy is read, and nothing else is known to be stored
/// under their name: in a cluster, or by another file.
pub(super) fn copies<'a>(facts: &Facts<'a>) -> impl Iterator<Item = (&'a Refused, &'a StoredCopy)> {
    let (store, scope) = (facts.store, facts.scope);
    let files = store.world.is_some();
    let refused = store.refused.iter().filter(move |own| files && scope.contains(&own.meta));
    let copies = refused.filter_map(|own| Some((own, own.copy.as_ref()?)));
    copies.filter(move |(own, _)| {
        let (home, name) = (own.meta.namespace.as_str(), own.meta.name.as_str());
        let is_it = |other: &Meta| other.kind == own.meta.kind && other.is_same(&own.meta);
        !(match own.kind {
            Some(Kind::Gateway) => store.get::<Gateway>(home, name, |_| ()).known().is_some(),
            Some(_) => store.get::<HttpRoute>(home, name, |_| ()).known().is_some(),
            None => store.others.iter().any(|other| is_it(&other.meta)),
        })
    })
}

/// The status of a stored copy of a refused route, for the parents of which it is known; `None`: for
/// none. In the world of all others it is not there. `serves` tells of which Gateways one is
/// predicted.
pub(super) fn of_route(
    facts: &Facts,
    route: &HttpRoute,
    serves: impl Fn(&Gateway) -> bool,
) -> Option<Value> {
    let mut parents = Vec::new();
    for reference in route.parents.iter().filter(|_| !route.rules.is_empty()) {
        let followed = attach::follow(facts, &route.meta, &route.hostnames, reference);
        let Followed::To(found) = followed else { continue };
        let gateway = found.parent.gateway();
        let running = || !matches!(envoy_gateway::running(facts, gateway), Running::No(..));
        if found.profile == Profile::EnvoyGateway && serves(gateway) && running() {
            parents.push(of_parent(facts, route, reference, &found));
        }
    }
    (!parents.is_empty()).then(|| json!({ "parents": parents }))
}
