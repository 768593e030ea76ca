//! # The controller replaces a rule with an error
//!
//! ## What it means
//! A rule cannot be translated: its ExtensionRef filter names an object that does not exist or is
//! of a kind that kgateway does not support, a DirectResponse is combined with backendRefs, or the
//! rule has no action at all. Under Envoy Gateway: its ExtensionRef filter names something else than
//! an HTTPRouteFilter that exists and is valid, a filter changes what it must not, as the header
//! `Host`, or an object that was stored under older rules has a filter that today's API server
//! refuses: a redirect to a scheme other than `http` and `https`, a path type that does not exist.
//!
//! ## Why it matters
//! The rule answers 500 with the body `invalid route configuration detected and replaced with a
//! direct response.` The route stays `Accepted=True` and has `kgateway.dev/Programmed=False
//! RouteRuleReplaced` (up to 2.3: `Accepted=False`). **The number in kgateway's message «Replaced
//! Rule (n)» is that of the match within the rule, not that of the rule.** Envoy Gateway answers 500
//! with an empty body; if no rule of the route is good it has `Accepted=False UnsupportedValue`, else
//! `PartiallyInvalid=True`. Of a filter that does not exist `ResolvedRefs=False` tells. By the
//! specification, too, a rule without action answers 500.
//!
//! ## Example
//! An ExtensionRef to `EnvoyRetry`, a kind that no implementation has.
//!
//! ## Fix safety
//! Unsafe: without the filter, requests skip what it was meant to do.
//!
//! ## Sources
//! Gateway API `httproute_types.go` 847-849; observed in kgateway main, 2.3 and 2.2;
//! Envoy Gateway `internal/gatewayapi/filters.go`.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::{HttpRoute, Rule};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::route::profile::Profile;
use igw_core::route::rule::{self, Action};
use igw_core::route::{delegators, followed};
use igw_core::{page, pointer};

use crate::refs;

pub static CHECK: Check = Check {
    code: "IGW0119",
    name: "filter-unresolved",
    severity: Severity::Error,
    needs: &[
        Kind::HttpRoute,
        Kind::Gateway,
        Kind::GatewayClass,
        Kind::TrafficPolicy,
        Kind::DirectResponse,
        Kind::RouteFilter,
        Kind::ConfigMap,
    ],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for route in followed::routes(facts) {
        let profile = followed::profile_of(facts, route);
        // Where no Gateway is known, nobody answers.
        if !profile.is_kgateway() && delegators::of_parents(facts, route).is_some() {
            of_no_action(facts, route, &profile, out);
        }
        if profile == Profile::EnvoyGateway {
            of_envoy_gateway(facts, route, out);
            continue;
        }
        // Bad values in strict validation are told by envoy-refuses-port.
        for (index, one) in route.rules.iter().enumerate().filter(|_| profile.is_kgateway()) {
            // Weights have a check of their own: backend-weight-zero.
            if !one.backend_refs.is_empty() && one.extension_refs().next().is_none() {
                out.passed();
                continue;
            }
            match rule::action(facts, route, index, &profile) {
                Action::Replaced(says) => {
                    let requests = refs::requests_in_short(route, one);
                    let title = format!("Every request to {requests} gets 500: {says}.");
                    let field = if one.filters.is_empty() { "" } else { "/filters" };
                    out.finding(
                        Finding::at(&route.meta, pointer!["spec", "rules", index] + field, title)
                            .explain(format!("kgateway replaces the rule with a direct response whose body is \"{}\". The number in its message counts matches within the rule, not rules.", rule::REPLACED_BODY))
                            .label(says)
                            .effect(500, 1.0, rule::requests(route, one))
                            .guide("9", Some("its retry filter refers to the kind EnvoyRetry, which does not exist")),
                    );
                }
                Action::Unknown(_) => {}
                _ => out.passed(),
            }
        }
    }
}

/// Rules that neither forward nor answer; kgateway's are found with the others that it replaces.
fn of_no_action(facts: &Facts, route: &HttpRoute, profile: &Profile, out: &mut Sink) {
    let bare = |rule: &Rule| rule.backend_refs.is_empty() && rule.extension_refs().next().is_none();
    for (index, one) in route.rules.iter().enumerate().filter(|(_, rule)| bare(rule)) {
        let Action::Error(status, says) = rule::action(facts, route, index, profile) else {
            continue;
        };
        // A filter that is at fault is found below.
        if rule::filter_fault(facts, route, one, profile).is_some() {
            continue;
        }
        let requests = refs::requests_in_short(route, one);
        let title = format!("Every request to {requests} gets {status}: {says}.");
        out.finding(
            Finding::at(&route.meta, pointer!["spec", "rules", index], title)
                .explain("A rule needs a backend, a redirect, or a filter that answers.")
                .label(says)
                .effect(status, 1.0, rule::requests(route, one)),
        );
    }
}

fn of_envoy_gateway(facts: &Facts, route: &HttpRoute, out: &mut Sink) {
    for (index, one) in route.rules.iter().enumerate().filter(|(_, one)| !one.filters.is_empty()) {
        let Some(says) = rule::filter_fault(facts, route, one, &Profile::EnvoyGateway) else {
            out.passed();
            continue;
        };
        let requests = refs::requests_in_short(route, one);
        let title = format!("Every request to {requests} gets 500: {says}.");
        out.finding(
            Finding::at(&route.meta, pointer!["spec", "rules", index, "filters"], title)
                .explain("Envoy Gateway answers 500 with an empty body in place of the rule.")
                .label(says)
                .effect(500, 1.0, rule::requests(route, one)),
        );
    }
}
