//! One thing that is written against the prediction.

use super::super::compare::Disagreement;
use super::super::contradiction;
use super::super::reason::{self, ReasonHarm};
use super::super::refused_policies::RefusedPolicy;
use super::super::served_listener::ServedListener;
use super::super::trace::Stage;
use crate::facts::views::*;
use crate::kube::{Meta, pointer};
use crate::text;

pub(super) struct Refutation {
    pub(super) stage: Stage,
    /// What was expected in its place.
    predicted: String,
    /// `kgateway wrote Accepted=False NotAllowedByListeners for HTTPRoute a/b at Gateway c/d`.
    pub(super) wrote: String,
    /// The field.
    pub(super) at: String,
    harm: Option<ReasonHarm>,
    /// Whether the answer may be another one because of it.
    pub(super) decides: bool,
}

impl Refutation {
    /// From what is written of a Gateway or ListenerSet; of its listeners only the one that takes
    /// the request counts.
    pub(super) fn of_listeners(
        owner: &Meta,
        said: &Conditions,
        taken: Option<&ServedListener>,
        one: &Disagreement,
        who: &str,
    ) -> Option<Self> {
        if !contradiction::is_refusal(one) {
            return None;
        }
        let (written, listener) = (one.written, one.path.starts_with("/status/listeners/"));
        if listener && !taken.is_some_and(|own| is_of(one, said, own)) {
            return None;
        }
        let place = match taken.filter(|_| listener) {
            Some(own) => format!("listener {} of {}", own.spec.name, owner.title()),
            None => owner.title(),
        };
        // An address is what clients need; the proxy works without one. What is wrong with a
        // listener is said of that listener.
        let beside = ["AddressNotAssigned", "AddressNotUsable", "ListenersNotValid"];
        Some(Refutation {
            stage: Stage::Listener,
            predicted: condition(&one.predicted.kind, &one.predicted.status, &one.predicted.reason),
            wrote: wrote(who, written, &place),
            at: format!("{}, {}", owner.title(), pointer::dotted(&one.path)),
            harm: reason::of_gateway(listener, &written.kind, &written.status, &written.reason),
            decides: listener || !beside.contains(&written.reason.as_str()),
        })
    }

    /// From what is written of a listener that was taken to be good, because what it needs is not
    /// in the input.
    pub(super) fn of_supposed(
        taken: &ServedListener,
        written: &Written,
        who: &str,
    ) -> Option<Self> {
        taken.supposed.as_ref().filter(|_| written.is_current())?;
        let name = &taken.spec.name;
        let (_, conditions) = written.said.listeners.iter().find(|(own, _)| own == name)?;
        let known = ["ResolvedRefs", "Accepted", "Programmed"];
        let of_kind = |kind: &&str| {
            conditions.iter().find(|own| own.kind == *kind && own.status == "False" && !own.old)
        };
        let refused = known.iter().find_map(of_kind)?;
        Some(Refutation {
            stage: Stage::Listener,
            predicted: format!("{}=True", refused.kind),
            wrote: wrote(who, refused, &format!("listener {name} of {}", taken.owner.title())),
            at: format!("{}, status.listeners", taken.owner.title()),
            harm: None,
            decides: true,
        })
    }

    /// From what is written of a route at a parent; `forwards`: whether the request goes on to a
    /// backend.
    pub(super) fn of_route(
        route: &HttpRoute,
        parent: &Meta,
        one: &Disagreement,
        who: &str,
        forwards: bool,
    ) -> Self {
        let (written, ours) = (one.written, &one.predicted);
        Refutation {
            stage: Stage::Rule,
            predicted: condition(&ours.kind, &ours.status, &ours.reason),
            wrote: wrote(who, written, &format!("{} at {}", route.meta.title(), parent.title())),
            at: format!("{}, {}", route.meta.title(), pointer::dotted(&one.path)),
            harm: reason::of_route(&written.kind, &written.status, &written.reason),
            decides: written.kind != "ResolvedRefs" || forwards,
        }
    }

    /// The same of a route of calls, of which no status is predicted.
    pub(super) fn of_call_route(
        route: &HttpRoute,
        parent: &Meta,
        written: &WrittenCondition,
        who: &str,
    ) -> Self {
        Refutation {
            stage: Stage::Rule,
            predicted: format!("{}=True", written.kind),
            wrote: wrote(who, written, &format!("{} at {}", route.meta.title(), parent.title())),
            at: format!("{}, status.parents", route.meta.title()),
            harm: None,
            decides: true,
        }
    }

    pub(super) fn of_policy(own: &RefusedPolicy) -> Self {
        let who = match own.controller {
            "" => "its controller".to_owned(),
            name => text::clean(&text::clip(name, 100)),
        };
        Refutation {
            stage: Stage::Policy,
            predicted: format!("{}=True", own.condition.kind),
            wrote: wrote(&who, own.condition, &own.meta.title()),
            at: format!("{}, status.ancestors", own.meta.title()),
            harm: own.fails_requests.then_some(ReasonHarm::Status(500)),
            decides: own.decides,
        }
    }

    /// As a step on the way.
    pub(super) fn step(&self) -> String {
        format!("{} is predicted, but {}", self.predicted, self.wrote)
    }

    /// The status that clients get if it is still so.
    pub(super) fn status(&self) -> Option<u16> {
        match self.harm? {
            ReasonHarm::Status(status) | ReasonHarm::Part(status) => Some(status),
            ReasonHarm::Refused => None,
        }
    }

    /// What follows, as the end of a sentence.
    pub(super) fn then(&self) -> String {
        match self.harm {
            Some(ReasonHarm::Status(status) | ReasonHarm::Part(status)) => {
                format!(", with which it is {status}")
            }
            Some(ReasonHarm::Refused) => ", with which connections are refused".to_owned(),
            None => String::new(),
        }
    }
}

/// Whether a path into the status of an owner leads to this listener.
fn is_of(one: &Disagreement, said: &Conditions, taken: &ServedListener) -> bool {
    let place = one.path.split('/').nth(3).and_then(|own| own.parse::<usize>().ok());
    let listener = place.and_then(|at| said.listeners.get(at));
    listener.is_some_and(|(name, _)| *name == taken.spec.name)
}

fn wrote(who: &str, written: &WrittenCondition, place: &str) -> String {
    format!(
        "{who} wrote {} for {place}",
        condition(&written.kind, &written.status, &written.reason)
    )
}

/// `Accepted=False NotAllowedByListeners`.
fn condition(kind: &str, status: &str, reason: &str) -> String {
    text::clean(&text::clip(&format!("{kind}={status} {reason}"), 100))
}
