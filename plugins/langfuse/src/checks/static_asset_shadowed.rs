//! # Another route takes paths of Langfuse's UI
//!
//! ## What it means
//! A route sends a host, or these paths of it, to Langfuse, and for some paths that the UI requests a
//! rule of another route is more specific or older, so that it gets the requests.
//!
//! ## Why it matters
//! Another program answers for Langfuse's scripts, icons or APIs: the page is blank or has no styles, or
//! single functions fail.
//!
//! ## Example
//! Langfuse at `/`, and a route of another program with the prefix `/_next` on the same host.
//!
//! ## Fix safety
//! Show only: which program needs the path is not known. Langfuse needs a hostname of its own.
//!
//! ## Sources
//! Gateway API, precedence of matches; Langfuse 4.16.0, as observed with a browser.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::langfuse::site;
use igw_core::{page, pointer, text};

use crate::ui::{self, Ui};

pub static CHECK: Check = Check {
    code: "IGW0408",
    name: "static-asset-shadowed",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::GatewayClass, Kind::Service, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for site in site::all(facts) {
        let Some(ui) = Ui::of(facts, site) else { continue };
        let Some(entry) = site.ways(facts).next() else { continue };
        if !facts.scope.contains(&entry.route.meta) {
            continue;
        }
        let lost: Vec<_> = ui.shadowed.iter().filter(|own| own.lost).collect();
        let Some(first) = lost.first() else {
            out.passed();
            continue;
        };
        // A path that is told to be missing is not told again.
        if !ui.root && !ui.listed {
            continue;
        }
        let paths: Vec<&str> = lost.iter().map(|own| own.path).collect();
        let (host, winner) = (site.shown(), first.route.meta.title());
        let title =
            format!("{winner} takes {} of Langfuse's UI on {host}.", text::some_of(&paths, 3));
        let severity = if ui.web.sure { Severity::Error } else { Severity::Warning };
        out.finding(
            Finding::at(&entry.route.meta, pointer!["spec", "rules", entry.rule], title)
                .explain(format!(
                    "{} These requests go to {}. {}",
                    ui::sees(&paths),
                    first.backend,
                    ui::ADVICE
                ))
                .label("loses these paths")
                .only(severity)
                .effect(404, 1.0, format!("{} on {host}", paths.join(", ")))
                .evidence(format!("{winner}, rule {}", first.rule), paths.join(" "))
                .related(first.route.meta.reference()),
        );
    }
}
