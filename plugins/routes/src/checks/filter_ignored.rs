//! # A filter is ignored
//!
//! ## What it means
//! The implementation accepts a filter and does not do what it says: kgateway knows no
//! `ExternalAuth` filter, and a mirror whose backend is missing or not granted is left out.
//!
//! ## Why it matters
//! Requests pass **without any authorization**, or nothing is mirrored, and nothing tells: all
//! conditions are True, the answer is 200.
//!
//! ## Example
//! `type: ExternalAuth` in a rule of a route that a kgateway serves. Its own way is a TrafficPolicy
//! with `extAuth`.
//!
//! ## Fix safety
//! Unsafe: authorization that begins to work turns requests away.
//!
//! ## Sources
//! Gateway API `httproute_types.go` 847-849 and 1400-1443; kgateway main with the experimental
//! channel, 2.3, as seen.

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::views::{Filter, HttpRoute, Mirror, Rule};
use igw_core::facts::{Kind, Profile};
use igw_core::finding::{Finding, Severity};
use igw_core::pointer;
use igw_core::route::backend;
use igw_core::route::worth::Worth;
use igw_core::scene::Scene;

use super::refs;

/// IGW0128.
pub struct FilterIgnored;

static META: Meta = Meta {
    code: "IGW0128",
    name: "filter-ignored",
    severity: Severity::Warning,
    needs: &[
        Kind::HttpRoute,
        Kind::Gateway,
        Kind::GatewayClass,
        Kind::ReferenceGrant,
        Kind::Service,
        Kind::Backend,
    ],
    source: include_str!("filter_ignored.rs"),
};

impl Check for FilterIgnored {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for route in cx.routes() {
            let profile = cx.profile_of(route);
            for (i, rule) in route.rules.iter().enumerate() {
                let at = pointer!["spec", "rules", i];
                let mut judge = |path: String, filter: &Filter| match filter {
                    Filter::ExternalAuth { .. } if profile.is_kgateway() => {
                        out.finding(unauthenticated(route, rule, path, &profile));
                    }
                    Filter::RequestMirror { mirror } => {
                        mirrored(cx, route, rule, &path, mirror, &profile, out);
                    }
                    _ => {}
                };
                for (j, filter) in rule.filters.iter().enumerate() {
                    judge(format!("{at}/filters/{j}"), filter);
                }
                for (k, reference) in rule.backend_refs.iter().enumerate() {
                    for (j, filter) in reference.filters.iter().enumerate() {
                        judge(format!("{at}/backendRefs/{k}/filters/{j}"), filter);
                    }
                }
            }
        }
    }
}

fn unauthenticated(route: &HttpRoute, rule: &Rule, path: String, profile: &Profile) -> Finding {
    let requests = refs::requests_in_short(route, rule);
    let title = format!(
        "Requests to {requests} pass without authorization: {profile} ignores ExternalAuth."
    );
    Finding::at(&route.meta, path, title)
        .explain("All conditions are True, and nobody is asked. Attach a TrafficPolicy with extAuth to the route instead.")
        .label("ignored")
        .effect(200, 1.0, igw_core::route::rule::requests(route, rule))
}

fn mirrored(
    cx: &Scene,
    route: &HttpRoute,
    rule: &Rule,
    path: &str,
    mirror: &Mirror,
    profile: &Profile,
    out: &mut Sink,
) {
    let judged = backend::judge(cx, &route.meta, &mirror.backend_ref, profile);
    match judged.worth {
        Worth::Reached(_) => out.passed(),
        // Whoever cannot be reached loses the copies, too; that he has no endpoints is his matter.
        Worth::Fails { reason: Some(reason), .. } => {
            let requests = refs::requests_in_short(route, rule);
            let title = format!("Nothing is mirrored of {requests}: {}.", judged.says);
            let told = match profile.is_kgateway() {
                true => "All conditions of the route stay True".to_owned(),
                false => format!("The route gets ResolvedRefs=False {reason}"),
            };
            out.finding(
                Finding::at(&route.meta, format!("{path}/requestMirror/backendRef"), title)
                    .explain(format!(
                        "The mirror is left out and requests are served without it. {told}."
                    ))
                    .label(judged.says.clone()),
            );
        }
        _ => {}
    }
}
