//! # Nobody asks whether Bifrost is well
//!
//! ## What it means
//! There is no readiness probe, or it asks for a path that proves nothing: Bifrost answers every
//! unknown GET with its UI, status 200. `/health` is the only one.
//!
//! ## Why it matters
//! A pod that hangs or still starts gets requests, which fail with 503.
//!
//! ## Example
//! `readinessProbe: {httpGet: {path: /health, port: 8080}}`.
//!
//! ## Fix safety
//! Safe.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as seen. The guide has no probes.

use igw_core::bifrost::instance;
use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::finding::Severity;
use igw_core::scene::Scene;

/// IGW0705.
pub struct NoProbes;

static META: Meta = Meta {
    code: "IGW0705",
    name: "no-probes",
    severity: Severity::Warning,
    needs: &[Kind::Workload],
    source: include_str!("no_probes.rs"),
};

impl Check for NoProbes {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for instance in instance::all(cx) {
            let Some(container) = instance.container() else { continue };
            let Some(readiness) = &container.readiness_probe else {
                out.finding(
                    instance
                        .at_workload(instance.container_path(""), "there is no readiness probe")
                        .explain("A pod that hangs or still starts counts as ready and gets requests. GET /health on port 8080 is the right one.")
                        .guide("2", Some("its Deployment has no probes")),
                );
                continue;
            };
            let probes = [
                ("readinessProbe", Some(readiness)),
                ("livenessProbe", container.liveness_probe.as_ref()),
            ];
            let mut all_well = true;
            for (name, probe) in probes {
                let path = probe.and_then(|p| p.http_get.as_ref()).map(|get| get.path.as_str());
                if let Some(path) = path.filter(|path| !path.starts_with("/health")) {
                    all_well = false;
                    let place = instance.container_path(&format!("/{name}/httpGet/path"));
                    let title = format!(
                        "{name} asks for {}, which always answers 200",
                        igw_core::words::clip(path, 60)
                    );
                    out.finding(instance.at_workload(place, title).explain(
                        "Bifrost answers every unknown GET with its UI. /health is the only path that tells.",
                    ));
                }
            }
            if all_well {
                out.passed();
            }
        }
    }
}
