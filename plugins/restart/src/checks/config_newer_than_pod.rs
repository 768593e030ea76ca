//! # The configuration is newer than the pod that runs with it
//!
//! ## What it means
//! A ConfigMap or Secret that a pod has as a volume was written after the container started. The
//! kubelet brings the file up to date within about a minute, but Bifrost, LiteLLM, vLLM, Langfuse and
//! kgateway read their configuration only when they start. An init container that copies a file runs
//! only when the pod is made.
//!
//! ## Why it matters
//! What is configured is not what runs: a corrected address or key has no effect until the next
//! restart, which may come at a bad moment.
//!
//! ## Example
//! `kubectl edit configmap bifrost-config` at 09:30; the container runs since 07:00.
//!
//! ## Fix safety
//! Unsafe: a restart replaces the pods: `kubectl igw restart deployment/NAME` shows what is not
//! available meanwhile.
//!
//! ## Sources
//! Kubernetes, "Mounted ConfigMaps are updated automatically"; Bifrost 1.4.19, 1.5.16 and
//! 2.0.0-prerelease3, as observed. Compared is the start of the container, not of the pod.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::ConfigWay;
use igw_core::finding::Severity;
use igw_core::kube::Kind;
use igw_core::page;

use crate::{drift, subject, told};

pub static CHECK: Check = Check {
    code: "IGW1001",
    name: "config-newer-than-pod",
    severity: Severity::Warning,
    needs: &[Kind::Workload, Kind::Pod, Kind::ConfigMap, Kind::Secret],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for subject in subject::all(facts) {
        let namespace = &subject.workload.meta.namespace;
        if let Some(why) = &subject.gap
            && subject.pods.is_empty()
            && facts.store.world.is_none()
        {
            out.not_checked(Kind::Pod, namespace, why.clone());
        }
        let all = drift::of(facts, subject, |way, kind, why| {
            if way == ConfigWay::Volume {
                out.not_checked(kind, namespace, why);
            }
        });
        let mine: Vec<_> = all.iter().filter(|drift| drift.way == ConfigWay::Volume).collect();
        if mine.is_empty() && !subject.pods.is_empty() {
            out.passed();
        }
        for drift in mine {
            let severity = match subject.role.reads_at_start() {
                None if !drift.at_init => Severity::Info,
                _ => Severity::Warning,
            };
            let title = told::happened(subject, drift);
            let why = told::of_volume(subject.role, drift);
            let finding = told::finding(facts, subject, drift, title, &why).only(severity);
            out.finding(finding.guide("10", None));
        }
    }
}
