//! # Preflight requests do not reach the CORS filter
//!
//! ## What it means
//! A rule has a CORS filter (or a TrafficPolicy with `cors`), but its matches want a method or a
//! header that a browser's preflight request does not have: that is an OPTIONS request without
//! headers of its own. A filter only sees requests that its rule takes.
//!
//! ## Why it matters
//! The preflight gets 404 without CORS headers, or goes to another rule, and the browser does not
//! send the request of the page. With curl everything works.
//!
//! ## Example
//! `matches: [{method: GET}, {method: POST}]` with a CORS filter: add a match with `method:
//! OPTIONS`, or leave the method out.
//!
//! ## Fix safety
//! Safe: a match for OPTIONS takes requests that nothing has taken.
//!
//! ## Sources
//! Fetch standard, "CORS-preflight request"; envoyproxy/gateway#6316; kgateway-dev/kgateway#3774;
//! kubernetes-sigs/gateway-api#3857.

use std::collections::{BTreeMap, HashMap};

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::{Filter, HttpRoute, Match, TrafficPolicy};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Set};
use igw_core::kube::Kind;
use igw_core::page;
use igw_core::pointer;
use igw_core::route::by_path::ByPath;
use igw_core::route::followed::{self, Front};
use igw_core::route::matching::{self, type_name};
use igw_core::route::policy::{self, PolicyEffect};
use igw_core::route::precedence::RankedMatch;
use igw_core::route::profile::Profile;
use igw_core::route::request::Request;
use igw_core::route::table::Host;

use serde_json::{Value, json};

use crate::{refs, sample};

pub static CHECK: Check = Check {
    code: "IGW0143",
    name: "cors-preflight-lost",
    severity: Severity::Warning,
    needs: &[
        Kind::HttpRoute,
        Kind::Gateway,
        Kind::ListenerSet,
        Kind::GatewayClass,
        Kind::TrafficPolicy,
    ],
    page: page!(),
    run,
};

/// A rule of a route that CORS is meant for.
type CorsRule = (*const HttpRoute, usize);

/// What becomes of a rule's preflight requests.
struct Preflights<'a> {
    route: &'a HttpRoute,
    /// The pointer of what sets CORS.
    path: String,
    /// Matches whose preflight requests nothing takes, and a path of each.
    lost: BTreeMap<String, String>,
    /// The same of what another rule without CORS takes, and that rule.
    taken: BTreeMap<String, String>,
}

fn run(facts: &Facts, out: &mut Sink) {
    let mut rules: HashMap<CorsRule, Option<String>> = HashMap::new();
    let mut found: BTreeMap<(String, usize), Preflights> = BTreeMap::new();
    for front in followed::gateways(facts) {
        let profile = &front.compiled.profile;
        for (pattern, host) in front.tables.iter().flat_map(|(_, table)| &table.hosts) {
            let mut map = None;
            for entry in &host.entries {
                if !facts.scope.contains(&entry.route.meta) {
                    continue;
                }
                let Some(path) = cors(facts, &mut rules, entry, profile) else { continue };
                let one =
                    found.entry((entry.route.meta.full_name(), entry.rule)).or_insert_with(|| {
                        let (lost, taken) = Default::default();
                        Preflights { route: entry.route, path, lost, taken }
                    });
                let Some(request) = preflight(front, pattern, host, entry) else { continue };
                let map = map.get_or_insert_with(|| ByPath::new(host));
                let Ok(fitting) = map.fitting(&request, profile) else { continue };
                let shown = matching::describe(&entry.one);
                match fitting.first().map(|number| &host.entries[*number]) {
                    None => drop(one.lost.insert(shown, request.path)),
                    Some(other) if cors(facts, &mut rules, other, profile).is_none() => {
                        let at = format!("{}, rule {}", other.route.meta.title(), other.rule + 1);
                        one.taken.insert(shown, at);
                    }
                    Some(_) => {}
                }
            }
        }
    }
    for ((_, index), preflights) in &found {
        match preflights.lost.is_empty() && preflights.taken.is_empty() {
            true => out.passed(),
            false => out.finding(finding(preflights, *index)),
        }
    }
}

