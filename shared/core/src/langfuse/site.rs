//! A host at which routes publish Langfuse, and where requests to it go.

use std::collections::BTreeMap;

use better_any::tid;

use super::services::{self, WebService};
use crate::facts::views::*;
use crate::facts::{Derive, Facts};
use crate::route::precedence::{self, RankedMatch};
use crate::route::profile::Profile;
use crate::route::request::Request;
use crate::route::resolve::resolve;
use crate::route::{attach, followed, matching, rewrite};

/// A hostname of a Gateway's port by which Langfuse can be reached.
#[derive(Debug)]
pub struct Site<'a> {
    /// `ns/name` of the Gateway, as routes name it.
    pub gateway: String,
    /// Whether the Gateway is known; else the routes that name it are all that is.
    pub known: bool,
    pub port: u16,
    /// `https` where the listener terminates TLS.
    pub scheme: &'static str,
    /// The hostname pattern, `*` for any.
    pub host: String,
    /// All matches of this hostname, best first.
    pub entries: Vec<RankedMatch<'a>>,
    pub profile: Profile,
}

/// Where a request to a site goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SiteAnswer<'a> {
    /// To Langfuse's web server: the route and rule, and the path as it arrives.
    Web {
        route: &'a HttpRoute,
        rule: usize,
        path: String,
    },
    /// To something else.
    Other {
        route: &'a HttpRoute,
        rule: usize,
        backend: String,
    },
    /// No rule takes it.
    Nothing,
    Open,
}

/// A Service of Langfuse's web server to which a rule sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutedWeb {
    pub namespace: String,
    pub name: String,
    /// Whether it is known to be Langfuse, not only called so.
    pub sure: bool,
}

/// The web server to which a rule sends requests, or some of them.
pub fn web_of(facts: &Facts, route: &HttpRoute, rule: usize) -> Option<RoutedWeb> {
    let rule = route.rules.get(rule)?;
    let services = rule.backend_refs.iter().filter(|own| own.kind == "Service" && own.weight > 0);
    services.into_iter().find_map(|own| {
        let namespace = own.namespace_from(&route.meta);
        let sure = match services::web_service(facts, namespace, &own.name) {
            WebService::No => return None,
            found => found == WebService::Selects,
        };
        Some(RoutedWeb { namespace: namespace.to_owned(), name: own.name.clone(), sure })
    })
}

impl<'a> Site<'a> {
    /// The matches that lead to Langfuse.
    pub fn ways<'s>(&'s self, facts: &'s Facts) -> impl Iterator<Item = &'s RankedMatch<'a>> {
        self.entries.iter().filter(|entry| web_of(facts, entry.route, entry.rule).is_some())
    }

    /// A host that the pattern covers.
    pub fn sample(&self) -> String {
        match self.host.as_str() {
            "*" => "any-other-host.example".to_owned(),
            host => host.replacen('*', "any", 1),
        }
    }

    /// The host as people say it.
    pub fn shown(&self) -> &str {
        if self.host == "*" { "any host without a route of its own" } else { &self.host }
    }

    /// Where a GET of a path goes.
    pub fn answer(&self, facts: &Facts<'a>, path: &str) -> SiteAnswer<'a> {
        let url = format!("{}://{}:{}{path}", self.scheme, self.sample(), self.port);
        let Ok(request) = Request::parse("GET", &url, &[]) else { return SiteAnswer::Open };
        if !self.known {
            return self.by_entries(facts, &request);
        }
        let Ok(trace) = resolve(facts, &request, Some(&self.gateway)) else {
            return SiteAnswer::Open;
        };
        match trace.matched {
            Some(own) => {
                let route = facts.get::<HttpRoute>(&own.route.namespace, &own.route.name).known();
                match route {
                    Some(route) => self.of_match(facts, route, own.rule, own.index, path),
                    None => SiteAnswer::Open,
                }
            }
            None if trace.verdict.unknown.is_some() => SiteAnswer::Open,
            None => SiteAnswer::Nothing,
        }
    }

    fn by_entries(&self, facts: &Facts<'a>, request: &Request) -> SiteAnswer<'a> {
        for entry in &self.entries {
            match matching::test(request, &entry.one, &self.profile) {
                matching::Fit::Yes => {
                    let (route, rule, index) = (entry.route, entry.rule, entry.index);
                    return self.of_match(facts, route, rule, index, &request.path);
                }
                matching::Fit::Unknown(_) => return SiteAnswer::Open,
                matching::Fit::No(_) => {}
            }
        }
        SiteAnswer::Nothing
    }

    fn of_match(
        &self,
        facts: &Facts,
        route: &'a HttpRoute,
        rule: usize,
        index: usize,
        path: &str,
    ) -> SiteAnswer<'a> {
        let Some(own) = route.rules.get(rule) else { return SiteAnswer::Open };
        if own.filters.iter().any(|filter| matches!(filter, Filter::RequestRedirect { .. })) {
            return SiteAnswer::Open;
        }
        if web_of(facts, route, rule).is_none() {
            let backend = own.backend_refs.first();
            let backend = backend.map_or("no backend".to_owned(), |own| {
                format!("{} {}/{}", own.kind, own.namespace_from(&route.meta), own.name)
            });
            return SiteAnswer::Other { route, rule, backend };
        }
        let matched = matching::matches_of(own);
        let prefix = matched.get(index).map_or("/", |one| one.path.value.as_str());
        let change = path_change(own);
        let path = change
            .and_then(|change| rewrite::change_path(change, prefix, path, &self.profile, false))
            .unwrap_or_else(|| path.to_owned());
        SiteAnswer::Web { route, rule, path }
    }
}

