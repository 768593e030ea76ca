//! # A restart by hand is not the way of the program that manages the workload
//!
//! ## What it means
//! A workload needs a restart to take its configuration, and Flux or Argo CD manages it.
//! `kubectl rollout restart` writes an annotation into the pod template that is not in the repository.
//!
//! ## Why it matters
//! Flux takes the annotation back at its next reconciliation: the pods are replaced twice, the second
//! time minutes later and unasked. Argo CD may show the application as out of sync, and with self-heal
//! and managed annotations does the same.
//!
//! ## Example
//! `kubectl rollout restart deployment/NAME --field-manager=flux-client-side-apply` for Flux; the action
//! `restart` of the application for Argo CD; or a new name or checksum of the configuration in Git.
//!
//! ## Fix safety
//! Unsafe: not made here, it belongs in the repository.
//!
//! ## Sources
//! fluxcd/flux2 2526 and 2888; argoproj/argo-cd 28769.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::page;
use igw_core::text;

use crate::{advice, drift, subject};

pub static CHECK: Check = Check {
    code: "IGW1009",
    name: "gitops-restart",
    severity: Severity::Info,
    needs: &[Kind::Workload, Kind::Pod, Kind::ConfigMap, Kind::Secret],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for subject in subject::all(facts) {
        let Some(owner) = &subject.workload.kept_by else { continue };
        if !advice::is_gitops(subject.workload) {
            continue;
        }
        let all = drift::of(facts, subject, |_, _, _| ());
        let Some(drift) = all.first() else {
            out.passed();
            continue;
        };
        let owner = text::clean(&owner.name);
        let title = format!(
            "{owner} manages it: a plain rollout restart for {} {} is not kept",
            drift.source.kind(),
            text::clip(&drift.object.name, 80)
        );
        out.finding(
            Finding::at(&subject.workload.meta, "/metadata", title)
                .explain(advice::how(subject.workload))
                .related(drift.object.reference()),
        );
    }
}
