//! What the listeners of a Gateway or a ListenerSet come to together.

use crate::route::condition::Condition;
use crate::route::served_listener::ServedListener;

/// How many of some listeners have a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Share {
    All,
    Some,
    None,
}

fn share(listeners: &[&ServedListener], kind: &str) -> Share {
    let has = |own: &&&ServedListener| {
        own.conditions.iter().any(|c| c.kind == kind && c.status == "True")
    };
    match listeners.iter().filter(has).count() {
        count if count == listeners.len() => Share::All,
        0 => Share::None,
        _ => Share::Some,
    }
}

/// `Accepted` of their owner (`computeGatewayAcceptedFromListeners`). A listener that is accepted
/// may be out of service all the same.
pub fn accepted(listeners: &[&ServedListener]) -> Condition {
    match share(listeners, "Accepted") {
        Share::All => Condition::new("Accepted", "True", "Accepted"),
        Share::Some => Condition::new("Accepted", "True", "ListenersNotValid"),
        Share::None => Condition::new("Accepted", "False", "ListenersNotValid"),
    }
}

/// `Programmed` of a ListenerSet (`ProcessListenerSetStatus`).
pub fn programmed(listeners: &[&ServedListener]) -> Condition {
    match share(listeners, "Programmed") {
        Share::All | Share::Some => Condition::new("Programmed", "True", "Programmed"),
        Share::None => Condition::new("Programmed", "False", "ListenersNotValid"),
    }
}
