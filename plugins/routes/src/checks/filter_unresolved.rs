//! # kgateway replaces a rule by an error
//!
//! ## What it means
//! A rule cannot be translated: its ExtensionRef filter names an object that does not exist or of
//! a kind that kgateway does not know, a DirectResponse stands beside backendRefs, or the rule has
//! no action at all.
//!
//! ## Why it matters
//! The rule answers 500 with the body `invalid route configuration detected and replaced with a
//! direct response.` The route stays `Accepted=True` and has `kgateway.dev/Programmed=False
//! RouteRuleReplaced` (up to 2.3: `Accepted=False`). **The number in kgateway's message «Replaced
//! Rule (n)» is the match within the rule, not the rule.**
//!
//! ## Example
//! An ExtensionRef to `EnvoyRetry`, a kind that no implementation has.
//!
//! ## Fix safety
//! Unsafe: without the filter, requests pass without what it was meant to do.
//!
//! ## Sources
//! Gateway API `httproute_types.go` 847-849; kgateway main, 2.3, 2.2, as seen.

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::finding::{Finding, Severity};
use igw_core::pointer;
use igw_core::route::rule::{self, Action};
use igw_core::scene::Scene;

use super::refs;

/// IGW0119.
pub struct FilterUnresolved;

static META: Meta = Meta {
    code: "IGW0119",
    name: "filter-unresolved",
    severity: Severity::Error,
    needs: &[
        Kind::HttpRoute,
        Kind::Gateway,
        Kind::GatewayClass,
        Kind::TrafficPolicy,
        Kind::DirectResponse,
    ],
    source: include_str!("filter_unresolved.rs"),
};

impl Check for FilterUnresolved {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for route in cx.routes() {
            let profile = cx.profile_of(route);
            // Bad values in strict validation are told by envoy-refuses-port.
            for (index, one) in route.rules.iter().enumerate().filter(|_| profile.is_kgateway()) {
                // Weights have a check of their own: backend-weight-zero.
                if !one.backend_refs.is_empty() && rule::extension_refs(one).is_empty() {
                    out.passed();
                    continue;
                }
                match rule::action(cx, route, index, &profile) {
                    Action::Replaced(says) => {
                        let requests = refs::requests_in_short(route, one);
                        let title = format!("Every request to {requests} gets 500: {says}.");
                        let field = if one.filters.is_empty() { "" } else { "/filters" };
                        out.finding(
                            Finding::at(&route.meta, pointer!["spec", "rules", index] + field, title)
                                .explain(format!("kgateway replaces the rule by a direct response with the body \"{}\". The number in its message counts matches within the rule, not rules.", rule::REPLACED_BODY))
                                .label(says)
                                .effect(500, 1.0, rule::requests(route, one))
                                .guide("9", Some("its retry filter EnvoyRetry is a kind that does not exist")),
                        );
                    }
                    Action::Unknown(_) => {}
                    _ => out.passed(),
                }
            }
        }
    }
}
