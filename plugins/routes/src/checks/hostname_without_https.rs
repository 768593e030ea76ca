//! # A hostname is served on HTTP, and no HTTPS listener takes it
//!
//! ## What it means
//! A route is attached to an HTTP listener of a Gateway that has HTTPS listeners, too, but none of
//! them has a hostname that takes the route's: a listener for `*.example.com` does not take
//! `example.com`.
//!
//! ## Why it matters
//! `http://` works; `https://` to the same name ends in the TLS handshake, since no listener has the
//! name. Browsers try https first.
//!
//! ## Example
//! The route's hostname is `example.com`, and the HTTPS listener has `*.example.com`: add a listener
//! for `example.com`, with a certificate for it.
//!
//! ## Fix safety
//! Unsafe: a listener needs a certificate for the name.
//!
//! ## Sources
//! Gateway API `gateway_types.go` 146-166, 414-416 (a wildcard takes one label or more).

use std::collections::{BTreeMap, BTreeSet};

use igw_core::check::{Check, Sink};
use igw_core::facts::views::HttpRoute;
use igw_core::facts::{Fact, Facts};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::route::followed::{self, Front};
use igw_core::route::hostname;
use igw_core::route::served_listener::ListenerAnswers;
use igw_core::{page, text};

pub static CHECK: Check = Check {
    code: "IGW0144",
    name: "hostname-without-https",
    severity: Severity::Info,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::ListenerSet, Kind::GatewayClass],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for front in followed::gateways(facts) {
        judge(facts, front, out);
    }
}

/// A route with the port and the hostnames that are served there without TLS alone.
type PlainHosts<'a> = (&'a HttpRoute, u16, BTreeSet<&'a str>);

fn judge(facts: &Facts, front: &Front, out: &mut Sink) {
    let listeners = &front.compiled.listeners;
    // A TLS listener may pass the name on; one that is not open is reported by itself.
    let secure: Vec<_> = listeners
        .iter()
        .filter(|listener| matches!(listener.spec.protocol.as_str(), "HTTPS" | "TLS"))
        .collect();
    // Where there are TLSRoutes alone, no name is meant to be served by HTTPS.
    let https: Vec<&str> = secure
        .iter()
        .filter(|listener| listener.spec.protocol == "HTTPS")
        .map(|listener| listener.hostname())
        .collect();
    if https.is_empty() {
        return;
    }
    let takes = |name: &str| {
        secure.iter().any(|listener| hostname::intersect(listener.hostname(), name).is_some())
    };
    let mut plain: BTreeMap<String, PlainHosts> = BTreeMap::new();
    for attached in &front.compiled.attached {
        let listener = &listeners[attached.listener];
        let route = attached.route;
        if listener.serves != Fact::Known(ListenerAnswers::Http)
            || !facts.scope.contains(&route.meta)
        {
            continue;
        }
        let names = attached.hostnames.iter().map(String::as_str);
        let lone: BTreeSet<&str> =
            names.filter(|name| *name != hostname::ANY && !takes(name)).collect();
        if lone.is_empty() {
            out.passed();
            continue;
        }
        let own = plain.entry(route.meta.full_name());
        let empty = (route, listener.spec.port, BTreeSet::new());
        own.or_insert(empty).2.extend(lone);
    }
    let others = text::some_of(&https, 3);
    for (route, port, names) in plain.into_values() {
        let names: Vec<&str> = names.into_iter().collect();
        let names = text::some_of(&names, 3);
        let title = format!(
            "{names} is served on port {port} only: no HTTPS listener of {} takes it.",
            front.compiled.gateway.meta.title()
        );
        let path = if route.hostnames.is_empty() { "/spec" } else { "/spec/hostnames" };
        out.finding(
            Finding::at(&route.meta, path, title)
                .explain(format!("https:// to the name ends in the TLS handshake. The HTTPS listeners take {others}; a wildcard does not take the name without its first label."))
                .label("not on an HTTPS listener")
                .related(front.compiled.gateway.meta.reference()),
        );
    }
}
