//! # Bifrost has no useful health probe
//!
//! ## What it means
//! There is no readiness probe, or a probe requests a path that proves nothing: Bifrost answers
//! every unknown GET with its UI, status 200. Only `/health` reports its health.
//!
//! ## Why it matters
//! A pod that hangs or is still starting gets requests, which fail with 503.
//!
//! ## Example
//! `readinessProbe: {httpGet: {path: /health, port: 8080}}`.
//!
//! ## Fix safety
//! Safe.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed. The guide has no probes.

use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::instances;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::repairs::Repairs as _;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::Severity;
use igw_core::fix::{Fix, Set};
use igw_core::kube::Kind;
use igw_core::mask;
use igw_core::page;
use serde_json::json;

use crate::common;

pub static CHECK: Check = Check {
    code: "IGW0705",
    name: "no-probes",
    severity: Severity::Warning,
    needs: &[Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for instance in instances::all(facts) {
        let Some(container) = instance.container() else { continue };
        let Some(readiness) = &container.readiness_probe else {
            out.finding(
                instance
                    .at_workload(instance.container_path(""), "there is no readiness probe")
                    .explain("A pod that hangs or is still starting counts as ready and gets requests. Probe GET /health on port 8080.")
                    .guide("2", Some("its Deployment has no probes"))
                    .repair(ready_when_healthy(instance)),
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
            if let Some(path) =
                path.filter(|path| !path.starts_with("/health") && !mask::is_masked(path))
            {
                all_well = false;
                let place = instance.container_path(&format!("/{name}/httpGet/path"));
                let title = format!(
                    "{name} requests {}, which always answers 200",
                    igw_core::text::clip(path, 60)
                );
                let fix = Fix::safe(format!("probe /health in {name}"));
                let fix = instance.edit_pod(fix, vec![Set::Put(place.clone(), "/health".into())]);
                out.finding(instance.at_workload(place, title).explain(
                    "Bifrost answers every unknown GET with its UI. Only /health reports its health.",
                ).repair(fix));
            }
        }
        if all_well {
            out.passed();
        }
    }
}

/// The probe that its health answers.
fn ready_when_healthy(instance: &Instance) -> Option<Fix> {
    let port = common::port(instance)?;
    let probe = json!({ "httpGet": { "path": "/health", "port": port }, "periodSeconds": 10 });
    let at = instance.container_path("/readinessProbe");
    let fix = Fix::safe(format!("add a readinessProbe: GET /health on port {port}"));
    instance.edit_pod(fix, vec![Set::Put(at, probe)])
}
