//! # A rewrite doubles the path of traces
//!
//! ## What it means
//! A rule replaces the prefix `/api/public/otel` by `/api/public/otel/v1/traces` and keeps the rest of
//! the path. An exporter with the whole path, as Bifrost needs it and as every SDK of OpenTelemetry makes
//! it, arrives as `/api/public/otel/v1/traces/v1/traces`.
//!
//! ## Why it matters
//! Langfuse answers 404 with a page of HTML, and the traces are lost. The longer prefix outranks
//! `/api/public`, so that the rule breaks what works without it.
//!
//! ## Example
//! The guide's `langfuse-otel-route`.
//!
//! ## Fix safety
//! Unsafe: a client that sends to `/api/public/otel` itself relies on the rewrite.
//!
//! ## Sources
//! Gateway API, `ReplacePrefixMatch`; Langfuse 4.16.0, as observed.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::{Filter, HttpRoute};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Set};
use igw_core::kube::Kind;
use igw_core::langfuse::destination::TraceDestination;
use igw_core::langfuse::site::{self, Site, SiteAnswer, web_of};
use igw_core::langfuse::{TRACES_PATH, ways};
use igw_core::{page, pointer};

pub static CHECK: Check = Check {
    code: "IGW0505",
    name: "rewrite-doubles-otel",
    severity: Severity::Warning,
    needs: &[
        Kind::HttpRoute,
        Kind::Gateway,
        Kind::GatewayClass,
        Kind::Service,
        Kind::Workload,
        Kind::BatchJob,
        Kind::TraceCollector,
        Kind::ConfigMap,
        Kind::Secret,
    ],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for site in site::all(facts) {
        let mut seen: Vec<(*const HttpRoute, usize)> = Vec::new();
        for entry in site.ways(facts).filter(|entry| facts.scope.contains(&entry.route.meta)) {
            let own = (std::ptr::from_ref(entry.route), entry.rule);
            if seen.contains(&own) || web_of(facts, entry.route, entry.rule).is_none() {
                continue;
            }
            seen.push(own);
            let prefix = entry.one.path.value.trim_end_matches('/');
            // What a client asks for that wants its traces to arrive by this match.
            let request = match prefix.find("/api/public/otel") {
                Some(at) => format!("{}{TRACES_PATH}", &prefix[..at]),
                None => continue,
            };
            match site.answer(facts, &request) {
                SiteAnswer::Web { route, rule, path }
                    if path.matches("/v1/traces").count() > 1
                        && (std::ptr::from_ref(route), rule) == own =>
                {
                    out.finding(finding(facts, site, route, rule, (&request, &path)));
                }
                _ => out.passed(),
            }
        }
    }
}

fn finding(
    facts: &Facts,
    site: &Site,
    route: &HttpRoute,
    rule: usize,
    (request, arrives): (&str, &str),
) -> Finding {
    let filters = &route.rules[rule].filters;
    let at = filters.iter().position(|filter| matches!(filter, Filter::UrlRewrite { .. }));
    let at = at.unwrap_or_default();
    let path = pointer!["spec", "rules", rule, "filters", at, "urlRewrite", "path"];
    let hostname =
        matches!(&filters[at], Filter::UrlRewrite { rewrite } if rewrite.hostname.is_some());
    let drop = if hostname { path.clone() } else { pointer!["spec", "rules", rule, "filters", at] };
    let title = format!("A request for {request} arrives at Langfuse as {arrives}, which is 404.");
    let why = "a client that sends to /api/public/otel itself relies on the rewrite";
    let fix = Fix::unsafe_as(why, format!("remove the rewrite of {}", route.meta.title()))
        .change(&route.meta, vec![Set::Drop(drop)]);
    let mut finding = Finding::at(&route.meta, format!("{path}/replacePrefixMatch"), title)
        .explain("The prefix is replaced and the rest of the path is kept, so /v1/traces is there twice. Every exporter with the whole path loses its traces; without this rule, /api/public already leads to Langfuse.")
        .label("repeats /v1/traces")
        .effect(404, 1.0, format!("{request} on {}", site.shown()))
        .repair(fix)
        .guide("5", Some("it uses this rewrite and also the full path in collector_url"));
    for way in ways::all(facts) {
        let by = match &way.to {
            Some(TraceDestination::Web(own)) => own.by.as_ref(),
            _ => None,
        };
        let same = by.is_some_and(|by| {
            by.route.name == route.meta.name && by.route.namespace == route.meta.namespace
        });
        if same {
            finding = finding.related(way.exporter.subject.reference());
        }
    }
    finding
}
