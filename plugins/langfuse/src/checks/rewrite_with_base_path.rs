//! # A rewrite takes off the base path that Langfuse is built for
//!
//! ## What it means
//! An image that is built with `NEXT_PUBLIC_BASE_PATH` serves everything below that path, and nothing at
//! `/`. The route takes the path off before it forwards.
//!
//! ## Why it matters
//! Every request gets Langfuse's 404 page, without a login form; traces get 404, too.
//!
//! ## Example
//! A build for `/langfuse` behind `PathPrefix /langfuse` with `ReplacePrefixMatch /`.
//!
//! ## Fix safety
//! Safe: nothing behind this rewrite works now.
//!
//! ## Sources
//! Langfuse 4.16.0 built with a base path, as observed.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::{Filter, HttpRoute};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Set};
use igw_core::kube::Kind;
use igw_core::langfuse::base_path::{self, BasePath};
use igw_core::langfuse::services;
use igw_core::langfuse::site::{self, path_change, web_of};
use igw_core::{page, pointer};

pub static CHECK: Check = Check {
    code: "IGW0405",
    name: "rewrite-with-base-path",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::GatewayClass, Kind::Service, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for site in site::all(facts) {
        for entry in site.ways(facts).filter(|entry| facts.scope.contains(&entry.route.meta)) {
            let Some(web) = web_of(facts, entry.route, entry.rule) else { continue };
            let behind = services::installation_behind(facts, &web.namespace, &web.name);
            let BasePath::Built(base) = base_path::of(behind.as_deref()) else { continue };
            let prefix = entry.one.path.value.trim_end_matches('/');
            // A page below the path, as this match forwards it.
            let page = format!("{base}/auth/sign-in");
            let takes = page.starts_with(prefix) || prefix.starts_with(&base);
            let rule = &entry.route.rules[entry.rule];
            if !takes || path_change(rule).is_none() {
                out.passed();
                continue;
            }
            let request = if prefix.starts_with(&base) { format!("{prefix}/x") } else { page };
            match site.answer(facts, &request) {
                site::SiteAnswer::Web { path, .. } if !path.starts_with(&base) => {
                    let host = site.shown();
                    out.finding(finding(entry.route, entry.rule, &base, host, (&request, &path)));
                }
                _ => out.passed(),
            }
        }
    }
}

fn finding(
    route: &HttpRoute,
    rule: usize,
    base: &str,
    host: &str,
    (request, arrives): (&str, &str),
) -> Finding {
    let filters = &route.rules[rule].filters;
    let at = filters.iter().position(|filter| matches!(filter, Filter::UrlRewrite { .. }));
    let at = at.unwrap_or_default();
    let path = pointer!["spec", "rules", rule, "filters", at, "urlRewrite", "path"];
    let title = format!(
        "A request for {request} on {host} arrives at Langfuse as {arrives}, but this image serves below {base} only."
    );
    let hostname =
        matches!(&filters[at], Filter::UrlRewrite { rewrite } if rewrite.hostname.is_some());
    let drop = if hostname { path.clone() } else { pointer!["spec", "rules", rule, "filters", at] };
    let fix = Fix::safe(format!("remove the rewrite of {}", route.meta.title()))
        .change(&route.meta, vec![Set::Drop(drop)]);
    Finding::at(&route.meta, path, title)
        .explain("An image that is built with NEXT_PUBLIC_BASE_PATH serves nothing at /: every request gets its 404 page. Route the prefix without a rewrite.")
        .label(format!("takes off {base}"))
        .effect(404, 1.0, format!("{base} on {host}"))
        .repair(fix)
        .guide("4", Some("it uses this rewrite for every image"))
}
