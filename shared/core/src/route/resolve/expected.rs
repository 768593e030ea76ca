//! Whether a request reaches the Service that is expected to get it, and why not.

use std::str::FromStr;

use super::super::trace::*;
use super::super::{class, gateway, hostname, near_miss};
use crate::facts::Facts;
use crate::facts::views::*;
use crate::kube::full_name;

/// A Service that is expected to get a request: `NAME`, `NAMESPACE/NAME`, each with `:PORT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedService {
    given: String,
    namespace: Option<String>,
    name: String,
    port: Option<u16>,
}

impl FromStr for ExpectedService {
    type Err = String;

    fn from_str(given: &str) -> Result<Self, String> {
        let (place, port) = match given.split_once(':') {
            Some((place, port)) => {
                let number = port.parse().map_err(|_| format!("\"{port}\" is not a port"))?;
                (place, Some(number))
            }
            None => (given, None),
        };
        let (namespace, name) = match place.split_once('/') {
            Some((namespace, name)) => (Some(namespace.to_owned()), name),
            None => (None, place),
        };
        if name.is_empty() || name.contains('/') || namespace.as_deref() == Some("") {
            return Err("a Service is NAME or NAMESPACE/NAME, and may have a :PORT".to_owned());
        }
        Ok(ExpectedService { given: given.to_owned(), namespace, name: name.to_owned(), port })
    }
}

impl ExpectedService {
    fn is(&self, namespace: &str, name: &str, port: Option<u16>) -> bool {
        self.name == name
            && self.namespace.as_deref().is_none_or(|own| own == namespace)
            && self.port.is_none_or(|own| port == Some(own))
    }

    fn of(&self, route: &HttpRoute, rule: &Rule) -> bool {
        let mut references = rule.backend_refs.iter();
        references.any(|own| self.is(own.namespace_from(&route.meta), &own.name, own.port))
    }
}

/// Compares a trace with the Service that is expected, and says why another one gets the request.
pub fn expect(facts: &Facts, trace: &mut Trace, service: &ExpectedService) {
    let used: Vec<&BackendShare> = trace.backends.iter().filter(|own| own.share > 0.0).collect();
    let fits = |own: &&&BackendShare| service.is(&own.namespace, &own.name, own.port);
    let right = used.iter().filter(fits).count();
    // Another route, with other backends, may be the older one.
    let open = trace.verdict.unknown.as_ref().or(trace.assumed.first());
    let (met, says) = match open {
        Some(why) if !trace.assumed.is_empty() => (None, Some(format!("not known: {why}"))),
        _ if right == used.len() && right > 0 => (Some(true), None),
        Some(why) => (None, Some(format!("not known, because {why}"))),
        None => (Some(false), Some(why_not(facts, trace, service, right))),
    };
    trace.expected = Some(Expectation { service: service.given.clone(), met, says });
}

fn why_not(facts: &Facts, trace: &Trace, service: &ExpectedService, right: usize) -> String {
    if right > 0 {
        let shares: f64 = trace
            .backends
            .iter()
            .filter(|own| service.is(&own.namespace, &own.name, own.port))
            .map(|own| own.share)
            .sum();
        return format!("it gets only {} of the requests", crate::text::share(shares));
    }
    let mut routes = facts.list::<HttpRoute>(None).items;
    routes.retain(|route| route.rules.iter().any(|rule| service.of(route, rule)));
    if routes.is_empty() {
        return "no rule of an HTTPRoute refers to it".to_owned();
    }
    let matched = |route: &HttpRoute, rule: usize| {
        trace
            .matched
            .as_ref()
            .is_some_and(|own| own.route == Name::from(&route.meta) && own.rule == rule)
    };
    for route in &routes {
        let refers =
            |index: usize| route.rules.get(index).is_some_and(|rule| service.of(route, rule));
        let taken = (0..route.rules.len()).find(|index| refers(*index) && matched(route, *index));
        if let Some(index) = taken {
            let rule = full_name(&route.meta.namespace, &route.meta.name);
            let says = &trace.verdict.says;
            return format!("rule {} of HTTPRoute {rule} takes the request: {says}", index + 1);
        }
    }
    let of_service = |miss: &&NearMiss| {
        let own = routes.iter().find(|route| Name::from(&route.meta) == miss.route);
        own.is_some_and(|route| {
            route.rules.get(miss.rule).is_some_and(|rule| service.of(route, rule))
        })
    };
    let said = |miss: &NearMiss| {
        let route = full_name(&miss.route.namespace, &miss.route.name);
        format!("rule {} of HTTPRoute {route} {}", miss.rule + 1, miss.reason.detail)
    };
    if let Some(miss) = trace.near_misses.iter().find(of_service) {
        return said(miss);
    }
    let near = missed(facts, trace, &routes);
    match near.iter().find(of_service) {
        Some(miss) => said(miss),
        None => {
            let names: Vec<String> = routes.iter().map(|route| route.meta.title()).collect();
            format!(
                "no rule of {} that refers to it takes the request",
                crate::text::some_of(&names, 3)
            )
        }
    }
}

/// What keeps some routes from taking a request that was followed.
fn missed(facts: &Facts, trace: &Trace, routes: &[&HttpRoute]) -> Vec<NearMiss> {
    let found = trace.gateway.as_ref().and_then(|own| {
        let gateway = facts.get::<Gateway>(&own.namespace, &own.name).known()?;
        Some((gateway, class::profile(facts, gateway).known()?))
    });
    let (Some((gateway, profile)), Some(host)) = (found, hostname::of_header(&trace.request.host))
    else {
        return Vec::new();
    };
    let compiled = gateway::compile(facts, gateway, profile);
    let owner = trace.matched.as_ref().map(|own| {
        let has = |attached: &&gateway::AttachedRoute| attached.hostnames.contains(&own.hostname);
        let owners = compiled.attached.iter().filter(has).map(|attached| attached.route).collect();
        (own.hostname.as_str(), owners)
    });
    near_miss::among(facts, &compiled, &trace.request, &host, owner, routes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_services() {
        let parse = |text: &str| text.parse::<ExpectedService>();
        let full = parse("web/app:80").expect("a Service");
        assert!(full.is("web", "app", Some(80)));
        assert!(!full.is("web", "app", Some(81)) && !full.is("api", "app", Some(80)));
        assert!(parse("app").expect("a Service").is("any", "app", None));
        for bad in ["", "/app", "a/b/c", "app:http"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
