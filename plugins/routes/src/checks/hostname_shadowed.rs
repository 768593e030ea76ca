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

/// What becomes of a match of a route at a more specific hostname.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    /// No match of the owners takes its path: 404.
    Lost,
    /// An owner's match takes all its requests.
    Taken,
    /// Neither, or it cannot be told.
    Kept,
}

/// What a route loses to some hostnames.
struct Loss<'a> {
    /// The hostnames.
    hosts: Vec<&'a str>,
    /// Paths, as people write them.
    paths: Vec<String>,
    /// Whether they are answered by nobody; else by the owners.
    nobody: bool,
    /// The routes that have the hostnames that are named.
    owners: Vec<String>,
}

/// How many hostnames are named.
const NAMED: usize = 3;

fn judge(cx: &Cx, table: &Table, profile: &Profile, out: &mut Sink) {
    for (wide, host) in table.hosts.iter().filter(|(pattern, _)| pattern.starts_with('*')) {
        let inside: Vec<(&str, &Host)> = table
            .hosts
            .iter()
            .filter(|(narrow, _)| *narrow != wide)
            .filter(|(narrow, _)| hostname::intersect(wide, narrow) == Some(narrow.as_str()))
            .map(|(narrow, owner)| (narrow.as_str(), owner))
            .collect();
        for route in host.routes().into_iter().filter(|route| cx.scope.contains(&route.meta)) {
            let losses = losses(route, &inside, profile);
            if losses.is_empty() {
                out.passed();
            }
            for loss in losses {
                out.finding(finding(route, &loss));
            }
        }
    }
}

/// What a route loses to these hostnames; those to which it loses the same are told together.
fn losses<'a>(route: &HttpRoute, inside: &[(&'a str, &Host)], profile: &Profile) -> Vec<Loss<'a>> {
    let matches: Vec<Match> = route.rules.iter().flat_map(matching::matches_of).collect();
    let mut alike: BTreeMap<Vec<Fate>, Vec<(&'a str, &Host)>> = BTreeMap::new();
    for (narrow, owner) in inside.iter().filter(|(_, owner)| !owner.has(route)) {
        let fates = matches.iter().map(|one| fate(one, owner, profile)).collect();
        alike.entry(fates).or_default().push((narrow, owner));
    }
    let mut out = Vec::new();
    for (fates, hosts) in alike {
        for wanted in [Fate::Lost, Fate::Taken] {
            let own = matches.iter().zip(&fates).filter(|(_, fate)| **fate == wanted);
            let mut paths: Vec<String> = own.map(|(one, _)| shown(one)).collect();
            paths.dedup();
            if paths.is_empty() {
                continue;
            }
            // The hostnames may be thousands, and only the first are named.
            let entries = hosts.iter().take(NAMED).flat_map(|(_, host)| &host.entries);
            let owners: BTreeSet<String> = entries.map(|entry| entry.route.meta.title()).collect();
            out.push(Loss {
                hosts: hosts.iter().map(|(name, _)| *name).collect(),
                paths,
                nobody: wanted == Fate::Lost,
                owners: owners.into_iter().collect(),
            });
        }
    }
    out
}

/// What becomes of a match. The path / is not taken: it means whatever nobody else takes.
fn fate(one: &Match, owner: &Host, profile: &Profile) -> Fate {
    if !owner.entries.iter().any(|entry| takes(&entry.one, one)) {
        return Fate::Lost;
    }
    let rest = path::trimmed_prefix(&one.path.value) == "/";
    match !rest && owner.entries.iter().any(|e| overlap::covers(&e.one, one, profile)) {
        true => Fate::Taken,
        false => Fate::Kept,
    }
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

fn finding(route: &HttpRoute, loss: &Loss) -> Finding {
    let paths = words::some_of(&loss.paths, 4);
    let hosts = words::some_of(&loss.hosts, NAMED);
    let owners = match loss.hosts.len() > NAMED {
        true => format!("{} among others", words::some_of(&loss.owners, 3)),
        false => words::some_of(&loss.owners, 3),
    };
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
