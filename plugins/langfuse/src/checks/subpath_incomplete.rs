//! # Langfuse's UI needs paths that do not lead to it
//!
//! ## What it means
//! A route publishes Langfuse's web UI below a path, or with a list of path prefixes, and requests of
//! the UI go elsewhere. The prebuilt image uses absolute paths only (`/_next`, `/api/trpc`, `/project`
//! …); a rewrite of `/langfuse` to `/` does not change what its pages ask for. Each path is judged by
//! the routing rules: which rule of which route gets a request for it.
//!
//! ## Why it matters
//! Without `/_next` the page stays at "Loading ...". With a few prefixes more a half-working UI is worse
//! than none: the page loads, login works, and then every read gets 404. Tracing says "Waiting for first
//! trace" for a project full of traces, and people look for the fault in the exporter. Reload, deep links
//! and sign-out get 404.
//!
//! ## Example
//! `/langfuse/`, `/_next`, `/api/auth` and `/api/public`, as in the guide: `/api/trpc` is missing.
//!
//! ## Fix safety
//! Unsafe: Langfuse gets another hostname, which needs an entry in the DNS. Where the list of prefixes
//! cannot be completed without taking requests from other routes, nothing is offered.
//!
//! ## Sources
//! Langfuse 4.16.0 behind a gateway, observed with a browser; `web/src/utils/api.ts`,
//! `web/next.config.mjs`.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::HttpRoute;
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::langfuse::base_path::BasePath;
use igw_core::langfuse::site;
use igw_core::{page, pointer, text};

use crate::own_host;
use crate::ui::{self, SubPath, Ui};

pub static CHECK: Check = Check {
    code: "IGW0401",
    name: "subpath-incomplete",
    severity: Severity::Error,
    needs: &[
        Kind::HttpRoute,
        Kind::Gateway,
        Kind::ListenerSet,
        Kind::GatewayClass,
        Kind::Service,
        Kind::Workload,
    ],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for site in site::all(facts) {
        let Some(ui) = Ui::of(facts, site) else { continue };
        let before = out.findings.len();
        if let BasePath::Built(base) = &ui.base {
            below_base(facts, &ui, base, out);
        } else {
            for sub in &ui.subs {
                below(facts, &ui, sub, out);
            }
            if ui.subs.is_empty() && !ui.missing.is_empty() {
                listed(facts, &ui, out);
            }
        }
        if out.findings.len() == before {
            out.passed();
        }
    }
}

/// That it is Langfuse may be told by names only.
fn severity(ui: &Ui) -> Severity {
    if ui.web.sure { Severity::Error } else { Severity::Warning }
}

/// The prebuilt image below a path.
fn below(facts: &Facts, ui: &Ui, sub: &SubPath, out: &mut Sink) {
    if !facts.scope.contains(&sub.route.meta) {
        return;
    }
    let (prefix, host) = (&sub.prefix, ui.site.shown());
    if !sub.stripped {
        // An image of its own may be built for this path.
        if ui.base != BasePath::Stock {
            return;
        }
        let title = format!(
            "The prebuilt image of Langfuse serves at /, and {prefix} on {host} is forwarded as it is, so every page is 404."
        );
        out.finding(
            at(sub.route, sub.rule, title)
                .explain(format!("The prebuilt image knows no base path. {}", ui::ADVICE))
                .label("no page below this path")
                .only(severity(ui))
                .effect(404, 1.0, format!("{prefix} on {host}"))
                .repair(own_host::fix(facts, ui, sub.route)),
        );
        return;
    }
    let lacking = ui.lacking();
    if lacking.is_empty() {
        let title = format!(
            "Langfuse below {prefix} on {host} works under / only: the prefix is lost at the first click."
        );
        out.finding(
            at(sub.route, sub.rule, title)
                .explain(format!("Its pages link to absolute paths, and a deep link below {prefix} shows \"Waiting for first trace\". {}", ui::ADVICE))
                .label("a prefix that the UI does not know")
                .only(Severity::Info),
        );
        return;
    }
    let first = lacking.contains(&"/_next").then_some("/_next");
    let first = first.or(lacking.first().copied()).unwrap_or_default();
    let title = format!(
        "Langfuse below {prefix} on {host} cannot work: its pages ask for {} at the root, and no rule leads there.",
        text::some_of(&lacking, 4)
    );
    out.finding(
        at(sub.route, sub.rule, title)
            .explain(format!("{} The prebuilt image knows no base path, whatever is set at run time. {} Traces arrive all the same at {prefix}/api/public/otel/v1/traces.", ui::sees(&lacking), ui::ADVICE))
            .label(format!("{first} is asked for at the root"))
            .only(severity(ui))
            .effect(404, 1.0, format!("{} on {host}", lacking.join(", ")))
            .evidence("paths that do not lead to Langfuse", lacking.join(" "))
            .repair(own_host::fix(facts, ui, sub.route))
            .guide("4", Some("its list of paths lacks /api/trpc and all pages")),
    );
}

