//! # Another route's hostname takes this route's requests
//!
//! ## What it means
//! A request goes to the most specific hostname, of all routes of the listener, that matches its
//! Host, and only the routes with **that** hostname are considered. There is no fallback: when none
//! of their rules matches, the answer is 404, although a route without hostnames (or with a
//! wildcard) would match the request.
//!
//! ## Why it matters
//! Adding `hostnames: [api.example.com]` to one route makes the paths of all routes without
//! hostnames unreachable for that host: requests get 404, or go to another backend than before. All
//! conditions are True. Where the routes with the hostname match a path of this route, its requests
//! go to them: that is a warning.
//!
//! ## Example
//! A route for `/langfuse` without hostnames, and a route for `api.example.com` with `/v1` only:
//! `http://api.example.com/langfuse` gets 404.
//!
//! ## Fix safety
//! Unsafe: adding the hostname to the shadowed route exposes its paths under that host.
//!
//! ## Sources
//! Gateway API `httproute_types.go` 104-112; observed in kgateway main, 2.3 and 2.2; envoy-gateway
//! issues #5500 and #5697.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::{Filter, HttpRoute, Match, PathType, Rule};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Set};
use igw_core::kube::Kind;
use igw_core::route::matching::type_name;
use igw_core::route::profile::Profile;
use igw_core::route::table::{Host, RouteTable};
use igw_core::route::table_names::{NamedHost, TableNames};
use igw_core::route::{followed, matching, overlap, path};
use igw_core::{page, text};

pub static CHECK: Check = Check {
    code: "IGW0109",
    name: "hostname-shadowed",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::ListenerSet, Kind::GatewayClass],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for front in followed::gateways(facts) {
        for (_, table) in &front.tables {
            judge(facts, table, &front.compiled.profile, out);
        }
    }
}

/// The fate of a route's match at a more specific hostname.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum HostFate {
    /// No match of the owners takes its path: 404.
    Lost,
    /// An owner's match takes all its requests.
    Taken,
    /// Neither, or it cannot be told.
    Kept,
}

struct Loss<'a> {
    /// The first hostnames, as many as are named.
    hosts: Vec<&'a str>,
    /// How many there are.
    count: usize,
    paths: Vec<String>,
    /// Whether nothing answers them; otherwise the owners do.
    nobody: bool,
    /// The routes that own the named hostnames.
    owners: Rc<[String]>,
}

const NAMED: usize = 3;

fn judge(facts: &Facts, table: &RouteTable, profile: &Profile, out: &mut Sink) {
    let names = TableNames::of(table);
    for (wide, host) in table.hosts.iter().filter(|(pattern, _)| pattern.starts_with('*')) {
        let routes = host.routes().into_iter().filter(|route| facts.scope.contains(&route.meta));
        let mut inside: Option<Inside> = None;
        for route in routes {
            let inside = inside.get_or_insert_with(|| Inside::of(names.inside(wide)));
            let losses = inside.losses(route, names.of_route(route), profile);
            if losses.is_empty() {
                out.passed();
            }
            for loss in losses {
                out.finding(finding(route, &loss, facts.store.is_of_tree()));
            }
        }
    }
}

/// The hostnames under a wildcard. There may be thousands of them, and of routes that lose them; most
/// of both are alike.
struct Inside<'t, 'a> {
    /// Those whose matches are the same.
    classes: Vec<Vec<NamedHost<'t, 'a>>>,
    /// What routes with the same matches lose.
    known: HashMap<Vec<Match>, Vec<Alike<'t, 'a>>>,
    /// The routes that own some hostnames.
    owners: Owners<'t>,
}

type Owners<'t> = HashMap<Vec<&'t str>, Rc<[String]>>;

/// Hostnames at which the matches of a route have the same fates.
struct Alike<'t, 'a> {
    fates: Vec<HostFate>,
    hosts: Vec<NamedHost<'t, 'a>>,
    names: HashSet<&'t str>,
}

impl<'t, 'a> Inside<'t, 'a> {
    fn of(hosts: Vec<NamedHost<'t, 'a>>) -> Self {
        let mut numbers: HashMap<Vec<&Match>, usize> = HashMap::new();
        let mut classes: Vec<Vec<NamedHost>> = Vec::new();
        for (name, host) in hosts {
            let matches = host.entries.iter().map(|entry| &entry.one).collect();
            let number = *numbers.entry(matches).or_insert(classes.len());
            if number == classes.len() {
                classes.push(Vec::new());
            }
            classes[number].push((name, host));
        }
        Inside { classes, known: HashMap::new(), owners: HashMap::new() }
    }

    /// What a route loses to these hostnames; those with the same loss are grouped.
    fn losses(&mut self, route: &HttpRoute, own: &[&str], profile: &Profile) -> Vec<Loss<'t>> {
        let matches: Vec<Match> = route.rules.iter().flat_map(matching::matches_of).collect();
        let (classes, owners) = (&self.classes, &mut self.owners);
        let known = self
            .known
            .entry(matches)
            .or_insert_with_key(|matches| alike(classes, matches, profile));
        known.iter().flat_map(|alike| alike.losses(route, own, owners)).collect()
    }
}

