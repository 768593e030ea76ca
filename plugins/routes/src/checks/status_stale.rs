//! # The status describes an older version of the object
//!
//! ## What it means
//! The spec was changed, and the controller has not processed the change yet: a condition's
//! `observedGeneration` is below `metadata.generation`. Conditions for a parentRef that the route
//! no longer has do not count: some controllers leave them behind.
//!
//! ## Why it matters
//! The gateway still follows the older version, and so do the conditions. For a few seconds after a
//! change this is normal; if it persists, the controller is stuck or not running. Argo CD shows an
//! HTTPRoute as Progressing until then.
//!
//! ## Example
//! `metadata.generation: 5` beside `observedGeneration: 3`.
//!
//! ## Fix safety
//! None: the controller has to process the object again.
//!
//! ## Sources
//! Kubernetes API conventions, "Typical status properties"; Gateway API `shared_types.go`;
//! Argo CD `resource_customizations/gateway.networking.k8s.io/HTTPRoute`.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::{Gateway, Written};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::{Kind, Meta};
use igw_core::page;
use igw_core::route::followed;

pub static CHECK: Check = Check {
    code: "IGW0132",
    name: "status-stale",
    severity: Severity::Warning,
    needs: &[Kind::HttpRoute, Kind::Gateway],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for gateway in facts.list::<Gateway>(None).items {
        if facts.scope.contains(&gateway.meta) {
            judge(&gateway.meta, &gateway.written, out);
        }
    }
    for route in followed::routes(facts) {
        judge(&route.meta, &route.written, out);
    }
}

fn judge(meta: &Meta, written: &Written, out: &mut Sink) {
    if written.observed.is_none() || written.generation.is_none() {
        return;
    }
    let Some((observed, generation)) = written.stale() else { return out.passed() };
    let title = format!("The status of {} describes an older version of it.", meta.title());
    let text = "Its controller has not processed the last change: what clients get and what the conditions say is from before it. If this persists, check whether the controller runs.";
    // Argo CD compares the generation of routes only.
    let argo = match &*meta.kind {
        "HTTPRoute" => " Argo CD shows the route as Progressing until then.",
        _ => "",
    };
    let finding = Finding::at(meta, "/metadata/generation", title)
        .explain(format!("{text}{argo}"))
        .label("changed since")
        .evidence(format!("{}, metadata.generation", meta.title()), generation.to_string())
        .evidence("the oldest observedGeneration of its conditions", observed.to_string());
    out.finding(finding);
}
