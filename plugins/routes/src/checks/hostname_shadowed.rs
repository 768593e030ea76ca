//! # Another route's hostname takes requests away
//!
//! ## What it means
//! The Host of a request picks the most specific hostname that any route of the listener has, and
//! only the routes of **that** hostname are asked. There is no fall-through: when none of their
//! rules matches, the answer is 404, although a route without hostname (or with a wildcard) would
//! take the request.
//!
//! ## Why it matters
//! Adding `hostnames: [api.example.com]` to one route makes the paths of all routes without
//! hostname unreachable for that host. All conditions are True.
//!
//! ## Example
//! A route for `/langfuse` without hostname, and a route for `api.example.com` with `/v1` only:
//! `http://api.example.com/langfuse` is 404.
//!
//! ## Fix safety
//! Unsafe: adding the hostname to the shadowed route exposes its paths under that host.
//!
//! ## Sources
//! Gateway API `httproute_types.go` 104-112; kgateway main, 2.3, 2.2, as seen; envoy-gateway
//! issues #5500 and #5697.

use std::collections::{BTreeMap, BTreeSet};

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::views::{HttpRoute, Match, PathType};
use igw_core::facts::{Cx, Kind};
use igw_core::finding::{Finding, Severity};
use igw_core::route::matching::type_name;
use igw_core::route::table::{Host, Table};
use igw_core::route::{hostname, path};
use igw_core::scene::Scene;
use igw_core::words;

/// IGW0109.
pub struct HostnameShadowed;

static META: Meta = Meta {
    code: "IGW0109",
    name: "hostname-shadowed",
    severity: Severity::Warning,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::ListenerSet, Kind::GatewayClass],
    source: include_str!("hostname_shadowed.rs"),
};

impl Check for HostnameShadowed {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for (_, table) in cx.gateways().iter().flat_map(|front| &front.tables) {
            judge(cx, table, out);
        }
    }
}

/// What a route loses to one hostname.
struct Loss {
    /// Paths, as people write them.
    paths: Vec<String>,
    /// The routes that have the hostname.
    owners: BTreeSet<String>,
}

fn judge(cx: &Cx, table: &Table, out: &mut Sink) {
    for (wide, host) in table.hosts.iter().filter(|(pattern, _)| pattern.starts_with('*')) {
        for route in host.routes().into_iter().filter(|route| cx.scope.contains(&route.meta)) {
            // Hosts that take the same paths away are told together.
            let mut losses: BTreeMap<Vec<String>, (Vec<&str>, Loss)> = BTreeMap::new();
            for (narrow, owner) in &table.hosts {
                let inside = narrow != wide && hostname::intersect(wide, narrow) == Some(narrow);
                if inside && let Some(loss) = loss(route, owner) {
                    let owners = loss.owners.clone();
                    let entry = losses.entry(loss.paths.clone());
                    let (hosts, loss) = entry.or_insert_with(|| (Vec::new(), loss));
                    hosts.push(narrow);
                    loss.owners.extend(owners);
                }
            }
            if losses.is_empty() {
                out.passed();
            }
            for (hosts, loss) in losses.into_values() {
                out.finding(finding(route, &hosts, &loss));
            }
        }
    }
}

/// The paths of a route that no match of the owner of a more specific hostname takes.
fn loss(route: &HttpRoute, owner: &Host) -> Option<Loss> {
    if owner.entries.iter().any(|entry| std::ptr::eq(entry.route, route)) {
        return None;
    }
    let taken = |one: &Match| owner.entries.iter().any(|entry| takes(&entry.one, one));
    let lost: Vec<&Match> =
        route.rules.iter().flat_map(|rule| &rule.matches).filter(|one| !taken(one)).collect();
    let mut paths: Vec<String> = lost.iter().map(|one| shown(one)).collect();
    paths.dedup();
    (!paths.is_empty()).then(|| Loss {
        paths,
        owners: owner.entries.iter().map(|entry| entry.route.meta.full_name()).collect(),
    })
}

/// Whether `other` takes every path of `one`; what else it asks for is not looked at, so that a
/// request is called lost only when its path is.
fn takes(other: &Match, one: &Match) -> bool {
    match (other.path.kind, one.path.kind) {
        (PathType::PathPrefix, PathType::PathPrefix | PathType::Exact) => {
            path::under(&other.path.value, path::trimmed_prefix(&one.path.value))
        }
        // What an expression takes is not worked out: no alarm.
        (PathType::RegularExpression, _) | (_, PathType::RegularExpression) => true,
        (PathType::Exact, kind) => kind == PathType::Exact && other.path.value == one.path.value,
    }
}

fn shown(one: &Match) -> String {
    match one.path.kind {
        PathType::PathPrefix => one.path.value.clone(),
        kind => format!("{} {}", type_name(kind), one.path.value),
    }
}

fn finding(route: &HttpRoute, hosts: &[&str], loss: &Loss) -> Finding {
    let paths = words::some_of(&loss.paths, 4);
    let hosts = words::some_of(hosts, 3);
    let owners: Vec<&String> = loss.owners.iter().collect();
    let (reach, is) =
        if loss.paths.len() == 1 { ("reaches", "it is") } else { ("reach", "they are") };
    let title = format!("For {hosts}, {paths} never {reach} this route: {is} 404 there.");
    let (path, own) = match route.hostnames.as_slice() {
        [] => ("/spec", "has no hostname".to_owned()),
        names => ("/spec/hostnames", format!("has hostname {}", words::some_of(names, 3))),
    };
    Finding::at(&route.meta, path, title)
        .explain(format!(
            "The Host picks the most specific hostname, which belongs to {}, and only its rules are asked. This route {own}. Add the hostname here if its paths are meant to be served there.",
            words::some_of(&owners, 3)
        ))
        .label(own)
        .effect(404, 1.0, format!("{paths} on {hosts}"))
        .guide("1", Some("it advises to add hostnames, which takes them away from other routes"))
}
