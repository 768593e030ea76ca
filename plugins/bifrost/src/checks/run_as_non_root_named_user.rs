//! # runAsNonRoot with an image whose user is not numeric
//!
//! ## What it means
//! `runAsNonRoot: true` needs a numeric user. Images before 1.6.4 have the user `appuser`, and
//! Kubernetes cannot verify that this is not root.
//!
//! ## Why it matters
//! The container is not created: `CreateContainerConfigError: container has runAsNonRoot and image
//! has non-numeric user (appuser)`.
//!
//! ## Example
//! `securityContext: {runAsNonRoot: true}`: add `runAsUser: 1000`.
//!
//! ## Fix safety
//! Safe: `runAsUser: 1000` is that user.
//!
//! ## Sources
//! Bifrost, Dockerfiles of 1.4.24 and 1.5.0 (`USER appuser`) and of 1.6.4 (`USER 1000:0`);
//! Kubernetes.

use igw_core::bifrost::cause::Cause;
use igw_core::bifrost::instances;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::repairs::Repairs as _;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::Severity;
use igw_core::fix::{Fix, Set};
use igw_core::kube::Kind;
use igw_core::page;

use crate::common;
use crate::foretold::{needs_number, seen};

pub static CHECK: Check = Check {
    code: "IGW0707",
    name: "run-as-non-root-named-user",
    severity: Severity::Error,
    needs: &[Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for instance in instances::all(facts) {
        let Some(container) = instance.container() else { continue };
        let own = container.security_context.clone().unwrap_or_default();
        if !needs_number(instance) {
            out.passed();
            continue;
        }
        match common::holds(instance, out, |release| !release.since(1, 6, 4)) {
            Some(true) => {
                let path = match own.run_as_non_root {
                    Some(_) => instance.container_path("/securityContext"),
                    None => "/spec/template/spec/securityContext".to_owned(),
                };
                let title = format!(
                    "runAsNonRoot needs runAsUser with {}, whose image has a non-numeric user",
                    instance.title()
                );
                let set = Set::Put(format!("{path}/runAsUser"), 1000.into());
                let fix = instance.edit_pod(Fix::safe("set runAsUser to 1000"), vec![set]);
                let finding = instance.at_workload(path, title).explain(
                    "The container is not created: CreateContainerConfigError. Set runAsUser: 1000, which is that user.",
                ).repair(fix);
                out.finding(seen(facts, instance, Cause::NamedUser, finding));
            }
            Some(false) => out.passed(),
            None => {}
        }
    }
}
