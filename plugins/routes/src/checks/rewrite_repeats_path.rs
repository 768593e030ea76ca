//! # A rewrite repeats part of the path
//!
//! ## What it means
//! `ReplacePrefixMatch` replaces the matched prefix and keeps the rest of the path. When the
//! replacement begins with the matched prefix and adds to it, a request that already has the
//! addition gets it twice.
//!
//! ## Why it matters
//! The gateway forwards a path that the backend does not know. For an OpenTelemetry exporter this
//! means that every trace is lost, and a 404 in its log is the only sign.
//!
//! ## Example
//! Prefix `/api/public/otel`, replacement `/api/public/otel/v1/traces`: an exporter's request for
//! `/api/public/otel/v1/traces` arrives as `/api/public/otel/v1/traces/v1/traces`.
//!
//! ## Fix safety
//! Unsafe: without the rewrite, clients that rely on it break.
//!
//! ## Sources
//! Gateway API `httproute_types.go` 1151-1205; observed in kgateway main (the guide's section 5).

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::{Filter, HttpRoute, PathChange};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Set};
use igw_core::kube::{Kind, pointer};
use igw_core::route::path::trimmed_prefix;
use igw_core::route::{followed, matching, rewrite, rule};
use igw_core::{page, pointer};

pub static CHECK: Check = Check {
    code: "IGW0117",
    name: "rewrite-repeats-path",
    severity: Severity::Warning,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::GatewayClass],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for route in followed::routes(facts) {
        let profile = followed::profile_of(facts, route);
        for (i, rule) in route.rules.iter().enumerate() {
            for (j, filter) in rule.filters.iter().enumerate() {
                let Filter::UrlRewrite { rewrite } = filter else { continue };
                let Some(change @ PathChange::ReplacePrefixMatch { value }) = &rewrite.path else {
                    continue;
                };
                let matches = matching::matches_of(rule);
                let prefix = &matches[0].path.value;
                let trimmed = trimmed_prefix(prefix);
                let added = value
                    .strip_prefix(trimmed)
                    .filter(|rest| trimmed != "/" && rest.starts_with('/') && rest.len() > 1);
                let Some(added) = added else {
                    out.passed();
                    continue;
                };
                let request = format!("{trimmed}{added}");
                let arrives = rewrite::change_path(change, prefix, &request, &profile, false)
                    .unwrap_or_else(|| request.clone());
                let at = pointer!["spec", "rules", i, "filters", j, "urlRewrite", "path"];
                let title = format!("A request for {request} arrives at the backend as {arrives}.");
                out.finding(
                    Finding::at(&route.meta, format!("{at}/replacePrefixMatch"), title)
                        .explain(format!("The prefix {trimmed} is replaced by {value}, and the rest of the path is kept. Only a client that requests exactly {trimmed} gets the intended path."))
                        .label(format!("repeats {added}"))
                        .repair(without(route, i, j, rewrite.hostname.is_some()))
                        .effect(200, 1.0, rule::requests(route, rule))
                        .guide("5", Some("it uses this rewrite and also the full path in collector_url")),
                );
            }
        }
    }
}

/// The rule without the rewrite of the path; one of the hostname beside it stays.
fn without(route: &HttpRoute, rule: usize, filter: usize, hostname: bool) -> Fix {
    let whole = pointer!["spec", "rules", rule, "filters", filter];
    let at = if hostname { format!("{whole}/urlRewrite/path") } else { whole };
    let title = format!("remove {} of {}", pointer::dotted(&at), route.meta.title());
    let why = "clients that rely on the rewrite break";
    Fix::unsafe_as(why, title).change(&route.meta, vec![Set::Drop(at)])
}
