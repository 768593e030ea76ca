//! # A redirect leads back to itself
//!
//! ## What it means
//! The Location of a RequestRedirect is a URL that the same rule takes again, at once or after
//! further redirects of this Gateway. Nothing on the way changes the request so that another rule
//! takes it.
//!
//! ## Why it matters
//! Browsers give up with "too many redirects", curl at its limit; no backend is ever reached. All
//! conditions are True.
//!
//! ## Example
//! A route for `scheme: https` that is attached to the HTTP and to the HTTPS listener: the HTTPS
//! listener redirects to the URL that was asked. Give its parentRef the `sectionName` of the HTTP
//! listener.
//!
//! ## Fix safety
//! Unsafe: the route no longer answers at the other listeners. A route that does nothing but redirect
//! to https gets the `sectionName` of an HTTP listener; of other loops the tool cannot know where
//! requests are meant to go.
//!
//! ## Sources
//! Gateway API `httproute_types.go` 1207-1298 (RequestRedirect); RFC 9110, 15.4 (what a client asks
//! next); kubernetes-sigs/gateway-api#2095.

use std::collections::{BTreeMap, HashMap, HashSet};

use igw_core::check::{Check, Sink};
use igw_core::facts::Fact;
use igw_core::facts::Facts;
use igw_core::facts::views::{Filter, HttpRoute, Listener, Redirect};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, FixChoice, Pick, Safety, Set};
use igw_core::kube::Kind;
use igw_core::route::attach::Acceptance;
use igw_core::route::by_path::ByPath;
use igw_core::route::followed::{self, Front};
use igw_core::route::precedence::RankedMatch;
use igw_core::route::redirect::{MOST_REDIRECTS, is_same, next};
use igw_core::route::request::Request;
use igw_core::route::rule::{self, Action};
use igw_core::route::served_listener::ListenerAnswers;
use igw_core::route::table::{Host, RouteTable};
use igw_core::route::{hostname, path, rewrite};
use igw_core::{page, pointer};

use crate::{refs, sample};

pub static CHECK: Check = Check {
    code: "IGW0140",
    name: "redirect-loop",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::ListenerSet, Kind::GatewayClass],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    let mut told: HashSet<(*const HttpRoute, usize)> = HashSet::new();
    for front in followed::gateways(facts) {
        let mut maps = Maps::of(front);
        for (pattern, host) in front.tables.iter().flat_map(|(_, table)| &table.hosts) {
            for entry in &host.entries {
                let own = (std::ptr::from_ref(entry.route), entry.rule);
                let scope = facts.scope.contains(&entry.route.meta);
                let Some((position, redirect)) = redirect(entry).filter(|_| scope) else {
                    continue;
                };
                if told.contains(&own) {
                    continue;
                }
                let round =
                    sample::requests(front, pattern, host, entry, redirect.hostname.as_deref())
                        .into_iter()
                        .find_map(|sample| maps.round(facts, sample, own));
                match round {
                    None => out.passed(),
                    Some(round) => {
                        told.extend(round.members.iter().copied());
                        let fix = narrowed(facts, front, entry.route, redirect, &round);
                        out.finding(finding(entry, position, redirect, &round).repair(fix));
                    }
                }
            }
        }
    }
}

/// The redirect of an entry's rule, and its place among the filters.
fn redirect<'a>(entry: &RankedMatch<'a>) -> Option<(usize, &'a Redirect)> {
    let filters = entry.route.rules[entry.rule].filters.iter().enumerate();
    filters.into_iter().find_map(|(position, filter)| match filter {
        Filter::RequestRedirect { redirect } => Some((position, redirect)),
        _ => None,
    })
}

/// The route tables of a Gateway by listener, and their hosts by path as far as they were asked.
struct Maps<'t, 'a> {
    front: &'t Front<'a>,
    tables: HashMap<usize, &'t RouteTable<'a>>,
    hosts: HashMap<*const Host<'a>, ByPath<'t, 'a>>,
    /// The listeners of a port and scheme, by hostname.
    listeners: HashMap<(u16, bool), BTreeMap<&'t str, usize>>,
}

/// A way that comes back to where it was.
struct Round {
    /// The URL that comes again.
    url: String,
    /// How many redirects lie between; 0: it never comes again, and never ends.
    length: usize,
    members: Vec<(*const HttpRoute, usize)>,
    /// The rules on the way, for evidence.
    places: Vec<(String, String)>,
}

impl<'t, 'a> Maps<'t, 'a> {
    fn of(front: &'t Front<'a>) -> Self {
        let mut tables = HashMap::new();
        for (_, table) in &front.tables {
            for at in table.hosts.values().flat_map(|host| &host.listeners) {
                tables.insert(*at, table);
            }
        }
        let mut listeners: HashMap<_, BTreeMap<_, _>> = HashMap::new();
        for (at, listener) in
            front.compiled.listeners.iter().enumerate().filter(|(_, l)| l.is_open())
        {
            let tls = listener.serves == Fact::Known(ListenerAnswers::Https);
            let own = listeners.entry((listener.spec.port, tls)).or_default();
            own.entry(listener.hostname()).or_insert(at);
        }
        Maps { front, tables, hosts: HashMap::new(), listeners }
    }

