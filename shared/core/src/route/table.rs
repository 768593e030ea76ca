//! The route table of a port: which hostname leads to which matches, in order.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::rc::Rc;

use super::delegation::{Flat, Visit};
use super::gateway::Compiled;
use super::precedence::{self, RankedMatch};
use super::served_listener::ListenerAnswers;
use super::{envoy, hostname, matching};
use crate::facts::views::HttpRoute;
use crate::facts::{Fact, Other};
use crate::route::profile::Profile;

/// What answers for one hostname.
#[derive(Debug, Default)]
pub struct Host<'a> {
    /// Matches, best first, with the listener each came through.
    pub entries: Vec<RankedMatch<'a>>,
    /// Indices of the listeners that serve it.
    pub listeners: Vec<usize>,
    /// Routes of kinds that are not modelled.
    pub others: Vec<&'a Other>,
    /// The routes of listeners that have a match here.
    members: HashSet<*const HttpRoute>,
    /// Those that have one by delegation.
    children: HashSet<*const HttpRoute>,
}

impl<'a> Host<'a> {
    /// Whether a route has a match here.
    pub fn has(&self, route: &HttpRoute) -> bool {
        let route = std::ptr::from_ref(route);
        self.members.contains(&route) || self.children.contains(&route)
    }

    /// The routes of listeners that have a match here, themselves or by delegation, each once.
    pub fn roots(&self) -> Vec<&'a HttpRoute> {
        let mut seen = BTreeSet::new();
        let all = self.entries.iter().map(RankedMatch::root);
        all.filter(|route| seen.insert(std::ptr::from_ref(*route))).collect()
    }

    /// The routes that have a match here, each once, best match first.
    pub fn routes(&self) -> Vec<&'a HttpRoute> {
        let mut seen = BTreeSet::new();
        let all = self.entries.iter().map(|entry| entry.route);
        all.filter(|route| seen.insert(std::ptr::from_ref(*route))).collect()
    }
}

#[derive(Debug, Default)]
pub struct RouteTable<'a> {
    /// By hostname pattern, `*` for any.
    pub hosts: BTreeMap<String, Host<'a>>,
    /// Values that make Envoy refuse the table.
    pub refused: Vec<(&'a HttpRoute, envoy::RefusedValue)>,
}

impl<'a> RouteTable<'a> {
    /// The host entry that a Host belongs to: the most specific one, and no other (kgateway.md
    /// 6.1: one virtual host a hostname; gateway-api.md 6).
    pub fn choose(&self, host: &str) -> Option<(&str, &Host<'a>)> {
        self.hosts
            .iter()
            .filter(|(pattern, _)| hostname::covers(pattern, host))
            .max_by_key(|(pattern, _)| hostname::specificity(pattern))
            .map(|(pattern, entry)| (pattern.as_str(), entry))
    }
}

/// The listeners of a port that share a route table with `listener`: all plain ones; an HTTPS
/// listener has its own.
pub fn group(compiled: &Compiled, listener: usize) -> Vec<usize> {
    let same = &compiled.listeners[listener];
    (0..compiled.listeners.len())
        .filter(|&i| {
            let other = &compiled.listeners[i];
            let plain = |s: &Fact<ListenerAnswers>| {
                matches!(s, Fact::Known(ListenerAnswers::Http | ListenerAnswers::PlainOnHttps))
            };
            other.spec.port == same.spec.port
                && (i == listener || (plain(&other.serves) && plain(&same.serves)))
        })
        .collect()
}

/// Builds the table of a group of listeners.
///
/// kgateway from 2.4 on keeps a hostname out of a listener when a more specific listener of the
/// port, with a route of its own, takes it; before, and within one listener, tables are merged
/// (observed 3).
pub fn build<'a>(compiled: &Compiled<'a>, group: &[usize]) -> RouteTable<'a> {
    build_for(compiled, group, |_| true)
}

