//! # A rule is never reached
//!
//! ## What it means
//! Of all matches for a hostname that fit a request, exactly one wins: Exact paths before
//! expressions (kgateway) before prefixes, longer prefixes first, then those with a method, more
//! headers, more query parameters; then the older route, then the one whose `namespace/name` comes
//! first, then the earlier rule. Another match wins every request that this rule could get.
//!
//! ## Why it matters
//! The requests go elsewhere than the rule says, although all conditions are True. A broken copy of
//! a route hides the one that works.
//!
//! ## Example
//! Two routes with PathPrefix `/v1` and the same hostname: the older one gets every request.
//!
//! ## Fix safety
//! Unsafe: the tool cannot know which of the two is meant.
//!
//! ## Sources
//! Gateway API `httproute_types.go` 184-209; observed in kgateway main, 2.3 and 2.2.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::{HttpRoute, Match, Rule};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::route::covering::Covering;
use igw_core::route::precedence::{self, RankedMatch};
use igw_core::route::profile::Profile;
use igw_core::route::table::Host;
use igw_core::route::{followed, matching};
use igw_core::{page, pointer, text};

pub static CHECK: Check = Check {
    code: "IGW0116",
    name: "rule-never-reached",
    severity: Severity::Warning,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::ListenerSet, Kind::GatewayClass],
    page: page!(),
    run,
};

/// A match in its place: route, rule, match.
type MatchPlace = (*const HttpRoute, usize, usize);

/// What becomes of a match over all hostnames.
#[derive(Default)]
struct MatchFate<'s, 'a> {
    /// A winner at each hostname where another match takes all its requests.
    beaten: BTreeMap<String, &'s RankedMatch<'a>>,
    reached: bool,
}

fn run(facts: &Facts, out: &mut Sink) {
    let mut fates: HashMap<MatchPlace, MatchFate> = HashMap::new();
    for front in followed::gateways(facts) {
        for (pattern, host) in front.tables.iter().flat_map(|(_, table)| &table.hosts) {
            let beaten = beaten(host, &front.compiled.profile);
            for (entry, winner) in host.entries.iter().zip(beaten) {
                let place = (std::ptr::from_ref(entry.route), entry.rule, entry.index);
                let fate = fates.entry(place).or_default();
                match winner {
                    Some(winner) => drop(fate.beaten.insert(pattern.clone(), winner)),
                    None => fate.reached = true,
                }
            }
        }
    }
    for route in followed::routes(facts) {
        for index in 0..route.rules.len() {
            judge(route, index, &fates, out);
        }
    }
}

/// For each entry of a hostname, the better one that takes all its requests, if any.
fn beaten<'s, 'a>(host: &'s Host<'a>, profile: &Profile) -> Vec<Option<&'s RankedMatch<'a>>> {
    let mut better = Covering::default();
    let mut out = Vec::with_capacity(host.entries.len());
    for entry in &host.entries {
        out.push(better.first(&entry.one, profile).map(|place| &host.entries[place]));
        better.add(&entry.one);
    }
    out
}

fn judge(route: &HttpRoute, index: usize, fates: &HashMap<MatchPlace, MatchFate>, out: &mut Sink) {
    let matches = matching::matches_of(&route.rules[index]);
    let fate = |position: usize| fates.get(&(std::ptr::from_ref(route), index, position));
    let known: Vec<_> = (0..matches.len()).filter_map(|i| Some((i, fate(i)?))).collect();
    // A match that repeats another one of its own rule does no harm.
    let others = |fate: &&MatchFate| {
        fate.beaten.values().any(|b| !(std::ptr::eq(b.route, route) && b.rule == index))
    };
    let harmed: Vec<_> = known.iter().filter(|(_, fate)| others(fate)).collect();
    if harmed.is_empty() {
        if !known.is_empty() {
            out.passed();
        }
        return;
    }
    let whole = known.iter().all(|(_, fate)| !fate.beaten.is_empty());
    if whole {
        let fates: Vec<&MatchFate> = harmed.iter().map(|(_, fate)| *fate).collect();
        out.finding(finding(route, index, None, &fates));
        return;
    }
    for (position, fate) in harmed {
        out.finding(finding(route, index, Some(*position), &[fate]));
    }
}