/// The pointer of what sets CORS for an entry's rule, if anything does.
fn cors(
    facts: &Facts,
    rules: &mut HashMap<CorsRule, Option<String>>,
    entry: &RankedMatch,
    profile: &Profile,
) -> Option<String> {
    let own = (std::ptr::from_ref(entry.route), entry.rule);
    rules.entry(own).or_insert_with(|| of_rule(facts, entry.route, entry.rule, profile)).clone()
}

fn of_rule(facts: &Facts, route: &HttpRoute, index: usize, profile: &Profile) -> Option<String> {
    let rule = &route.rules[index];
    let filter = rule.filters.iter().position(|filter| matches!(filter, Filter::Cors { .. }));
    if let Some(position) = filter {
        return Some(pointer!["spec", "rules", index, "filters", position]);
    }
    // Policies are looked at where they were read: they are not worth a request.
    if !profile.is_kgateway() || facts.store.known::<TrafficPolicy>().next().is_none() {
        return None;
    }
    let path = policy::Path::of_route(&route.meta, rule);
    let request = Request::parse("OPTIONS", "http://example.com/", &headers()).ok()?;
    let policies = policy::traffic(facts, &path, Some(&request));
    let is_cors = |effect: &PolicyEffect| matches!(effect, PolicyEffect::MayAnswer(says) if says.starts_with("cors"));
    let any = policies.iter().flat_map(|own| &own.effects).any(is_cors);
    any.then(|| pointer!["spec", "rules", index])
}

fn headers() -> [(String, String); 2] {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    [pair("origin", "https://page.example"), pair("access-control-request-method", "POST")]
}

/// The preflight request for what an entry takes.
fn preflight(front: &Front, pattern: &str, host: &Host, entry: &RankedMatch) -> Option<Request> {
    let one =
        Match { headers: Vec::new(), method: Some("OPTIONS".to_owned()), ..entry.one.clone() };
    let plain = RankedMatch { one, ..entry.clone() };
    let mut request = sample::requests(front, pattern, host, &plain, None).into_iter().next()?;
    request.headers.extend(headers());
    Some(request)
}

/// A match for OPTIONS beside each that does not take it.
fn taking_options(route: &HttpRoute, index: usize) -> Option<Fix> {
    let list = pointer!["spec", "rules", index, "matches"];
    let mut new: Vec<Value> = Vec::new();
    for one in &route.rules[index].matches {
        let takes = one.headers.is_empty()
            && one.method.as_deref().is_none_or(|method| method == "OPTIONS");
        let path = json!({ "type": type_name(one.path.kind), "value": one.path.value });
        let options = json!({ "path": path, "method": "OPTIONS" });
        if !takes && !new.contains(&options) {
            new.push(options);
        }
    }
    let title = format!("let rule {} of {} take preflight requests", index + 1, route.meta.title());
    let sets: Vec<Set> =
        new.into_iter().map(|options| Set::Insert(list.clone(), None, options)).collect();
    (!sets.is_empty()).then(|| Fix::safe(title).change(&route.meta, sets))
}

fn finding(preflights: &Preflights, index: usize) -> Finding {
    let Preflights { route, path, lost, taken } = preflights;
    let rule = &route.rules[index];
    let requests = refs::requests_in_short(route, rule);
    if let Some((first, request)) = lost.first_key_value() {
        let title = format!(
            "A browser's preflight request to {request} gets 404: no match of the rule takes it, so its CORS settings are never used."
        );
        return Finding::at(&route.meta, path.clone(), title)
            .explain("A preflight request is OPTIONS, without headers of its own, and the rule must take it before CORS answers it. Browsers then do not send the request of the page, while curl works. Add a match with method OPTIONS, or leave out the method.")
            .label("never sees a preflight request")
            .evidence("a match without OPTIONS", first.clone())
            .repair(taking_options(route, index))
            .effect(404, 1.0, format!("OPTIONS of {requests}"));
    }
    let other = taken.first_key_value().map(|(_, at)| at.as_str()).unwrap_or_default();
    let title = format!(
        "Preflight requests (OPTIONS) of {requests} go to {other}, which sets no CORS: they do not reach the CORS settings of this rule."
    );
    Finding::at(&route.meta, path.clone(), title)
        .only(Severity::Info)
        .explain("A browser's preflight request is OPTIONS, without headers of its own. Unless the backend of the other rule answers it with CORS headers, the browser does not send the request of the page.")
        .label("does not see preflight requests")
}
