//! # No listener matches sectionName and port
//!
//! ## What it means
//! A `parentRef` selects a listener by `sectionName`, by `port`, or by both, and no listener of the
//! Gateway matches. If both are set, the same listener must match both.
//!
//! ## Why it matters
//! The route has `Accepted=False NoMatchingParent`, with an empty message in kgateway; its
//! requests get 404.
//!
//! ## Example
//! `sectionName: web` for a Gateway whose only listener is named `http`.
//!
//! ## Fix safety
//! Unsafe without your choice: the listener determines port, TLS and hostname.
//!
//! ## Sources
//! Gateway API `shared_types.go` 379-383; observed in kgateway main and 2.3.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, FixChoice, Pick, Safety, Set};
use igw_core::kube::Kind;
use igw_core::route::attach::{Acceptance, Attachment, Followed, ListenerFit};
use igw_core::route::followed;
use igw_core::route::followed::FollowedParent;
use igw_core::{page, text};

use crate::refs::{self, ParentWords as _};

pub static CHECK: Check = Check {
    code: "IGW0105",
    name: "no-listener-selected",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::ListenerSet, Kind::GatewayClass],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for parent in followed::parents(facts) {
        match &parent.followed {
            Followed::To(found) if found.fits.iter().any(|fit| fit.selected) => out.passed(),
            Followed::To(found) => {
                debug_assert!(matches!(found.outcome, Acceptance::Refused(_)));
                out.finding(finding(parent, found));
            }
            _ => {}
        }
    }
}

fn finding(parent: &FollowedParent, found: &Attachment) -> Finding {
    let reference = parent.reference;
    let owner = found.parent.meta().title();
    let listeners: Vec<String> = found
        .fits
        .iter()
        .map(|fit| format!("{} :{}", fit.listener.name, fit.listener.port))
        .collect();
    let (wanted, field) = match (&reference.section_name, reference.port) {
        (Some(name), Some(port)) => (format!("named {name} on port {port}"), "sectionName"),
        (Some(name), None) => (format!("named {name}"), "sectionName"),
        (None, Some(port)) => (format!("on port {port}"), "port"),
        (None, None) => ("at all".to_owned(), "name"),
    };
    let nearest = reference.section_name.as_ref().and_then(|wanted| {
        found
            .fits
            .iter()
            .map(|fit| (strsim::damerau_levenshtein(&fit.listener.name, wanted), fit))
            .filter(|(distance, _)| *distance <= 2)
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, fit)| fit.listener.name.clone())
    });
    let namesake =
        found.fits.iter().find(|fit| reference.section_name.as_ref() == Some(&fit.listener.name));
    let hint = match (namesake, nearest) {
        // Its name fits, so its port does not.
        (Some(fit), _) => {
            format!(" Listener {} is on port {}.", fit.listener.name, fit.listener.port)
        }
        (None, Some(name)) => format!(" Did you mean {name}?"),
        (None, None) => String::new(),
    };
    let has = match listeners.as_slice() {
        [] => "It has no listeners.".to_owned(),
        [one] => format!("Its only listener is {one}."),
        many => format!("Its listeners are {}.", text::some_of(many, 6)),
    };
    let title = format!("{}: {owner} has no listener {wanted}.", parent.not_attached());
    Finding::at(&parent.route.meta, format!("{}/{field}", parent.path()), title)
        .explain(format!(
            "{has}{hint} The route gets Accepted=False NoMatchingParent, and its requests get 404."
        ))
        .label(format!("listeners: {}", text::some_of(&listeners, 4)))
        .effect(404, 1.0, refs::all_requests(parent.route))
        .evidence(format!("{owner}, spec.listeners"), text::some_of(&listeners, 6))
        .related(found.parent.meta().reference())
        .repair(selected(parent, found, field))
        .guide("1", None)
}

/// Another listener, the one with the nearest name first.
fn selected(parent: &FollowedParent, found: &Attachment, field: &str) -> Option<Fix> {
    let route = &parent.route.meta;
    let wanted = parent.reference.section_name.as_deref().unwrap_or_default();
    let mut fits: Vec<&ListenerFit> = found.fits.iter().filter(|fit| fit.kind).collect();
    fits.sort_by_key(|fit| strsim::damerau_levenshtein(&fit.listener.name, wanted));
    let pick = |fit: &&ListenerFit| {
        let (name, port) = (&fit.listener.name, fit.listener.port);
        let mut sets = Vec::new();
        if parent.reference.section_name.is_some() {
            sets.push(Set::Put(format!("{}/sectionName", parent.path()), name.clone().into()));
        }
        if parent.reference.port.is_some_and(|own| own != port) {
            sets.push(Set::Put(format!("{}/port", parent.path()), port.into()));
        }
        Pick::change(name, format!("listener {name} :{port}"), route, sets)
    };
    let picks = fits.iter().map(pick).collect();
    let ask = format!("Which listener of {} is meant?", found.parent.meta().title());
    let why = "the listener decides port, TLS and hostname".to_owned();
    let choice = FixChoice { key: "listener", ask, picks };
    Fix::choose(Safety::Unsafe(why), choice, |only| {
        let to = only.map(|one| format!(" to {}", one.label)).unwrap_or_default();
        format!("set spec.parentRefs[{}].{field} of {}{to}", parent.index, route.title())
    })
}
