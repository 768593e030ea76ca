//! # Langfuse's UI needs paths that no rule matches
//!
//! ## What it means
//! A route publishes Langfuse's web UI with a list of path prefixes, and the list lacks paths that
//! the UI requests. The prebuilt image uses only absolute paths (`/api/trpc`, `/project` …); a
//! rewrite of `/langfuse/` does not change that.
//!
//! ## Why it matters
//! A half-working UI is worse than none: the page loads, login works, and then every read gets 404.
//! Tracing says «Waiting for first trace» for a project full of traces, and people look for the
//! fault in the exporter. Reload, deep links and sign-out get 404.
//!
//! ## Example
//! `/langfuse/`, `/_next`, `/api/auth` and `/api/public`, as in the guide: `/api/trpc` is missing.
//!
//! ## Fix safety
//! Unsafe: more paths take more requests from other routes of the hostname. Langfuse needs a
//! hostname of its own with the prefix `/`; the alternative is an image built with
//! `NEXT_PUBLIC_BASE_PATH`.
//!
//! ## Sources
//! Langfuse 3, `web/src/utils/api.ts`, `web/next.config.mjs`; observed with a browser on a running
//! Langfuse.

use std::collections::BTreeMap;

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::{HttpRoute, Rule};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::route::profile::Profile;
use igw_core::route::table::Host;
use igw_core::route::{followed, matching, path};
use igw_core::{page, pointer, text};

pub static CHECK: Check = Check {
    code: "IGW0401",
    name: "langfuse-path-missing",
    // That it is Langfuse is told by names only.
    severity: Severity::Warning,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::ListenerSet, Kind::GatewayClass],
    page: page!(),
    run,
};

/// Paths that the UI requests, the most telling first.
const NEEDED: [&str; 16] = [
    "/api/trpc",
    "/project",
    "/auth",
    "/api/auth",
    "/api/public",
    "/api/project",
    "/_next",
    "/icon.svg",
    "/favicon.ico",
    "/organization",
    "/setup",
    "/onboarding",
    "/account",
    "/trace",
    "/public",
    "/assets",
];

fn run(facts: &Facts, out: &mut Sink) {
    for route in followed::routes(facts) {
        let Some(index) = ui_rule(route) else { continue };
        // Hostnames that lack the same paths are told together.
        let mut lacks: BTreeMap<Vec<&str>, Vec<&str>> = BTreeMap::new();
        for front in followed::gateways(facts) {
            let hosts = front.tables.iter().flat_map(|(_, table)| &table.hosts);
            for (pattern, host) in hosts.filter(|(_, host)| host.has(route)) {
                let missing = missing(host, &front.compiled.profile);
                lacks.entry(missing).or_default().push(pattern);
            }
        }
        for (missing, hosts) in lacks {
            match missing.is_empty() {
                true => out.passed(),
                false => out.finding(finding(route, index, &missing, &hosts)),
            }
        }
    }
}

/// The rule by which a route publishes Langfuse's UI: its scripts under `/_next`, while other rules
/// send its APIs to the same Service. A Service is Langfuse's when its name says so, as the Helm
/// chart's does.
fn ui_rule(route: &HttpRoute) -> Option<usize> {
    let takes = |rule: &Rule, wanted: &str| {
        rule.matches.iter().any(|one| path::trimmed_prefix(&one.path.value) == wanted)
    };
    let target = |rule: &Rule| rule.backend_refs.first().map(|b| b.name.clone());
    let index = route.rules.iter().position(|rule| takes(rule, "/_next"))?;
    let name = target(&route.rules[index]).filter(|name| name.contains("langfuse"))?;
    let apis = ["/api/auth", "/api/public", "/api/trpc"];
    let api = |rule: &Rule| {
        target(rule).as_ref() == Some(&name) && apis.iter().any(|api| takes(rule, api))
    };
    route.rules.iter().any(api).then_some(index)
}

/// The needed paths that no match of a hostname takes.
fn missing(host: &Host, profile: &Profile) -> Vec<&'static str> {
    let taken = |wanted: &&str| {
        let fits = |value: &str| {
            host.entries
                .iter()
                .any(|e| matching::path_fits(value, &e.one.path, profile) != Ok(false))
        };
        fits(wanted) || fits(&format!("{wanted}/x"))
    };
    NEEDED.into_iter().filter(|wanted| !taken(wanted)).collect()
}

fn finding(route: &HttpRoute, index: usize, missing: &[&str], hosts: &[&str]) -> Finding {
    let shown: Vec<&str> =
        hosts.iter().map(|host| if *host == "*" { "any other host" } else { host }).collect();
    let on = text::some_of(&shown, 3);
    let paths = text::some_of(missing, 4);
    let title = format!("Langfuse's UI requests {paths} on {on} and gets 404.");
    let effect = match missing.contains(&"/api/trpc") {
        true => {
            "Without /api/trpc every read fails: login works, but Tracing says «Waiting for first trace» even when there are traces."
        }
        false => "The page loads, but reload, deep links or sign-out fail.",
    };
    Finding::at(&route.meta, pointer!["spec", "rules", index], title)
        .explain(format!("{effect} Give Langfuse a hostname of its own with the prefix /, or use an image built with NEXT_PUBLIC_BASE_PATH and no rewrite."))
        .label("the UI needs more than these paths")
        .effect(404, 1.0, format!("{} on {on}", missing.join(", ")))
        .evidence("paths that no rule matches", missing.join(" "))
        .guide("4", Some("its list of paths lacks /api/trpc and all pages"))
}
