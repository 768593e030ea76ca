//! The status of a route that the API server refuses, where a copy of it is stored already.
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
use crate::facts::{Facts, Refused};
use crate::kube::Meta;
use crate::route::profile::Profile;

/// The refused routes in scope with the statuses of their stored copies. `serves` tells of which
/// Gateways one is predicted.
pub(super) fn of_copies<'a>(
    facts: &Facts<'a>,
    serves: impl Fn(&Gateway) -> bool,
) -> impl Iterator<Item = (&'a Refused, Value)> {
    let refused = facts.store.refused.iter().filter(|own| facts.scope.contains(&own.meta));
    refused.filter_map(move |refused| Some((refused, of_copy(facts, refused, &serves)?)))
}

/// The status of a stored copy of a refused route, for the parents of which it is known; `None`: for
/// none. In the world of all others it is not there.
fn of_copy(facts: &Facts, refused: &Refused, serves: impl Fn(&Gateway) -> bool) -> Option<Value> {
    let route = refused.copy.as_deref()?;
    if route.rules.is_empty() || is_known_otherwise(facts, route) {
        return None;
    }
    let mut parents = Vec::new();
    for reference in &route.parents {
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

/// Whether it is known what is stored under its name: in a cluster, or by another file.
fn is_known_otherwise(facts: &Facts, route: &HttpRoute) -> bool {
    let meta = &route.meta;
    let stored = facts.store.get::<HttpRoute>(&meta.namespace, &meta.name, |_| ());
    let mut others = facts.store.others.iter();
    let is_it = |own: &Meta| own.kind == meta.kind && own.is_same(meta);
    facts.store.world.is_none()
        || stored.known().is_some_and(|own| is_it(&own.meta))
        || others.any(|own| is_it(&own.meta))
}
