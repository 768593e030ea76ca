//! # Langfuse's UI needs paths that no rule takes
//!
//! ## What it means
//! A route publishes Langfuse's web UI by a list of path prefixes, and the list lacks paths that
//! the UI asks for. The prebuilt image knows only absolute paths (`/api/trpc`, `/project` …), a
//! rewrite of `/langfuse/` changes nothing about that.
//!
//! ## Why it matters
//! It works halfway, which is worse than not at all: the page loads, the login works, and then every
//! read is 404. Tracing says «Waiting for first trace» for a project full of traces, and everybody
//! looks for the fault in the exporter. Reload, deep links and sign-out are 404.
//!
//! ## Example
//! `/langfuse/`, `/_next`, `/api/auth` and `/api/public`, as the guide has it: `/api/trpc` is
//! missing.
//!
//! ## Fix safety
//! Unsafe: more paths take more from other routes of the hostname. A hostname of its own with the
//! prefix `/` is what Langfuse needs; an image built with `NEXT_PUBLIC_BASE_PATH` is the other way.
//!
//! ## Sources
//! Langfuse 3, `web/src/utils/api.ts`, `web/next.config.mjs`; a browser on a running Langfuse, as
//! seen.

use std::collections::BTreeMap;

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::views::{HttpRoute, Rule};
use igw_core::facts::{Kind, Profile};
use igw_core::finding::{Finding, Severity};
use igw_core::pointer;
use igw_core::route::table::Host;
use igw_core::route::{matching, path};
use igw_core::scene::Scene;
use igw_core::words;

/// IGW0401.
pub struct LangfusePathMissing;

static META: Meta = Meta {
    code: "IGW0401",
    name: "langfuse-path-missing",
    // That it is Langfuse is told by names only.
    severity: Severity::Warning,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::ListenerSet, Kind::GatewayClass],
    source: include_str!("langfuse_path_missing.rs"),
};

/// What the UI asks for, the most telling first.
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

impl Check for LangfusePathMissing {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for route in cx.routes() {
            let Some(index) = ui_rule(route) else { continue };
            // Hostnames that lack the same paths are told together.
            let mut lacks: BTreeMap<Vec<&str>, Vec<&str>> = BTreeMap::new();
            for front in cx.gateways() {
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

/// What no match of a hostname takes.
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
    let on = words::some_of(&shown, 3);
    let paths = words::some_of(missing, 4);
    let title = format!("Langfuse's UI asks for {paths} on {on}, and gets 404.");
    let effect = match missing.contains(&"/api/trpc") {
        true => {
            "Without /api/trpc every read fails: the login works, and Tracing says «Waiting for first trace» whatever there is."
        }
        false => "The page loads, and reload, deep links or sign-out fail.",
    };
    Finding::at(&route.meta, pointer!["spec", "rules", index], title)
        .explain(format!("{effect} Give Langfuse a hostname of its own with the prefix /, or an image built with NEXT_PUBLIC_BASE_PATH and no rewrite."))
        .label("the UI needs more than these paths")
        .effect(404, 1.0, format!("{} on {on}", missing.join(", ")))
        .evidence("paths that no rule takes", missing.join(" "))
        .guide("4", Some("its list of paths lacks /api/trpc and all pages"))
}
