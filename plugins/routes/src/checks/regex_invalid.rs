//! # A regular expression does not compile
//!
//! ## What it means
//! A match of type RegularExpression has a value that no dialect of regular expressions takes (a
//! parenthesis or bracket that is not closed, a `*` that repeats nothing, as in the glob `*.css`),
//! or that the engine of the Gateway's proxy refuses.
//!
//! ## Why it matters
//! The API server accepts any text. Envoy Gateway drops the rule, and the route if no rule is left;
//! other controllers refuse the route, or lose more than that. What kgateway does is IGW0126.
//!
//! ## Example
//! `value: "*.css"`: write `/.*\.css`. The whole path is compared, and it begins with `/`.
//!
//! ## Fix safety
//! Unsafe: the tool cannot know which requests are meant.
//!
//! ## Sources
//! RE2, PCRE, Java's and Rust's documentation of their syntax; Gateway API `httproute_types.go`
//! (the dialect is the implementation's); envoyproxy/gateway#2343.

use std::collections::HashSet;

use igw_core::check::{Check, Sink};
use igw_core::facts::views::HttpRoute;
use igw_core::facts::{Facts, Why};
use igw_core::finding::Finding;
use igw_core::finding::Severity;
use igw_core::kube::{Kind, pointer};
use igw_core::page;
use igw_core::route::envoy::{self, RefusedValue};
use igw_core::route::followed;
use igw_core::route::profile::Profile;
use igw_core::route::rule;

pub static CHECK: Check = Check {
    code: "IGW0141",
    name: "regex-invalid",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::ListenerSet, Kind::GatewayClass],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    // IGW0126 reports what a kgateway has in its tables.
    let kgateways = followed::gateways(facts).iter().filter(|f| f.compiled.profile.is_kgateway());
    let tables = kgateways.flat_map(|front| front.tables.iter().map(|(_, table)| table));
    let told: HashSet<*const HttpRoute> = tables
        .flat_map(|table| &table.refused)
        .map(|(route, _)| std::ptr::from_ref(*route))
        .collect();
    for route in followed::routes(facts) {
        if told.contains(&std::ptr::from_ref(route)) {
            continue;
        }
        let profile = followed::profile_of(facts, route);
        let refused = envoy::refuses(route).into_iter().filter(|refused| refused.matcher);
        let mut good = true;
        for refused in refused {
            good = false;
            match refused.certain && (refused.hopeless || profile.is_envoy()) {
                true => out.finding(finding(route, &refused, &profile)),
                false => {
                    let field = pointer::dotted(&refused.pointer);
                    let detail = format!("{}, {field}: {}", route.meta.title(), refused.says);
                    out.not_checked(Kind::HttpRoute, &route.meta.namespace, Why::not_given(detail));
                }
            }
        }
        if good {
            out.passed();
        }
    }
}

fn finding(route: &HttpRoute, refused: &RefusedValue, profile: &Profile) -> Finding {
    let number = refused.rule + 1;
    let says = &refused.says;
    let envoy_gateway = *profile == Profile::EnvoyGateway;
    let title = match envoy_gateway {
        true => format!("Envoy Gateway drops rule {number} of this route: {says}."),
        false => format!("Rule {number} of this route has an invalid value: {says}."),
    };
    let explanation = match envoy_gateway {
        true => {
            "Its requests get 404 or go to a less specific rule. A route without another rule has Accepted=False, and its hostnames are not served."
        }
        false => {
            "The API server accepts it. The controller refuses the rule or the route, or its proxy refuses everything that is configured with it; which of them depends on the implementation."
        }
    };
    let finding = Finding::at(&route.meta, refused.pointer.clone(), title)
        .explain(explanation)
        .label("does not compile");
    match envoy_gateway {
        true => finding.effect(404, 1.0, rule::requests(route, &route.rules[refused.rule])),
        false => finding,
    }
}