fn alike<'t, 'a>(
    classes: &[Vec<NamedHost<'t, 'a>>],
    matches: &[Match],
    profile: &Profile,
) -> Vec<Alike<'t, 'a>> {
    let mut out: BTreeMap<Vec<HostFate>, Vec<NamedHost>> = BTreeMap::new();
    for class in classes {
        let Some((_, owner)) = class.first() else { continue };
        let fates = matches.iter().map(|one| fate(one, owner, profile)).collect();
        out.entry(fates).or_default().extend(class);
    }
    let alike = |(fates, mut hosts): (_, Vec<NamedHost<'t, 'a>>)| {
        hosts.sort_by_key(|(name, _)| *name);
        let names = hosts.iter().map(|(name, _)| *name).collect();
        Alike { fates, hosts, names }
    };
    out.into_iter().map(alike).collect()
}

impl<'t> Alike<'t, '_> {
    /// What a route that has some of the hostnames itself loses to the others.
    fn losses(&self, route: &HttpRoute, own: &[&str], owners: &mut Owners<'t>) -> Vec<Loss<'t>> {
        let count = self.hosts.len() - own.iter().filter(|name| self.names.contains(*name)).count();
        if count == 0 {
            return Vec::new();
        }
        let matches: Vec<Match> = route.rules.iter().flat_map(matching::matches_of).collect();
        let mut out = Vec::new();
        for wanted in [HostFate::Lost, HostFate::Taken] {
            let lost = matches.iter().zip(&self.fates).filter(|(_, fate)| **fate == wanted);
            let mut paths: Vec<String> = lost.map(|(one, _)| shown(one)).collect();
            paths.dedup();
            if paths.is_empty() {
                continue;
            }
            let others = self.hosts.iter().filter(|(_, host)| !host.has(route)).take(NAMED);
            let (hosts, answering): (Vec<&str>, Vec<&Host>) = others.copied().unzip();
            let owners = owners.entry(hosts.clone()).or_insert_with(|| {
                let entries = answering.iter().flat_map(|host| &host.entries);
                let titles: BTreeSet<String> =
                    entries.map(|entry| entry.route.meta.title()).collect();
                titles.into_iter().collect()
            });
            let (owners, nobody) = (owners.clone(), wanted == HostFate::Lost);
            out.push(Loss { hosts, count, paths, nobody, owners });
        }
        out
    }
}

/// The fate of a match. Path `/` does not count: it means whatever is left over.
fn fate(one: &Match, owner: &Host, profile: &Profile) -> HostFate {
    if !owner.entries.iter().any(|entry| takes(&entry.one, one)) {
        return HostFate::Lost;
    }
    let rest = path::trimmed_prefix(&one.path.value) == "/";
    match !rest && owner.entries.iter().any(|e| overlap::covers(&e.one, one, profile)) {
        true => HostFate::Taken,
        false => HostFate::Kept,
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

/// The hostnames, where all of them are named and the route has some: those of a route without any
/// would become its only ones.
fn named(route: &HttpRoute, loss: &Loss) -> Option<Fix> {
    if route.hostnames.is_empty() || loss.count != loss.hosts.len() {
        return None;
    }
    let hosts = text::list(&loss.hosts);
    let title = format!("add {hosts} to the hostnames of {}", route.meta.title());
    let why = format!("its paths then answer on {hosts}, too");
    let add = |host: &&str| Set::Insert("/spec/hostnames".to_owned(), None, (*host).into());
    let sets = loss.hosts.iter().map(add).collect();
    Some(Fix::unsafe_as(why, title).change(&route.meta, sets))
}

fn finding(route: &HttpRoute, loss: &Loss, of_tree: bool) -> Finding {
    let paths = text::some_of(&loss.paths, 4);
    let hosts = match loss.count - loss.hosts.len() {
        0 => text::list(&loss.hosts),
        more => format!("{} and {} more", loss.hosts.join(", "), text::thousands(more)),
    };
    let owners = match loss.count > NAMED {
        true => format!("{} among others", text::some_of(&loss.owners, 3)),
        false => text::some_of(&loss.owners, 3),
    };
    let (reach, is) =
        if loss.paths.len() == 1 { ("reaches", "it gets") } else { ("reach", "they get") };
    let end = match loss.nobody {
        true => format!("{is} 404 there"),
        false => format!("requests go to {owners}"),
    };
    let title = format!("For {hosts}, {paths} never {reach} this route: {end}.");
    let (path, own) = match route.hostnames.as_slice() {
        [] => ("/spec", "has no hostname".to_owned()),
        names => ("/spec/hostnames", format!("has hostname {}", text::some_of(names, 3))),
    };
    let finding = Finding::at(&route.meta, path, title)
        .explain(format!(
            "The most specific hostname wins: it belongs to {owners}, and only routes with that hostname are considered. This route {own}. To serve its paths there, add the hostname to it."
        ))
        .label(own)
        .guide("1", Some("it advises adding hostnames, which takes requests away from other routes"));
    let finding = finding.repair(named(route, loss));
    // A route for whatever nobody else takes loses that by design.
    let redirects = |rule: &Rule| {
        rule.filters.iter().any(|filter| matches!(filter, Filter::RequestRedirect { .. }))
    };
    let by_design = of_tree
        && (route.hostnames.iter().all(|own| own.starts_with('*'))
            || route.rules.iter().all(redirects))
        && loss.paths == ["any other path"];
    match loss.nobody {
        true if by_design => finding.only(Severity::Info),
        true => finding.effect(404, 1.0, format!("{paths} on {hosts}")),
        false => finding.only(Severity::Warning),
    }
}