fn finding(
    route: &HttpRoute,
    index: usize,
    position: Option<usize>,
    fates: &[&MatchFate],
) -> Finding {
    let rule = &route.rules[index];
    let hosts: BTreeSet<&str> =
        fates.iter().flat_map(|fate| fate.beaten.keys()).map(String::as_str).collect();
    let winners: BTreeMap<String, &RankedMatch> = fates
        .iter()
        .flat_map(|fate| fate.beaten.values())
        .filter(|winner| !(std::ptr::eq(winner.route, route) && winner.rule == index))
        .map(|winner| (winner_title(winner, route), *winner))
        .collect();
    let everywhere = fates.iter().all(|fate| !fate.reached);
    let (path, what) = match position {
        Some(position) => {
            let one = &rule.matches[position];
            (pointer!["spec", "rules", index, "matches", position], matching::describe(one))
        }
        None => (pointer!["spec", "rules", index], format!("rule {}", index + 1)),
    };
    let on = match everywhere {
        true => String::new(),
        false => {
            let hosts: Vec<&str> = hosts.iter().map(|host| shown(host)).collect();
            format!(" for {}", text::some_of(&hosts, 3))
        }
    };
    let names: Vec<&String> = winners.keys().collect();
    let undecided = winners.values().all(|winner| is_undecided(winner, route, rule));
    let same = winners.values().all(|winner| {
        let other = &winner.route.rules[winner.rule];
        let here = winner.route.meta.namespace == route.meta.namespace;
        here && other.backend_refs == rule.backend_refs && other.filters == rule.filters
    });
    let title = match undecided {
        true => format!(
            "{} is claimed twice{on}: by this route and by {}.",
            capital(&what),
            text::some_of(&names, 3)
        ),
        false => format!(
            "{} never gets a request{on}: {} takes them all.",
            capital(&what),
            text::some_of(&names, 3)
        ),
    };
    let first = winners.values().next().map(|winner| reason(winner, route, rule));
    let mut finding = Finding::at(&route.meta, path, title)
        .explain(first.unwrap_or_default())
        .label(format!("also matched by {}", text::some_of(&names, 2)))
        .guide("1", Some("its vllm-route and bifrost-route claim the same path and hostname"));
    for winner in winners.values() {
        let one = matching::describe(&winner.one);
        let at = format!("{}, spec.rules[{}]", winner.route.meta.title(), winner.rule);
        finding = finding.evidence(at, one);
        if !std::ptr::eq(winner.route, route) {
            finding = finding.related(winner.route.meta.reference());
        }
    }
    if same { finding.only(Severity::Info) } else { finding }
}

fn winner_title(winner: &RankedMatch, route: &HttpRoute) -> String {
    match std::ptr::eq(winner.route, route) {
        true => format!("rule {} of this route", winner.rule + 1),
        false => winner.route.meta.title(),
    }
}

/// Whether only age decides between two routes and the files do not give it.
fn is_undecided(winner: &RankedMatch, route: &HttpRoute, rule: &Rule) -> bool {
    let unknown = precedence::no_age(&winner.route.meta, &route.meta);
    !std::ptr::eq(winner.route, route) && unknown && is_tie(winner, rule)
}

/// Whether the winner asks for the same as a match of the rule.
fn is_tie(winner: &RankedMatch, rule: &Rule) -> bool {
    let like = |one: &Match| {
        one.path == winner.one.path
            && one.method == winner.one.method
            && one.headers.len() == winner.one.headers.len()
            && one.query_params.len() == winner.one.query_params.len()
    };
    matching::matches_of(rule).iter().any(like)
}

fn reason(winner: &RankedMatch, route: &HttpRoute, rule: &Rule) -> String {
    let one = matching::describe(&winner.one);
    let name = winner.route.meta.title();
    if !is_tie(winner, rule) {
        format!("Its match {one} covers the same requests and has precedence.")
    } else if std::ptr::eq(winner.route, route) {
        format!("Both match {one}, and of two equal rules in a route, the earlier one wins.")
    } else if precedence::older(&winner.route.meta, &route.meta).is_lt() {
        format!("Both match {one}, and the older route wins: {name}.")
    } else if is_undecided(winner, route, rule) {
        format!(
            "Both match {one}, and the older route gets every request; the files do not show which one that is. If both are created within the same second, it is {name}, whose namespace/name comes first."
        )
    } else {
        format!(
            "Both match {one} and are equally old, so the one whose namespace/name comes first wins: {name}."
        )
    }
}

fn shown(host: &str) -> &str {
    if host == "*" { "any other host" } else { host }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(chars).collect()
}
