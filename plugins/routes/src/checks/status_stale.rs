//! # The status is about an older version of the object
//!
//! ## What it means
//! The spec was changed, and the controller has not looked at the change yet: a condition's
//! `observedGeneration` is below `metadata.generation`. Conditions about a parentRef that the route no
//! longer has do not count: some controllers leave them.
//!
//! ## Why it matters
//! The gateway still does what the older version said, and the conditions do, too. Seconds after a
//! change that is normal; if it stays, the controller is stuck or does not run.
//!
//! ## Example
//! `metadata.generation: 5` beside `observedGeneration: 3`.
//!
//! ## Fix safety
//! None: the controller has to look again.
//!
//! ## Sources
//! Kubernetes API conventions, "Typical status properties"; Gateway API `shared_types.go`.

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts;
use igw_core::facts::Kind;
use igw_core::facts::views::{Gateway, Written};
use igw_core::finding::{Finding, Severity};
use igw_core::scene::Scene;

/// IGW0132.
pub struct StatusStale;

static META: Meta = Meta {
    code: "IGW0132",
    name: "status-stale",
    severity: Severity::Warning,
    needs: &[Kind::HttpRoute, Kind::Gateway],
    source: include_str!("status_stale.rs"),
};

impl Check for StatusStale {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for gateway in cx.list::<Gateway>(None).items {
            if cx.scope.contains(&gateway.meta) {
                judge(&gateway.meta, &gateway.written, out);
            }
        }
        for route in cx.routes() {
            judge(&route.meta, &route.written, out);
        }
    }
}

fn judge(meta: &facts::Meta, written: &Written, out: &mut Sink) {
    if written.observed.is_none() || written.generation.is_none() {
        return;
    }
    let Some((observed, generation)) = written.stale() else { return out.passed() };
    let title = format!("The status of {} is about an older version of it.", meta.title());
    let finding = Finding::at(meta, "/metadata/generation", title)
        .explain("Its controller has not looked at the last change: what clients get, and what the conditions say, is from before. If it stays so, see whether the controller runs.")
        .label("changed since")
        .evidence(format!("{}, metadata.generation", meta.title()), generation.to_string())
        .evidence("the oldest observedGeneration of its conditions", observed.to_string());
    out.finding(finding);
}
