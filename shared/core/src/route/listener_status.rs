//! What the status of a Gateway or a ListenerSet says of its listeners.

use serde_json::{Value, json};

use super::envoy_gateway;
use super::gateway::Compiled;
use super::served_listener::ServedListener;
use crate::route::profile::Profile;

/// Whether a listener counts as not programmed for the Gateway's `Accepted`.
pub(super) fn not_valid(listener: &ServedListener, profile: &Profile) -> bool {
    let is_false =
        |kind: &str| listener.conditions.iter().any(|c| c.kind == kind && c.status == "False");
    // Up to kgateway 2.3 only Programmed is looked at (seen).
    is_false("Programmed") || (is_false("Accepted") && !profile.kgateway_before(2, 4))
}

/// The statuses of some listeners, by their indices.
pub(super) fn listeners(compiled: &Compiled, indices: &[usize]) -> Vec<Value> {
    indices
        .iter()
        .map(|&i| {
            let listener = &compiled.listeners[i];
            let mut conditions = listener.conditions.clone();
            // What hangs on an unknown certificate is not told.
            if listener.hangs_on_the_unknown() {
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

/// Whether a ListenerSet with these listeners is accepted.
pub(super) fn accepts(compiled: &Compiled, own: &[usize]) -> bool {
    match compiled.profile == Profile::EnvoyGateway {
        true => envoy_gateway::accepted(&served_of(compiled, own)).status == "True",
        false => !none_valid(compiled, own),
    }
}

/// Some listeners, by their indices.
pub(super) fn served_of<'c, 'a>(
    compiled: &'c Compiled<'a>,
    own: &[usize],
) -> Vec<&'c ServedListener<'a>> {
    own.iter().map(|&i| &compiled.listeners[i]).collect()
}

/// Whether none of a ListenerSet's listeners (`own`) is valid.
pub(super) fn none_valid(compiled: &Compiled, own: &[usize]) -> bool {
    let bad = |&i: &usize| not_valid(&compiled.listeners[i], &compiled.profile);
    !own.is_empty() && own.iter().all(bad)
}
