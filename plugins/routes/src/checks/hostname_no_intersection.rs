//! # A hostname of the route fits no listener
//!
//! ## What it means
//! A listener with a `hostname` serves only that host. A hostname of the route that has nothing
//! in common with the hostname of any listener that it may attach to is ignored.
//!
//! ## Why it matters
//! If no hostname fits, the route has `Accepted=False NoMatchingListenerHostname`; if only some
//! do, all conditions are True and nothing tells about the others. Requests for them get 404.
//! `*.example.com` stands for one or more labels, never for `example.com` itself.
//!
//! ## Example
//! A listener for `*.example.com` and a route for `example.com`.
//!
//! ## Fix safety
//! Unsafe: which of the two is wrong cannot be told.
//!
//! ## Sources
//! Gateway API `httproute_types.go` 75-107; kgateway main, 2.3, as seen.

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::{Fact, Kind};
use igw_core::finding::{Finding, Severity};
use igw_core::pointer;
use igw_core::route::attach::{Attachment, Fit};
use igw_core::route::{hostname, listener};
use igw_core::scene::Scene;
use igw_core::words;

use super::refs::{self, Parent};

/// IGW0108.
pub struct HostnameNoIntersection;

static META: Meta = Meta {
    code: "IGW0108",
    name: "hostname-no-intersection",
    severity: Severity::Error,
    needs: &[
        Kind::HttpRoute,
        Kind::Gateway,
        Kind::ListenerSet,
        Kind::GatewayClass,
        Kind::Namespace,
    ],
    source: include_str!("hostname_no_intersection.rs"),
};

impl Check for HostnameNoIntersection {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        let parents: Vec<Parent> = refs::parents(cx).collect();
        for siblings in parents.chunk_by(|a, b| std::ptr::eq(a.route, b.route)) {
            for parent in siblings {
                judge(parent, siblings, out);
            }
        }
    }
}

/// Judges a parentRef; `siblings` are all of its route.
fn judge(parent: &Parent, siblings: &[Parent], out: &mut Sink) {
    let Some(found) = refs::attachment(parent) else { return };
    let open = open(found);
    if open.is_empty() {
        return;
    }
    for (index, wanted) in parent.route.hostnames.iter().enumerate() {
        // Another parent may serve what this one does not.
        let elsewhere = || {
            let others = siblings.iter().filter_map(|other| refs::attachment(other));
            others.into_iter().any(|other| some_fits(&self::open(other), wanted))
        };
        if some_fits(&open, wanted) || elsewhere() {
            out.passed();
        } else {
            let none = parent.route.hostnames.iter().all(|wanted| !some_fits(&open, wanted));
            out.finding(finding(parent, found, &open, index, wanted, none));
        }
    }
}

/// Whether a hostname has something in common with that of any of these listeners.
fn some_fits(open: &[&Fit], wanted: &str) -> bool {
    let own =
        |fit: &&Fit| hostname::intersect(listener::hostname_of(fit.listener), wanted).is_some();
    open.iter().any(own)
}

/// The listeners that are selected and let the route in.
fn open<'f, 'a>(found: &'f Attachment<'a>) -> Vec<&'f Fit<'a>> {
    let lets_in = |fit: &&Fit| fit.selected && fit.kind && fit.namespace != Fact::Known(false);
    found.fits.iter().filter(lets_in).collect()
}

fn finding(
    parent: &Parent,
    found: &Attachment,
    open: &[&Fit],
    index: usize,
    wanted: &str,
    none: bool,
) -> Finding {
    let closest = open
        .iter()
        .max_by_key(|fit| hostname::shared_labels(listener::hostname_of(fit.listener), wanted));
    let closest =
        closest.map(|fit| (fit.listener.name.as_str(), listener::hostname_of(fit.listener)));
    let (name, own) = closest.unwrap_or_default();
    let apex = own.strip_prefix("*.").is_some_and(|suffix| suffix == wanted);
    let why = match apex {
        true => {
            format!("It stands for one or more labels before {wanted}, never for {wanted} itself.")
        }
        false => String::new(),
    };
    let status = match none {
        true => "The route gets Accepted=False NoMatchingListenerHostname.",
        false => {
            "Another hostname of the route is served, so all conditions are True, and nothing tells about this one."
        }
    };
    let owner = found.parent.meta();
    let title = format!(
        "Requests for {wanted} get 404: no listener of {} takes that hostname.",
        owner.title()
    );
    let listed: Vec<String> = open
        .iter()
        .map(|fit| format!("{} ({})", fit.listener.name, listener::hostname_of(fit.listener)))
        .collect();
    let path = pointer!["spec", "hostnames", index];
    Finding::at(&parent.route.meta, path, title)
        .explain(
            format!("Closest is listener {name} with hostname {own}. {why} {status}")
                .replace("  ", " "),
        )
        .label(format!("closest listener: {own}"))
        .effect(404, 1.0, format!("every request to {wanted}"))
        .evidence(
            format!("{}, spec.listeners[].hostname", owner.title()),
            words::some_of(&listed, 4),
        )
        .related(owner.reference())
        .guide("1", None)
}