/// Single paths at the root, and some are missing.
fn listed(facts: &Facts, ui: &Ui, out: &mut Sink) {
    let Some(entry) = ui.site.ways(facts).next() else { return };
    if !facts.scope.contains(&entry.route.meta) {
        return;
    }
    let (host, missing) = (ui.site.shown(), &ui.missing);
    let paths = text::some_of(missing, 4);
    let title = format!("Langfuse's UI requests {paths} on {host} and gets 404.");
    out.finding(
        at(entry.route, entry.rule, title)
            .explain(format!("{} {}", ui::sees(missing), ui::ADVICE))
            .label("the UI needs more than these paths")
            .only(severity(ui))
            .effect(404, 1.0, format!("{} on {host}", missing.join(", ")))
            .evidence("paths that no rule matches", missing.join(" "))
            .repair(own_host::fix(facts, ui, entry.route))
            .guide("4", Some("its list of paths lacks /api/trpc and all pages")),
    );
}

/// An image that is built for a path: all below that path has to arrive as it is.
fn below_base<'a>(facts: &Facts<'a>, ui: &Ui<'_, 'a>, base: &str, out: &mut Sink) {
    let mut lacking = Vec::new();
    let mut stripped = false;
    for (path, request) in ui::NEEDED {
        let whole = format!("{base}{request}");
        match ui.site.answer(facts, &whole) {
            site::SiteAnswer::Web { path: arrives, .. } if arrives == whole => {}
            // A rewrite is another check's.
            site::SiteAnswer::Web { .. } => stripped = true,
            site::SiteAnswer::Nothing | site::SiteAnswer::Other { .. } => lacking.push(path),
            site::SiteAnswer::Open => {}
        }
    }
    let Some(entry) = ui.site.ways(facts).next() else { return };
    if stripped || lacking.is_empty() || !facts.scope.contains(&entry.route.meta) {
        return;
    }
    let host = ui.site.shown();
    let whole: Vec<String> = lacking.iter().map(|path| format!("{base}{path}")).collect();
    let title = format!(
        "This Langfuse is built for {base}, and {} on {host} does not lead to it.",
        text::some_of(&whole, 3)
    );
    out.finding(
        at(entry.route, entry.rule, title)
            .explain(format!(
                "{} Route the prefix {base} to it, without a rewrite.",
                ui::sees(&lacking)
            ))
            .label(format!("not {base}"))
            .only(severity(ui))
            .effect(404, 1.0, format!("{} on {host}", whole.join(", ")))
            .evidence("paths that do not lead to Langfuse", whole.join(" ")),
    );
}

fn at(route: &HttpRoute, rule: usize, title: String) -> Finding {
    Finding::at(&route.meta, pointer!["spec", "rules", rule], title)
}
