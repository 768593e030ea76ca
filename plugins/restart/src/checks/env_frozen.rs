//! # A change of a variable or a subPath file never arrives
//!
//! ## What it means
//! A ConfigMap or Secret that a container has as variables (`env`, `envFrom`) or as a file with
//! `subPath` was written after the container started. Kubernetes hands out such values once, when the
//! container starts.
//!
//! ## Why it matters
//! A rotated key or password is not used, however long one waits; when the old one is revoked, requests
//! fail.
//!
//! ## Example
//! `env: [{name: OPENAI_API_KEY, valueFrom: {secretKeyRef: …}}]`, and the Secret was rotated yesterday.
//!
//! ## Fix safety
//! Unsafe: a restart replaces the pods: `kubectl igw restart deployment/NAME` shows what is not
//! available meanwhile.
//!
//! ## Sources
//! Kubernetes, ConfigMaps ("consumed as environment variables are not updated automatically", subPath);
//! kubernetes/kubernetes 50345.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::ConfigWay;
use igw_core::finding::Severity;
use igw_core::kube::Kind;
use igw_core::page;

use crate::{drift, subject, told};

pub static CHECK: Check = Check {
    code: "IGW1003",
    name: "env-frozen",
    severity: Severity::Warning,
    needs: &[Kind::Workload, Kind::Pod, Kind::ConfigMap, Kind::Secret],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for subject in subject::all(facts) {
        let namespace = &subject.workload.meta.namespace;
        let all = drift::of(facts, subject, |way, kind, why| {
            if way != ConfigWay::Volume {
                out.not_checked(kind, namespace, why);
            }
        });
        let mine: Vec<_> = all.iter().filter(|drift| drift.way != ConfigWay::Volume).collect();
        if mine.is_empty() && !subject.pods.is_empty() {
            out.passed();
        }
        for drift in mine {
            let title = told::happened(subject, drift);
            let why = told::of_frozen(drift.way);
            out.finding(told::finding(facts, subject, drift, title, why).guide("10", None));
        }
    }
}
