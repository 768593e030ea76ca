//! The conditions of a TLSRoute or TCPRoute for one parent (`processTLSRouteParentRefs`,
//! `processTCPRouteParentRefs`).

use super::conditions::ParentSays;
use super::destination::{self, Destination};
use super::route_fault::{RouteFault, reasons};
use crate::facts::views::*;
use crate::facts::{Fact, Facts};
use crate::route::condition::Condition;

/// The conditions of a route of connections for one parent.
pub fn stream_conditions(
    facts: &Facts,
    route: &HttpRoute,
    gateway: &Gateway,
    says: ParentSays,
) -> Vec<Condition> {
    let refused = |reason: &str| Condition::new("Accepted", "False", reason);
    if route.meta.kind == "TCPRoute" && route.rules.len() != 1 {
        return vec![refused("InvalidRule")];
    }
    let mut conditions = Vec::new();
    match says {
        ParentSays::Attached => conditions.push(Condition::new("Accepted", "True", "Accepted")),
        ParentSays::NotLetIn(reason) | ParentSays::NoHostname(reason) => {
            conditions.push(refused(reason));
        }
        ParentSays::Unknown => {}
    }
    let mut faults = Vec::new();
    for reference in route.rules.iter().flat_map(|rule| &rule.backend_refs) {
        match destination::of(facts, &route.meta, reference, Some(gateway)) {
            Destination::Bad { reason, says, .. } => {
                faults.push(RouteFault::reference(reason, says));
            }
            Destination::Unknown(says) => faults.push(RouteFault::unknown(false, says)),
            // What comes of it hangs on the listener, too.
            Destination::Good { dynamic: true } => {
                faults.push(RouteFault::unknown(false, "a DynamicResolver of connections"));
            }
            // Here it is an error like any other (`EndpointsNotFound`).
            Destination::Nobody(says) => faults.push(RouteFault::unknown(false, says)),
            Destination::Good { dynamic: false } => {}
        }
    }
    match reasons(faults.iter()) {
        Fact::Absent => conditions.push(Condition::new("ResolvedRefs", "True", "ResolvedRefs")),
        Fact::Known(reason) => conditions.push(Condition::new("ResolvedRefs", "False", &reason)),
        Fact::Unknown(_) => {}
    }
    conditions
}
