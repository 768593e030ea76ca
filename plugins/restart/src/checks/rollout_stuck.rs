//! # A rollout does not come to its end
//!
//! ## What it means
//! A workload replaces its pods, and the new ones do not become ready: the image cannot be pulled, the
//! container crashes, no node takes the pod, a volume is still attached elsewhere, a quota is used up,
//! or the readiness probe fails.
//!
//! ## Why it matters
//! The old pods answer with the old configuration, as long as they live. A further restart changes
//! nothing: what stops this rollout stops the next one.
//!
//! ## Example
//! A Deployment with `ProgressDeadlineExceeded`; its new pod waits with `ImagePullBackOff`.
//!
//! ## Fix safety
//! Unsafe: `kubectl rollout undo` takes the previous template back, without its ConfigMaps.
//!
//! ## Sources
//! Kubernetes, Deployments ("Failed Deployment") and the states of containers.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::{ContainerState, Pod, RolloutStatus};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::page;
use igw_core::text;

use crate::subject::{self, Restartable, argument};
use crate::volume_held;

pub static CHECK: Check = Check {
    code: "IGW1004",
    name: "rollout-stuck",
    severity: Severity::Error,
    needs: &[Kind::Workload, Kind::Pod, Kind::Claim],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for subject in subject::all(facts) {
        let Some(status) = &subject.workload.rollout.status else { continue };
        let stuck = why(facts, subject, status);
        match stuck {
            None => out.passed(),
            Some(why) => out.finding(finding(subject, status, &why)),
        }
    }
}

/// Why pods do not become ready, as far as it is known, and by which pod.
struct Stuck<'a> {
    says: String,
    pod: Option<&'a Pod>,
    /// What to do about it.
    then: &'static str,
}

fn why<'a>(
    facts: &Facts<'a>,
    subject: &Restartable<'a>,
    status: &RolloutStatus,
) -> Option<Stuck<'a>> {
    let wanted = u64::from(subject.workload.replicas);
    let is_set = subject.workload.meta.kind == "DaemonSet";
    // With all that is wanted, nothing hangs, whatever a single pod does.
    let over = status.updated >= wanted && status.pods <= status.updated;
    if !is_set && over && status.available >= wanted {
        return None;
    }
    let failing = |kind: &str| status.failing.iter().find(|(own, _, _)| own == kind);
    if let Some((_, reason, message)) = failing("ReplicaFailure") {
        let quota = message.contains("exceeded quota");
        let then = match quota {
            true => "The quota of the namespace has to grow, or another pod has to go.",
            false => "The API server or an admission webhook refuses its pods.",
        };
        let says = format!("no pod can be made ({reason}): {}", text::clip(message, 200));
        return Some(Stuck { says, pod: None, then });
    }
    let pods = subject.pods.iter().filter(|pod| pod.ready != Some(true));
    if let Some(stuck) = pods.clone().find_map(|pod| of_pod(pod)) {
        return Some(stuck);
    }
    if let Some((pod, says)) =
        pods.clone().find_map(|pod| volume_held::by_another(facts, subject, pod))
    {
        let then = "The volume is attached to one node at a time: the old pod has to go first (strategy Recreate), or both have to be on one node.";
        return Some(Stuck { says, pod: Some(pod), then });
    }
    let (_, _, message) = failing("Progressing")?;
    let (pod, then) = match pods.into_iter().next() {
        Some(pod) if volume_held::is_being_made(pod) => (
            Some(*pod),
            "Its container is not made yet: kubectl describe pod shows which volume, network or image it waits for.",
        ),
        Some(pod) => (
            Some(*pod),
            "Its container runs and is not ready: see what the readiness probe answers.",
        ),
        None => (None, "What its pods wait for is not known."),
    };
    let says = format!("it made no progress within its deadline: {}", text::clip(message, 200));
    Some(Stuck { says, pod, then })
}

fn of_pod(pod: &Pod) -> Option<Stuck<'_>> {
    let name = text::clip(&pod.meta.name, 80);
    let stuck = |says: String, then| Some(Stuck { says, pod: Some(pod), then });
    if let Some(message) = &pod.unscheduled {
        let then = match message.contains("Insufficient") {
            true => {
                "No node has enough free: wait for another pod to go, or let the old pod go first (maxSurge 0)."
            }
            false => {
                "No node may take it: compare its nodeSelector, affinity and tolerations with the nodes."
            }
        };
        return stuck(
            format!("pod {name} cannot be scheduled: {}", text::clip(message, 200)),
            then,
        );
    }
    let all = pod.init_containers.iter().chain(&pod.containers);
    for own in all {
        let container = text::clip(&own.name, 60);
        let (reason, message) = match &own.state {
            ContainerState::Waiting { reason, message } => (reason.as_str(), message.as_str()),
            // Between two starts.
            ContainerState::Terminated { exit_code, .. }
                if *exit_code != 0 && own.restart_count > 0 =>
            {
                ("CrashLoopBackOff", "")
            }
            _ => continue,
        };
        let then = match reason {
            "ImagePullBackOff" | "ErrImagePull" | "InvalidImageName" => {
                "The image does not exist under this name, or its registry wants credentials (imagePullSecrets)."
            }
            "CrashLoopBackOff" => {
                "The process ends again and again: kubectl logs --previous shows why, and a restart does not cure it."
            }
            "CreateContainerConfigError" | "CreateContainerError" => {
                "Something that the container refers to is missing: a ConfigMap, a Secret or one of their keys."
            }
            "RunContainerError" => "The container cannot be started.",
            _ => continue,
        };
        let more = match message {
            "" => String::new(),
            message => format!(": {}", text::clip(message, 160)),
        };
        return stuck(format!("container {container} of pod {name} waits ({reason}{more})"), then);
    }
    None
}

fn finding(subject: &Restartable, status: &RolloutStatus, why: &Stuck) -> Finding {
    let wanted = u64::from(subject.workload.replicas);
    let updated = format!("{} of {wanted} updated, {} ready", status.updated, status.ready);
    let severity = match status.available {
        0 => Severity::Error,
        _ => Severity::Warning,
    };
    let left = match status.available {
        0 => "No pod is available.".to_owned(),
        some => format!("{} still answers.", text::count(some as usize, "available pod")),
    };
    let meta = &subject.workload.meta;
    let title = format!("the rollout is stuck: {}", why.says);
    let mut finding = Finding::at(meta, "/status", title).only(severity).explain(format!(
        "{updated}. {left} {} A further restart does not help. Back to the template before: kubectl rollout undo {}.",
        why.then,
        text::clean(&argument(meta))
    ));
    if let Some(pod) = why.pod {
        finding = finding.related(pod.meta.reference());
    }
    finding
}
