//! # A filter is ignored
//!
//! ## What it means
//! The implementation accepts a filter but does not apply it: kgateway does not support the
//! `ExternalAuth` filter, and a mirror whose backend is missing or not granted is left out.
//!
//! ## Why it matters
//! Requests pass **without any authorization**, or nothing is mirrored, and nothing reports it: all
//! conditions are True, and the answer is 200.
//!
//! ## Example
//! `type: ExternalAuth` in a rule of a route that kgateway serves. kgateway's own way is a
//! TrafficPolicy with `extAuth`.
//!
//! ## Fix safety
//! Unsafe: once authorization takes effect, it rejects requests.
//!
//! ## Sources
//! Gateway API `httproute_types.go` 847-849 and 1400-1443; observed in kgateway main with the
//! experimental channel and in 2.3.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::{Filter, HttpRoute, Mirror, Rule};
use igw_core::finding::{Finding, Severity};
use igw_core::route::outcome::Outcome;
use igw_core::route::profile::Profile;
use igw_core::route::{backend, followed};
use igw_core::{page, pointer};

use crate::refs;

pub static CHECK: Check = Check {
    code: "IGW0128",
    name: "filter-ignored",
    severity: Severity::Warning,
    needs: refs::OF_BACKENDS,
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for route in followed::routes(facts) {
        let profile = followed::profile_of(facts, route);
        for (i, rule) in route.rules.iter().enumerate() {
            let at = pointer!["spec", "rules", i];
            let mut judge = |path: String, filter: &Filter| match filter {
                Filter::ExternalAuth { .. } if profile.is_kgateway() => {
                    out.finding(unauthenticated(route, rule, path, &profile));
                }
                Filter::RequestMirror { mirror } => {
                    mirrored(facts, route, rule, &path, mirror, &profile, out);
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

fn unauthenticated(route: &HttpRoute, rule: &Rule, path: String, profile: &Profile) -> Finding {
    let requests = refs::requests_in_short(route, rule);
    let title = format!(
        "Requests to {requests} pass without authorization: {profile} ignores ExternalAuth."
    );
    Finding::at(&route.meta, path, title)
        .explain("All conditions are True, and no authorization service is called. Attach a TrafficPolicy with extAuth to the route instead.")
        .label("ignored")
        .effect(200, 1.0, igw_core::route::rule::requests(route, rule))
}

fn mirrored(
    facts: &Facts,
    route: &HttpRoute,
    rule: &Rule,
    path: &str,
    mirror: &Mirror,
    profile: &Profile,
    out: &mut Sink,
) {
    let judged = backend::judge(facts, &route.meta, &mirror.backend_ref, profile);
    match judged.outcome {
        Outcome::Reached(_) => out.passed(),
        // Whoever cannot be reached loses the copies, too; that he has no endpoints is his matter.
        Outcome::Fails { reason: Some(reason), .. } => {
            let requests = refs::requests_in_short(route, rule);
            let title = format!("Requests to {requests} are not mirrored: {}.", judged.says);
            let told = match profile.is_kgateway() {
                true => "All conditions of the route stay True".to_owned(),
                false => format!("The route gets ResolvedRefs=False {reason}"),
            };
            out.finding(
                Finding::at(&route.meta, format!("{path}/requestMirror/backendRef"), title)
                    .explain(format!(
                        "The mirror is left out, and requests are served without it. {told}."
                    ))
                    .label(judged.says.clone()),
            );
        }
        _ => {}
    }
}
