//! The workloads that stand for themselves: a dump of a cluster has more than these.

use std::collections::HashSet;

use crate::facts::Facts;
use crate::facts::views::{Service, Workload};

/// The workloads of a namespace, or of all, that stand for themselves.
pub fn standing<'a>(facts: &Facts<'a>, namespace: Option<&str>) -> Vec<&'a Workload> {
    standing_and_past(facts, namespace).0
}

/// Those whose pods a Service selects; none if it is not known.
pub fn behind<'a>(facts: &Facts<'a>, namespace: &str, name: &str) -> Vec<&'a Workload> {
    let Some(service) = facts.get::<Service>(namespace, name).known() else { return Vec::new() };
    let mut all = standing(facts, Some(namespace));
    all.retain(|workload| service.selects(&workload.pod_labels));
    all
}

/// The same as [`standing`], and the others: the ReplicaSets that repeat a given Deployment, and those that another
/// object scaled down. They hold what was before a rollout.
pub fn standing_and_past<'a>(
    facts: &Facts<'a>,
    namespace: Option<&str>,
) -> (Vec<&'a Workload>, Vec<&'a Workload>) {
    let all = facts.list::<Workload>(namespace).items;
    let mut given = HashSet::new();
    for workload in all.iter().filter(|workload| workload.meta.kind != "ReplicaSet") {
        given.insert((&workload.meta.namespace, &*workload.meta.kind, workload.meta.name.as_str()));
    }
    all.iter().copied().partition(|workload| match &workload.owner {
        Some((kind, name)) if workload.meta.kind == "ReplicaSet" => {
            workload.replicas > 0 && !given.contains(&(&workload.meta.namespace, kind, name))
        }
        _ => true,
    })
}
