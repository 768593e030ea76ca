//! # No listener of a route is open
//!
//! ## What it means
//! The route is attached, but each listener that it is attached to is closed: its Secret does not
//! exist, it is in conflict with another listener, its protocol is not supported.
//!
//! ## Why it matters
//! Nobody can reach the route. Its own status may still be Accepted=True, and the cause stands in the
//! status of a Gateway or ListenerSet that somebody else may own.
//!
//! ## Example
//! A route with `sectionName: https`, whose listener `https` names a Secret that was never made.
//!
//! ## Fix safety
//! None of its own: repair the listener (IGW0121), or attach the route to another one.
//!
//! ## Sources
//! gateway-api, apis/v1/gateway_types.go (listener conditions); IGW0121 for what closes a listener.

use std::collections::HashMap;

use igw_core::check::{Check, Sink};
use igw_core::facts::{Fact, Facts};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::{Kind, Meta};
use igw_core::page;
use igw_core::route::attach::{Acceptance, Followed};
use igw_core::route::followed::{self, FollowedParent};
use igw_core::route::served_listener::{ListenerAnswers, ServedListener};

pub static CHECK: Check = Check {
    code: "IGW0150",
    name: "all-listeners-closed",
    severity: Severity::Error,
    needs: &[
        Kind::HttpRoute,
        Kind::Gateway,
        Kind::ListenerSet,
        Kind::GatewayClass,
        Kind::Secret,
        Kind::ReferenceGrant,
    ],
    page: page!(),
    run,
};

type ListenersByPlace<'s, 'a> = HashMap<(*const Meta, usize), &'s ServedListener<'a>>;

fn run(facts: &Facts, out: &mut Sink) {
    let all = followed::gateways(facts).iter().flat_map(|front| &front.compiled.listeners);
    let listeners: ListenersByPlace =
        all.map(|own| ((std::ptr::from_ref(own.owner), own.index), own)).collect();
    let same = |a: &FollowedParent, b: &FollowedParent| std::ptr::eq(a.route, b.route);
    for parents in followed::parents(facts).chunk_by(same) {
        // Whether the route is attached elsewhere, others say.
        if parents.iter().any(|parent| is_open(parent)) {
            continue;
        }
        let attached: Vec<_> = parents
            .iter()
            .flat_map(|parent| of(parent, &listeners).into_iter().map(move |own| (parent, own)))
            .collect();
        let closed = attached.iter().filter_map(|(parent, own)| match &own.serves {
            Fact::Known(ListenerAnswers::Closed(says)) => Some((*parent, *own, says.as_str())),
            _ => None,
        });
        let closed: Vec<_> = closed.collect();
        match closed.first() {
            Some(first) if closed.len() == attached.len() => out.finding(finding(first, &closed)),
            _ if attached.is_empty() => {}
            _ => out.passed(),
        }
    }
}

/// Whether it is not known where a parentRef leads.
fn is_open(parent: &FollowedParent) -> bool {
    match &parent.followed {
        Followed::To(found) => matches!(found.outcome, Acceptance::Unknown(_)),
        other => matches!(other, Followed::Unknown(_)),
    }
}

/// The listeners to which a parentRef attaches its route.
fn of<'s, 'a>(
    parent: &FollowedParent,
    listeners: &ListenersByPlace<'s, 'a>,
) -> Vec<&'s ServedListener<'a>> {
    let Followed::To(found) = &parent.followed else { return Vec::new() };
    let Acceptance::Attached(attached) = &found.outcome else { return Vec::new() };
    let owner = std::ptr::from_ref(found.parent.meta());
    attached.iter().filter_map(|(index, _)| listeners.get(&(owner, *index)).copied()).collect()
}

type ClosedListener<'s, 'a> = (&'s FollowedParent<'a>, &'s ServedListener<'a>, &'s str);

fn finding(first: &ClosedListener, all: &[ClosedListener]) -> Finding {
    let (parent, listener, says) = first;
    let (name, owner) = (&listener.spec.name, listener.owner.title());
    let title = match all.len() {
        1 => format!("The only listener of this route, {name} of {owner}, is closed: {says}."),
        n => format!("All {n} listeners of this route are closed; {name} of {owner}: {says}."),
    };
    let mut finding = Finding::at(&parent.route.meta, parent.path(), title)
        .explain("Clients get no HTTP answer. IGW0121 at the listener says more.")
        .label(format!("listener {name} is closed"))
        .related(listener.owner.reference())
        .guide("6", Some("it does not check the conditions of listeners"));
    for (_, listener, says) in all.iter().take(3) {
        finding = finding.evidence(listener.at(), *says);
    }
    finding
}
