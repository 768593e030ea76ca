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
//! hostname unreachable for that host: 404, or another backend than before. All conditions are
//! True. Where the owners of the hostname take a path of this route, its requests go to them: that
//! is a warning.
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
use igw_core::facts::{Cx, Kind, Profile};
use igw_core::finding::{Finding, Severity};
use igw_core::route::matching::type_name;
use igw_core::route::table::{Host, Table};
use igw_core::route::{hostname, matching, overlap, path};
use igw_core::scene::Scene;
use igw_core::words;

/// IGW0109.
pub struct HostnameShadowed;

static META: Meta = Meta {
    code: "IGW0109",
    name: "hostname-shadowed",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::ListenerSet, Kind::GatewayClass],
    source: include_str!("hostname_shadowed.rs"),
};

impl Check for HostnameShadowed {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for front in cx.gateways() {
            for (_, table) in &front.tables {
                judge(cx, table, &front.compiled.profile, out);
            }
        }
    }
}

/// What a route loses to one hostname.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Loss {
    /// Paths, as people write them.
    paths: Vec<String>,
    /// Whether they are answered by nobody; else by the owners.
    nobody: bool,
    /// The routes that have the hostname; of paths that are answered, those that do it.
    owners: BTreeSet<String>,
}

fn judge(cx: &Cx, table: &Table, profile: &Profile, out: &mut Sink) {
    for (wide, host) in table.hosts.iter().filter(|(pattern, _)| pattern.starts_with('*')) {
        for route in host.routes().into_iter().filter(|route| cx.scope.contains(&route.meta)) {
            // Hosts that take the same paths away are told together.
            let mut losses: BTreeMap<_, (Vec<&str>, Loss)> = BTreeMap::new();
            for (narrow, owner) in &table.hosts {
                let inside = narrow != wide && hostname::intersect(wide, narrow) == Some(narrow);
                if !inside || owner.has(route) {
                    continue;
                }
                for loss in [lost(route, owner), taken(route, owner, profile)] {
                    if loss.paths.is_empty() {
                        continue;
                    }
                    let owners = loss.owners.clone();
                    let entry = losses.entry((loss.paths.clone(), loss.nobody));
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

/// The matches of a route, each as often as it is written.
fn matches(route: &HttpRoute) -> impl Iterator<Item = Match> {
    route.rules.iter().flat_map(matching::matches_of)
}

/// The paths of a route that no match of the owners of a more specific hostname takes.
fn lost(route: &HttpRoute, owner: &Host) -> Loss {
    let is_taken = |one: &Match| owner.entries.iter().any(|entry| takes(&entry.one, one));
    let mut paths: Vec<String> =
        matches(route).filter(|one| !is_taken(one)).map(|one| shown(&one)).collect();
    paths.dedup();
    let owners = owner.entries.iter().map(|entry| entry.route.meta.title());
    Loss { paths, nobody: true, owners: owners.collect() }
}

/// The paths of a route whose requests all go to an owner of a more specific hostname. The path /
/// is no loss: it means whatever nobody else takes.
fn taken(route: &HttpRoute, owner: &Host, profile: &Profile) -> Loss {
    let mut paths = Vec::new();
    let mut owners = BTreeSet::new();
    for one in matches(route).filter(|one| path::trimmed_prefix(&one.path.value) != "/") {
        let winner = owner.entries.iter().find(|e| overlap::covers(&e.one, &one, profile));
        if let Some(entry) = winner {
            paths.push(shown(&one));
            owners.insert(entry.route.meta.title());
        }
    }
    paths.dedup();
    Loss { paths, nobody: false, owners }
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
        // All that is left over.
        PathType::PathPrefix if path::trimmed_prefix(&one.path.value) == "/" => {
            "any other path".to_owned()
        }
        PathType::PathPrefix => one.path.value.clone(),
        kind => format!("{} {}", type_name(kind), one.path.value),
    }
}

fn finding(route: &HttpRoute, hosts: &[&str], loss: &Loss) -> Finding {
    let paths = words::some_of(&loss.paths, 4);
    let hosts = words::some_of(hosts, 3);
    let owners: Vec<&String> = loss.owners.iter().collect();
    let owners = words::some_of(&owners, 3);
    let (reach, is) =
        if loss.paths.len() == 1 { ("reaches", "it is") } else { ("reach", "they are") };
    let end = match loss.nobody {
        true => format!("{is} 404 there"),
        false => format!("requests go to {owners}"),
    };
    let title = format!("For {hosts}, {paths} never {reach} this route: {end}.");
    let (path, own) = match route.hostnames.as_slice() {
        [] => ("/spec", "has no hostname".to_owned()),
        names => ("/spec/hostnames", format!("has hostname {}", words::some_of(names, 3))),
    };
    let finding = Finding::at(&route.meta, path, title)
        .explain(format!(
            "The Host picks the most specific hostname, which belongs to {owners}, and only its rules are asked. This route {own}. Add the hostname here if its paths are meant to be served there."
        ))
        .label(own)
        .guide("1", Some("it advises to add hostnames, which takes them away from other routes"));
    match loss.nobody {
        true => finding.effect(404, 1.0, format!("{paths} on {hosts}")),
        false => finding.only(Severity::Warning),
    }
}