    /// Who takes a request.
    fn winner(&mut self, request: &Request) -> Option<&'t RankedMatch<'a>> {
        let profile = &self.front.compiled.profile;
        let name = hostname::of_header(&request.host)?;
        let own = self.listeners.get(&(request.port, request.scheme == "https"))?;
        let listener = hostname::takers(&name).find_map(|taker| own.get(taker.as_str()))?;
        let table = self.tables.get(listener)?;
        let host = hostname::takers(&name).find_map(|taker| table.hosts.get(&taker))?;
        let map = self.hosts.entry(host).or_insert_with(|| ByPath::new(host));
        let mut request = request.clone();
        if profile.is_envoy() {
            request.path = path::normalise(&request.path)?;
        }
        map.winner(&request, profile)
    }

    /// Follows the redirects from a request on; `Some` if that never ends, and `own` is a part of it.
    fn round(
        &mut self,
        facts: &Facts,
        sample: Request,
        own: (*const HttpRoute, usize),
    ) -> Option<Round> {
        let profile = self.front.compiled.profile;
        let mut asked: Vec<(Request, &'t RankedMatch<'a>, String)> = Vec::new();
        let mut request = sample;
        loop {
            let again = asked.iter().position(|(before, ..)| is_same(before, &request));
            if again.is_some() || asked.len() > MOST_REDIRECTS {
                let circle = &asked[again.unwrap_or(1)..];
                let mut members: Vec<_> =
                    circle.iter().map(|(_, e, _)| (std::ptr::from_ref(e.route), e.rule)).collect();
                members.dedup();
                let place = |(_, entry, location): &(Request, &RankedMatch, String)| {
                    let at = format!("{}, spec.rules[{}]", entry.route.meta.title(), entry.rule);
                    (at, format!("redirects to {location}"))
                };
                let mut places: Vec<_> = circle.iter().map(place).collect();
                places.truncate(4);
                let length = again.map_or(0, |_| circle.len());
                let url = circle.last().map(|(.., location)| location.clone())?;
                return members.contains(&own).then_some(Round { url, length, members, places });
            }
            let entry = self.winner(&request)?;
            let action = rule::instead(facts, entry.route, entry.rule, &profile);
            let Some(Action::Redirect(redirect)) = action else { return None };
            let status = redirect.status();
            let location = rewrite::location(redirect, &entry.one.path.value, &request, &profile);
            let then = next(&request, status, &location)?;
            asked.push((request, entry, location));
            request = then;
        }
    }
}

fn finding(entry: &RankedMatch, position: usize, redirect: &Redirect, round: &Round) -> Finding {
    let url = &round.url;
    let title = match round.length {
        0 => {
            format!("Redirects never end: after {MOST_REDIRECTS} of them, the client is at {url}.")
        }
        1 => format!("{url} is redirected to itself: the client loops."),
        length => format!("{url} is redirected to itself in {length} steps: the client loops."),
    };
    let rule = &entry.route.rules[entry.rule];
    let path = pointer!["spec", "rules", entry.rule, "filters", position, "requestRedirect"];
    let mut finding = Finding::at(&entry.route.meta, path, title)
        .explain("The rule that redirects takes the Location, too, so clients follow it until they give up. Attach the route only to the listener whose requests are to be redirected (sectionName), or let another rule take the new URL.")
        .label("leads back to this rule")
        .effect(
            redirect.status(),
            1.0,
            rule::requests(entry.route, rule),
        );
    for (at, says) in &round.places {
        finding = finding.evidence(at.clone(), says.clone());
    }
    finding
}

/// A route that redirects every request to https belongs to an HTTP listener alone.
fn narrowed(
    facts: &Facts,
    front: &Front,
    route: &HttpRoute,
    redirect: &Redirect,
    round: &Round,
) -> Option<Fix> {
    let same_url = redirect.hostname.is_none() && redirect.path.is_none();
    let to_https = redirect.scheme.as_deref() == Some("https") && same_url;
    let redirects = |filter: &Filter| matches!(filter, Filter::RequestRedirect { .. });
    let only_redirects = route.rules.iter().all(|rule| rule.filters.iter().any(redirects));
    if round.length != 1 || !to_https || !only_redirects {
        return None;
    }
    let to_front = |parent: &&followed::FollowedParent| {
        std::ptr::eq(parent.route, route)
            && refs::attachment(parent)
                .is_some_and(|own| std::ptr::eq(own.parent.gateway(), front.compiled.gateway))
    };
    let mut parents = followed::parents(facts).iter().filter(to_front);
    let (Some(parent), None) = (parents.next(), parents.next()) else { return None };
    let found = refs::attachment(parent)?;
    let (None, None) = (&parent.reference.section_name, parent.reference.port) else { return None };
    let Acceptance::Attached(taking) = &found.outcome else { return None };
    let plain = taking.iter().filter_map(|(number, _)| found.parent.listeners().get(*number));
    let at = format!("{}/sectionName", parent.path());
    let pick = |listener: &Listener| {
        let label = format!("listener {} :{}", listener.name, listener.port);
        let sets = vec![Set::Put(at.clone(), listener.name.clone().into())];
        Pick::change(&listener.name, label, &route.meta, sets)
    };
    let picks = plain.filter(|own| own.protocol == "HTTP").map(pick).collect();
    let owner = found.parent.meta().title();
    let ask = format!("Requests to which listener of {owner} are to be redirected?");
    let choice = FixChoice { key: "listener", ask, picks };
    let why = "the route then no longer answers at the other listeners".to_owned();
    Fix::choose(Safety::Unsafe(why), choice, |only| {
        let to = only.map(|one| one.label.clone()).unwrap_or("an HTTP listener".to_owned());
        format!("attach {} only to {to} of {owner}", route.meta.title())
    })
}
