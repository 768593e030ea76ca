//! A new pod that waits for a volume which an old one holds on another node.

use igw_core::facts::Facts;
use igw_core::facts::views::{Claim, ContainerState, Pod};
use igw_core::text;

use crate::subject::Restartable;

/// Whether a node has a pod, and none of its containers is made yet.
pub fn is_being_made(pod: &Pod) -> bool {
    let mut states = pod.init_containers.iter().chain(&pod.containers).map(|own| &own.state);
    let waits = |state: &ContainerState| match state {
        ContainerState::Waiting { reason, .. } => {
            ["ContainerCreating", "PodInitializing"].contains(&reason.as_str())
        }
        _ => false,
    };
    // Without any state the kubelet has not reported.
    !pod.containers.is_empty() && states.all(waits)
}

/// The pod, and what it waits for: its container is not made, it is on another node than a pod that
/// runs, and both have a claim that one node at a time can have.
pub fn by_another<'a>(
    facts: &Facts<'a>,
    subject: &Restartable<'a>,
    pod: &'a Pod,
) -> Option<(&'a Pod, String)> {
    if !is_being_made(pod) || pod.node.is_empty() {
        return None;
    }
    let runs = |own: &&&Pod| own.ready == Some(true) && own.node != pod.node;
    let holder = subject.pods.iter().find(runs)?;
    let template = subject.workload.template.as_ref().ok()?;
    let claims = template.volumes.iter().filter_map(|own| own.persistent_volume_claim.as_ref());
    let mut known = claims.filter_map(|own| {
        facts.get::<Claim>(&subject.workload.meta.namespace, &own.claim_name).known()
    });
    let claim = known.find(|own| {
        let shared = ["ReadWriteMany", "ReadOnlyMany"];
        !own.modes.is_empty() && !own.modes.iter().any(|mode| shared.contains(&mode.as_str()))
    })?;
    let says = format!(
        "pod {} waits on node {} for the volume of claim {}, which pod {} has on node {} (Multi-Attach)",
        text::clip(&pod.meta.name, 80),
        text::clip(&pod.node, 60),
        text::clip(&claim.meta.name, 80),
        text::clip(&holder.meta.name, 80),
        text::clip(&holder.node, 60),
    );
    Some((pod, says))
}