/// Builds the part of the table for the hostname patterns that matter.
pub fn build_for<'a>(
    compiled: &Compiled<'a>,
    group: &[usize],
    matters: impl Fn(&str) -> bool,
) -> RouteTable<'a> {
    let profile = &compiled.profile;
    let mut table = RouteTable::default();
    let isolated = profile.is_kgateway() && !profile.kgateway_before(2, 4);
    let busy: HashSet<(u16, &str)> = compiled
        .listeners
        .iter()
        .enumerate()
        .filter(|(at, listener)| listener.is_open() && compiled.has_routes(*at))
        .map(|(_, listener)| (listener.spec.port, listener.hostname()))
        .collect();
    let owned = |listener: usize, pattern: &str| {
        let own = &compiled.listeners[listener];
        let more = hostname::specificity(own.hostname());
        let takes = |taker: String| {
            hostname::specificity(&taker) > more && busy.contains(&(own.spec.port, taker.as_str()))
        };
        isolated && hostname::takers(pattern).any(takes)
    };
    let mut listening: HashSet<(String, usize)> = HashSet::new();
    let mut told: HashSet<*const HttpRoute> = HashSet::new();
    for attached in compiled.attached_to(group).into_iter().map(|at| &compiled.attached[at]) {
        for pattern in attached.hostnames.iter().filter(|pattern| matters(pattern)) {
            if owned(attached.listener, pattern) {
                continue;
            }
            let host = table.hosts.entry(pattern.clone()).or_default();
            if listening.insert((pattern.clone(), attached.listener)) {
                host.listeners.push(attached.listener);
            }
            match compiled.flats.get(&std::ptr::from_ref(attached.route)) {
                Some(flat) => add_flat(host, attached.route, flat, profile),
                None => add(host, attached.route, profile),
            }
        }
        let flat = compiled.flats.get(&std::ptr::from_ref(attached.route));
        let children = flat.iter().flat_map(|flat| &flat.visits).map(|visit| visit.route);
        for route in children.chain([attached.route]) {
            if told.insert(route) {
                // Names of headers that no filter may change do not get past Envoy Gateway, nor do
                // values that no header may have (`HeaderValueRegexp`).
                let caught = |value: &envoy::RefusedValue| {
                    *profile == Profile::EnvoyGateway
                        && !value.matcher
                        && (value.unsendable || !value.pointer.ends_with("/value"))
                };
                let refused = envoy::refuses(route).into_iter().filter(|value| !caught(value));
                table.refused.extend(refused.map(|value| (route, value)));
            }
        }
    }
    for (other, listener, hostnames) in
        compiled.others_at(group).into_iter().map(|at| &compiled.others[at])
    {
        for pattern in hostnames.iter().filter(|pattern| matters(pattern)) {
            let host = table.hosts.entry(pattern.clone()).or_default();
            if listening.insert((pattern.clone(), *listener)) {
                host.listeners.push(*listener);
            }
            host.others.push(other);
        }
    }
    // A route without a rule has no virtual host.
    if *profile == Profile::EnvoyGateway && !table.refused.is_empty() {
        table.hosts.retain(|_, host| !host.entries.is_empty() || !host.others.is_empty());
    }
    for host in table.hosts.values_mut() {
        host.entries.sort_by(|a, b| precedence::compare(a, b, profile));
    }
    table
}

fn add<'a>(host: &mut Host<'a>, route: &'a HttpRoute, profile: &Profile) {
    if !host.members.insert(route) {
        return;
    }
    if host.entries.is_empty() {
        // Most hosts are of one route, and there may be thousands of them.
        let matches = route.rules.iter().map(|rule| rule.matches.len().max(1)).sum();
        host.entries.reserve_exact(matches);
    }
    // Strict validation drops a rule whose matcher does not compile (seen), as Envoy Gateway does
    // (its route translator: UnsupportedValue).
    let drops = profile.is_strict() || *profile == Profile::EnvoyGateway;
    let refused = if drops { envoy::refuses(route) } else { Vec::new() };
    let dropped =
        |rule: usize| refused.iter().any(|own| own.rule == rule && own.matcher && own.certain);
    for (index, one) in route.rules.iter().enumerate() {
        if dropped(index) {
            continue;
        }
        for (position, one) in matching::matches_of(one).into_iter().enumerate() {
            host.entries.push(RankedMatch {
                route,
                rule: index,
                index: position,
                one,
                under: None,
            });
        }
    }
}

/// Adds a route with all to which it delegates.
fn add_flat<'a>(host: &mut Host<'a>, route: &'a HttpRoute, flat: &Rc<Flat<'a>>, profile: &Profile) {
    if !host.members.insert(route) {
        return;
    }
    for (at, visit) in flat.visits.iter().enumerate().filter(|(_, visit)| visit.answers()) {
        let refused = if profile.is_strict() { envoy::refuses(visit.route) } else { Vec::new() };
        if refused.iter().any(|own| own.rule == visit.rule && own.matcher && own.certain) {
            continue;
        }
        if !visit.via.is_empty() {
            host.children.insert(visit.route);
        }
        let &Visit { route, rule, index, .. } = visit;
        let under = Some((flat.clone(), at));
        host.entries.push(RankedMatch { route, rule, index, one: visit.one.clone(), under });
    }
}
