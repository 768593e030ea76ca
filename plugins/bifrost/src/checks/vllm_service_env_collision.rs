//! # A Service sets a variable that vLLM reads
//!
//! ## What it means
//! Kubernetes gives each pod variables for the Services of its namespace: a Service `vllm` becomes
//! `VLLM_PORT=tcp://10.0.0.1:8000`, which vLLM reads as its own port. Other names that begin with
//! `vllm-` only make it warn about unknown variables.
//!
//! ## Why it matters
//! vLLM does not start: its port is not a number.
//!
//! ## Example
//! Service `vllm` next to the Deployment that it selects: rename it, or set `enableServiceLinks:
//! false` in the pod template.
//!
//! ## Fix safety
//! Safe: `enableServiceLinks: false`; restarts the server.
//!
//! ## Sources
//! Kubernetes, environment variables of Services; vLLM, `VLLM_PORT`. The guide warns about it, and
//! names its Service `vllm-service`.

use igw_core::bifrost::repairs;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::Service;
use igw_core::finding::{Finding, Severity};
use igw_core::fix::Fix;
use igw_core::kube::{Kind, Meta};
use igw_core::page;
use igw_core::workload::{standing, vllm};

pub static CHECK: Check = Check {
    code: "IGW0303",
    name: "vllm-service-env-collision",
    severity: Severity::Error,
    needs: &[Kind::Workload, Kind::Service],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for workload in standing(facts, facts.scope.namespace.as_deref()) {
        let links = |template: &igw_core::facts::views::PodTemplate| {
            template.enable_service_links != Some(false)
        };
        let linked = workload.template.as_ref().is_ok_and(links);
        if vllm::of(workload).is_none() || !linked {
            continue;
        }
        let namespace = workload.meta.namespace.as_str();
        let services = facts.list::<Service>(Some(namespace)).items;
        let mut all_well = true;
        for service in services {
            let name = service.meta.name.as_str();
            if service.cluster_ip.as_deref() == Some("None") || !name.starts_with("vllm") {
                continue;
            }
            let (severity, text) = match name {
                "vllm" => (
                    Severity::Error,
                    "VLLM_PORT becomes tcp://..., which vLLM reads as its own port: it does not start.",
                ),
                name if name.starts_with("vllm-") => (
                    Severity::Info,
                    "Its variables begin with VLLM_: vLLM warns about unknown ones, but starts.",
                ),
                _ => continue,
            };
            all_well = false;
            let title = format!(
                "Service {namespace}/{name} adds VLLM_ variables to {}",
                workload.meta.title()
            );
            out.finding(
                Finding::at(&service.meta, "/metadata/name", title)
                    .only(severity)
                    .explain(format!("{text} Rename the Service, or set enableServiceLinks: false in the pod template."))
                    .related(workload.meta.reference())
                    .repair(without_links(&workload.meta))
                    .guide("7", None),
            );
        }
        if all_well {
            out.passed();
        }
    }
}

fn without_links(meta: &Meta) -> Option<Fix> {
    let at = "/spec/template/spec/enableServiceLinks";
    let title = format!("set enableServiceLinks of {} to false", meta.title());
    repairs::pod(meta).map(|meta| Fix::safe(title).put(meta, at, false))
}
