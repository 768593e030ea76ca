//! What the pods of a Bifrost show: whether the newest ones fail.

use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::instances;
use igw_core::facts::views::{ContainerState, ContainerStatus, Pod};
use igw_core::facts::{Derive, Facts, Why};
use igw_core::kube::Meta;

use crate::failed::{FailedPod, ShownState, failed};

/// What is known of the pods of a Bifrost.
#[derive(Debug, PartialEq, Eq)]
pub enum Observed {
    /// No pod of it is in the input, or it has none.
    Nothing,
    Unknown(Why),
    /// None of its pods fails.
    Well,
    Failing(Box<FailedPod>),
}

struct Observations(Vec<Observed>);

better_any::tid!(Observations);

impl<'a> Derive<'a> for Observations {
    fn derive(facts: &Facts<'a>) -> Self {
        Observations(instances::all(facts).iter().map(|own| look(facts, own)).collect())
    }
}

/// What is known of the pods of one of the Bifrosts of a run.
pub fn observed<'s>(facts: &'s Facts, instance: &Instance) -> &'s Observed {
    let mut all = instances::all(facts).iter();
    let place = all.position(|own| std::ptr::eq(own, instance));
    let known = &facts.derived::<Observations>().0;
    place.and_then(|at| known.get(at)).unwrap_or(&Observed::Nothing)
}

/// The pod that fails, if one does.
pub fn failing<'s>(facts: &'s Facts, instance: &Instance) -> Option<&'s FailedPod> {
    match observed(facts, instance) {
        Observed::Failing(failed) => Some(failed),
        _ => None,
    }
}

/// The pods of an instance: those with the labels of its template, and its name.
pub fn pods<'a>(facts: &Facts<'a>, instance: &Instance) -> (Vec<&'a Pod>, Option<Why>) {
    let Some(workload) = &instance.workload else { return (Vec::new(), None) };
    let labels: Vec<(&str, &str)> = workload.pod_labels.iter().collect();
    let Some(first) = labels.first() else { return (Vec::new(), None) };
    let found = facts.select::<Pod>(Some(&instance.namespace), &[*first]);
    let own = format!("{}-", workload.meta.name);
    let is_own = |pod: &&Pod| {
        let named = pod.meta.name.starts_with(&own) || workload.meta.name.len() > 40;
        named && labels.iter().all(|(key, value)| pod.meta.labels.get(key) == Some(value))
    };
    (found.items.into_iter().filter(is_own).collect(), found.gap)
}

/// Which of the templates that a workload has had a pod is of.
fn revision(pod: &Pod) -> Option<&str> {
    let labels = &pod.meta.labels;
    labels.get("pod-template-hash").or_else(|| labels.get("controller-revision-hash"))
}

/// Whether it is laid over a cluster: pods show what was before.
fn is_laid(facts: &Facts, instance: &Instance) -> bool {
    let document = instance.document.as_ref().map(|own| &own.object);
    let mut all = instance.workload.iter().map(|own| &own.meta).chain(document);
    facts.store.overlaid && all.any(Meta::is_laid)
}

fn look(facts: &Facts, instance: &Instance) -> Observed {
    let Some(container) = instance.container().filter(|_| !is_laid(facts, instance)) else {
        return Observed::Nothing;
    };
    let (mut pods, gap) = pods(facts, instance);
    pods.sort_by_key(|pod| std::cmp::Reverse((pod.meta.created.clone(), pod.meta.name.clone())));
    // Those of an earlier template go.
    let newest = pods.first().and_then(|pod| revision(pod));
    pods.retain(|pod| revision(pod) == newest);
    let serves = pods.iter().any(|pod| pod.ready == Some(true));
    let failed = pods.iter().find_map(|pod| {
        let init = pod.init_containers.iter().find_map(|own| Some((own, fails(own, serves)?)));
        let own = pod.containers.iter().find(|own| own.name == container.name);
        let own = own.and_then(|own| Some((own, fails(own, serves)?)));
        let is_init = init.is_some();
        init.or(own).map(|(status, shown)| failed(facts, pod, status, &shown, is_init))
    });
    match (failed, gap) {
        (Some(failed), _) => Observed::Failing(Box::new(failed)),
        // In files, pods that are not there say nothing.
        (None, Some(why)) if facts.store.world.is_none() => Observed::Unknown(why),
        (None, _) if pods.iter().any(|pod| !pod.containers.is_empty()) => Observed::Well,
        (None, _) => Observed::Nothing,
    }
}

/// Whether a container fails now. One that ran well before it was ended does not; where another pod
/// serves, one that just ended may be on its way out.
fn fails(status: &ContainerStatus, serves: bool) -> Option<ShownState<'_>> {
    let last = ShownState { state: &status.last_state, at: "lastState.terminated", previous: true };
    match &status.state {
        ContainerState::Waiting { reason, .. } => match reason.as_str() {
            "" | "ContainerCreating" | "PodInitializing" => None,
            "CrashLoopBackOff" if matches!(last.state, ContainerState::Terminated { .. }) => {
                Some(last)
            }
            _ => Some(ShownState { state: &status.state, at: "state.waiting", previous: true }),
        },
        ContainerState::Terminated { exit_code, .. } if *exit_code != 0 && !serves => {
            Some(ShownState { state: &status.state, at: "state.terminated", previous: false })
        }
        ContainerState::Running { .. } if !status.ready && status.restart_count > 0 => {
            matches!(last.state, ContainerState::Terminated { exit_code, .. } if *exit_code != 0)
                .then_some(last)
        }
        _ => None,
    }
}
