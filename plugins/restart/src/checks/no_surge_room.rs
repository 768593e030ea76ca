//! # A rolling update finds no room for the new pod
//!
//! ## What it means
//! A Deployment starts a new pod before an old one may go (`maxUnavailable` is 0, or less than one pod
//! after rounding), and no node takes one more: GPUs or a host port are in use, taints and affinity
//! exclude the others, or the quota of the namespace is used up. GPUs count per node: two free ones on
//! each of two nodes are no room for a pod that needs four.
//!
//! ## Why it matters
//! The new pod stays Pending and the rollout hangs. Clients get answers from the old pod, with the old
//! configuration.
//!
//! ## Example
//! One vLLM with 4 GPUs on the only node with 4: set `maxSurge: 0, maxUnavailable: 1`, or `Recreate`. The
//! model is not available while the new pod loads it.
//!
//! ## Fix safety
//! Unsafe: the workload is not available while its pod is replaced.
//!
//! ## Sources
//! Kubernetes, Deployments and the scheduler's filters; vllm-project/production-stack 103.

use igw_core::check::{Check, Sink};
use igw_core::facts::views::{Node, Pod, PodTemplate, ResourceQuota, Workload, needs};
use igw_core::facts::{Facts, Why};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Set};
use igw_core::kube::{Kind, Quantity};
use igw_core::page;
use igw_core::text;
use serde_json::json;

use crate::room::{self, Closed, Room};
use crate::{replicas, subject};

pub static CHECK: Check = Check {
    code: "IGW1006",
    name: "no-surge-room",
    severity: Severity::Warning,
    needs: &[Kind::Workload, Kind::Pod, Kind::Node, Kind::ResourceQuota, Kind::Scaler],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for subject in subject::all(facts) {
        let workload = subject.workload;
        let Ok(template) = &workload.template else { continue };
        // The pods of a DaemonSet have a node each.
        if workload.meta.kind == "DaemonSet" {
            continue;
        }
        let all = replicas::least(facts, workload);
        let (surge, unavailable) = workload.rollout.leeway(all);
        let rolls = workload.meta.kind == "Deployment" && workload.strategy != "Recreate";
        let surges = rolls && all > 0 && surge > 0 && unavailable == 0;
        if surges && let Some(found) = over_quota(facts, workload, template) {
            out.finding(found.guide("10", None));
            continue;
        }
        if !room::matters(facts, template) {
            out.passed();
            continue;
        }
        let (nodes, pods) = (facts.list::<Node>(None), facts.list::<Pod>(None));
        let device = room::devices(template);
        if nodes.items.is_empty() || nodes.gap.is_some() || pods.gap.is_some() {
            let unknown = Why::not_given("no Node is in the input, so free room is not known");
            let (kind, why) = match (nodes.gap, pods.gap) {
                (Some(why), _) => (Kind::Node, why),
                (None, Some(why)) if !nodes.items.is_empty() => (Kind::Pod, why),
                _ => (Kind::Node, unknown),
            };
            if device.is_some() {
                out.not_checked(kind, "", why);
            }
            continue;
        }
        match room::for_one_more(&nodes.items, &pods.items, workload, template) {
            Room::Somewhere => out.passed(),
            Room::Unknown => {
                let why =
                    Why::not_given("what a Node offers is not in the input (status.allocatable)");
                out.not_checked(Kind::Node, "", why);
            }
            Room::Nowhere(closed) if closed.iter().any(|own| own.by_own_pod) => {
                if !surges {
                    out.passed();
                    continue;
                }
                let what = device.map_or_else(String::new, |own| format!(" with {own} free"));
                let title = format!(
                    "a rolling restart finds no room for a new pod: it needs a node{what} beside the old pod"
                );
                out.finding(shown(told(workload, title, surge), &closed).guide("10", None));
            }
            Room::Nowhere(_) if subject.pods.iter().all(|pod| pod.node.is_empty()) => out.passed(),
            Room::Nowhere(closed) => {
                let nodes = text::count(closed.len(), "node");
                let title =
                    format!("a restart finds no node for its pod: of {nodes} none takes it");
                let finding = Finding::at(&workload.meta, "/spec/template/spec", title).explain(
                    "The pod that runs was placed under other circumstances: once it is gone, its successor stays Pending unless a node is added or changed.",
                );
                out.finding(shown(finding, &closed).guide("10", None));
            }
        }
    }
}

/// A finding with what keeps each node from taking the pod.
fn shown(mut finding: Finding, closed: &[Closed]) -> Finding {
    for own in closed.iter().take(8) {
        finding = finding.evidence(own.node.meta.title(), own.says.clone());
    }
    finding
}

fn told(workload: &Workload, title: String, surge: u64) -> Finding {
    let fix = Fix::unsafe_as(
        "it is not available while its pod is replaced",
        "let the old pod go first (maxSurge 0, maxUnavailable 1)",
    );
    let rolling = json!({
        "type": "RollingUpdate",
        "rollingUpdate": { "maxSurge": 0, "maxUnavailable": 1 },
    });
    let sets = vec![Set::Put("/spec/strategy".into(), rolling)];
    let pods = text::count(surge as usize, "pod");
    Finding::at(&workload.meta, "/spec/strategy", title)
        .explain(format!(
            "The strategy starts {pods} more (maxSurge) before an old one may go (maxUnavailable is 0): the new one stays Pending unless a node is added, and the rollout hangs. With maxSurge 0 and maxUnavailable 1, or Recreate, the old pod goes first and the workload is away until the new one is ready."
        ))
        .repair(fix.change(&workload.meta, sets))
}

/// A quota of the namespace that one more pod goes over.
fn over_quota(facts: &Facts, workload: &Workload, template: &PodTemplate) -> Option<Finding> {
    let wanted = needs(template);
    let all = facts.list::<ResourceQuota>(Some(&workload.meta.namespace)).items;
    all.into_iter().filter(|quota| !quota.scoped).find_map(|quota| {
        let used = quota.used.as_ref()?;
        quota.hard.iter().find_map(|(name, hard)| {
            let amount = match name.as_str() {
                "pods" | "count/pods" => Quantity::ONE,
                name if name.starts_with("limits.") => limits(template, &name["limits.".len()..]),
                name => *wanted.get(name.strip_prefix("requests.").unwrap_or(name))?,
            };
            let taken = used.get(name).copied().unwrap_or_default();
            (taken + amount > *hard && !amount.is_zero()).then(|| {
                let resource = room::unit(name.strip_prefix("requests.").unwrap_or(name));
                let title = format!(
                    "a rolling restart finds no room for a new pod: {} has {taken} of {hard} {resource} in use",
                    text::clip(&quota.meta.title(), 100)
                );
                let (surge, _) = workload.rollout.leeway(replicas::least(facts, workload));
                told(workload, title, surge)
                    .evidence(
                        format!("{}, status.used", quota.meta.title()),
                        format!("{name}: {taken} of {hard}, and one more pod needs {amount}"),
                    )
                    .related(quota.meta.reference())
            })
        })
    })
}

/// What the containers of a pod may use together.
fn limits(template: &PodTemplate, resource: &str) -> Quantity {
    let own = template.containers.iter().filter_map(|own| own.resources.limits.get(resource));
    own.filter_map(Quantity::read).fold(Quantity::default(), |sum, one| sum + one)
}