/// The change of the path that a rule makes.
pub fn path_change(rule: &Rule) -> Option<&PathChange> {
    rule.filters.iter().find_map(|filter| match filter {
        Filter::UrlRewrite { rewrite } => rewrite.path.as_ref(),
        _ => None,
    })
}

struct Sites<'a>(Vec<Site<'a>>);

tid!(Sites<'a>);

impl<'a> Derive<'a> for Sites<'a> {
    fn derive(facts: &Facts<'a>) -> Self {
        let mut out: Vec<Site> = Vec::new();
        for front in followed::gateways(facts) {
            let compiled = &front.compiled;
            for (port, table) in &front.tables {
                for (host, own) in &table.hosts {
                    let leads = |entry: &RankedMatch| web_of(facts, entry.route, entry.rule);
                    if !own.entries.iter().any(|entry| leads(entry).is_some()) {
                        continue;
                    }
                    let tls = own.listeners.iter().any(|at| {
                        let spec = &compiled.listeners[*at].spec;
                        spec.protocol == "HTTPS"
                    });
                    out.push(Site {
                        gateway: compiled.gateway.meta.full_name(),
                        known: true,
                        port: *port,
                        scheme: if tls { "https" } else { "http" },
                        host: host.clone(),
                        entries: own.entries.clone(),
                        profile: compiled.profile,
                    });
                }
            }
        }
        let rest = of_unknown_gateways(facts, &out);
        out.extend(rest);
        out.retain(|site| site.ways(facts).next().is_some());
        Sites(out)
    }
}

/// The sites of Gateways that are not in the input, and of listeners of which it is not known whether
/// they are open, by the routes that name them.
fn of_unknown_gateways<'a>(facts: &Facts<'a>, known: &[Site<'a>]) -> Vec<Site<'a>> {
    let is_served = |route: &HttpRoute| {
        let mut entries = known.iter().flat_map(|site| &site.entries);
        entries.any(|entry| std::ptr::eq(entry.route, route))
    };
    let mut by_host: BTreeMap<(String, String), Vec<&'a HttpRoute>> = BTreeMap::new();
    for route in facts.list::<HttpRoute>(None).items {
        for parent in &route.parents {
            let followed = attach::follow(facts, &route.meta, &route.hostnames, parent);
            let counts = match followed {
                attach::Followed::Unknown(_) => true,
                attach::Followed::To(found) => {
                    !matches!(found.outcome, attach::Acceptance::Refused(_)) && !is_served(route)
                }
                _ => false,
            };
            if !counts {
                continue;
            }
            let gateway = format!("{}/{}", parent.namespace_from(&route.meta), parent.name);
            let hosts = match route.hostnames.as_slice() {
                [] => vec!["*".to_owned()],
                hosts => hosts.to_vec(),
            };
            for host in hosts {
                let known = by_host.entry((gateway.clone(), host)).or_default();
                if !known.iter().any(|own| std::ptr::eq(*own, route)) {
                    known.push(route);
                }
            }
        }
    }
    let site = |((gateway, host), routes): ((String, String), Vec<&'a HttpRoute>)| {
        let profile = Profile::Specification;
        let mut entries: Vec<RankedMatch> = routes.into_iter().flat_map(ranked).collect();
        entries.sort_by(|a, b| precedence::compare(a, b, &profile));
        Site { gateway, known: false, port: 80, scheme: "http", host, entries, profile }
    };
    by_host.into_iter().map(site).collect()
}

fn ranked(route: &HttpRoute) -> Vec<RankedMatch<'_>> {
    let rules = route.rules.iter().enumerate();
    let all = rules.flat_map(|(rule, own)| {
        matching::matches_of(own)
            .into_iter()
            .enumerate()
            .map(move |(index, one)| (rule, index, one))
    });
    all.map(|(rule, index, one)| RankedMatch { route, rule, index, one, under: None }).collect()
}

/// The hosts by which routes lead to Langfuse, whether they are judged or not; worked out once.
pub fn all<'s, 'a>(facts: &'s Facts<'a>) -> &'s [Site<'a>] {
    &facts.derived::<Sites>().0
}
