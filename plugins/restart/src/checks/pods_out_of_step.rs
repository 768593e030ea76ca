//! # Pods of one workload run with different configurations
//!
//! ## What it means
//! A ConfigMap or Secret was written while a workload ran. Pods that started before have what was
//! there then; those that an autoscaler, a node failure or a crash started since have the new one.
//! Several Bifrosts with one PostgreSQL are the same without any write to a ConfigMap: each reads the
//! database when it starts (a note).
//!
//! ## Why it matters
//! Requests get different answers by the pod that they reach: another model list, another key, other
//! limits. It looks like a fault that comes and goes.
//!
//! ## Example
//! A HorizontalPodAutoscaler adds a third pod an hour after `kubectl edit configmap`.
//!
//! ## Fix safety
//! Unsafe: a restart replaces the pods: `kubectl igw restart deployment/NAME`.
//!
//! ## Sources
//! Kubernetes, ConfigMaps; Bifrost reads its configuration at start only, as observed.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::{ConfigWay, ContainerState};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::page;
use igw_core::text;

use crate::subject::{self, Restartable};
use crate::{advice, drift, replicas};

pub static CHECK: Check = Check {
    code: "IGW1010",
    name: "pods-out-of-step",
    severity: Severity::Warning,
    needs: &[Kind::Workload, Kind::Pod, Kind::ConfigMap, Kind::Secret, Kind::Scaler],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for subject in subject::all(facts).iter().filter(|own| own.pods.len() > 1) {
        let all = drift::of(facts, subject, |_, _, _| ());
        // Whether another program reads a file again is not known.
        let counts = |way| way != ConfigWay::Volume || subject.role.reads_at_start() == Some(true);
        let mixed = all.iter().find(|drift| drift.fresh > 0 && counts(drift.way));
        let Some(drift) = mixed else {
            match of_database(facts, subject) {
                Some(finding) => out.finding(finding),
                None => out.passed(),
            }
            continue;
        };
        let title = format!(
            "{} run with {} {} of before {}, {} with the new one",
            subject.some_pods(drift.stale.len()),
            drift.source.kind(),
            text::clip(&drift.object.name, 80),
            drift.written,
            drift.fresh,
        );
        let scaler = replicas::scaler(facts, subject.workload).map(|own| {
            format!("{} starts pods with what is configured then. ", text::clean(&own.meta.title()))
        });
        let why = format!(
            "Which answer a request gets depends on the pod that it reaches. {}{}",
            scaler.unwrap_or_default(),
            advice::how(subject.workload)
        );
        let mut finding = Finding::at(&subject.workload.meta, "/spec/template", title)
            .explain(why)
            .related(drift.object.reference());
        for (pod, started) in drift.stale.iter().take(3) {
            finding = finding.evidence(pod.meta.title(), format!("running since {started}"));
        }
        out.finding(finding);
    }
}

/// Bifrosts that read a database when they start, each for itself.
fn of_database(facts: &Facts, subject: &Restartable) -> Option<Finding> {
    let workload = subject.workload;
    let instance = subject::bifrost_of(facts, &workload.meta)?;
    let config = instance.config()?;
    // Databases of their own are in step with nothing, also after a restart.
    if !config.config_store.is("postgres") {
        return None;
    }
    let (path, later) = match replicas::scaler(facts, workload) {
        Some(own) => (
            "/spec",
            format!(" {} starts pods at other times.", text::clip(&own.meta.title(), 100)),
        ),
        None => ("/spec/replicas", String::new()),
    };
    let all = subject.pods.len();
    let title = format!("each of {all} pods has what its database held when it started");
    let mut finding = Finding::at(&workload.meta, path, title).only(Severity::Info).explain(format!(
        "What is made in the UI or the API reaches the pod that answers, and pods that start later.{later} A restart of all brings them in step. {}",
        advice::how(workload)
    ));
    for pod in subject.pods.iter().take(3) {
        let started = pod.containers.iter().find_map(|own| match &own.state {
            ContainerState::Running { started_at } => Some(started_at.clone()),
            _ => None,
        });
        if let Some(started) = started {
            finding = finding.evidence(pod.meta.title(), format!("running since {started}"));
        }
    }
    Some(finding)
}
