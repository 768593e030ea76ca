//! What is not available while a workload is restarted.

use igw_core::facts::Facts;
use igw_core::facts::views::Service;
use igw_core::text;

use crate::replicas;
use crate::role::Role;
use crate::subject::Restartable;

/// In a line: how its pods are replaced, and what clients notice.
pub fn says(facts: &Facts, own: &Restartable) -> String {
    let workload = own.workload;
    let all = replicas::least(facts, workload);
    let pods = text::count(all as usize, "replica");
    let (surge, unavailable) = workload.rollout.leeway(all);
    let (_, away) = match workload.meta.kind.as_ref() {
        _ if all == 0 && workload.meta.kind != "DaemonSet" => {
            return "no pods to restart".to_owned();
        }
        "Deployment" if workload.strategy == "Recreate" => (0, all),
        "Deployment" => (surge, unavailable),
        // One after the other, without another one beside it.
        _ => (0, 1),
    };
    let strategy = match (workload.meta.kind.as_ref(), workload.strategy.as_str()) {
        ("DaemonSet", _) => return "one pod a node, replaced one after the other".to_owned(),
        ("StatefulSet", _) => "one after the other".to_owned(),
        (_, "Recreate") => "Recreate".to_owned(),
        _ => format!("RollingUpdate, {surge} more and {unavailable} fewer at a time"),
    };
    let services = services(facts, own);
    let what = match services.is_empty() {
        true => "it".to_owned(),
        false => text::list(&services),
    };
    let until = match own.role {
        Role::ModelServer => "until the model is loaded",
        _ => "until the new pod is ready",
    };
    let noticed = match (away, ready(own)) {
        (0, true) => format!("a restart keeps {what} available"),
        (0, false) => format!("without a readiness probe requests may fail while {what} starts"),
        (away, _) if away >= all => format!("a restart takes {what} away {until}"),
        (away, _) => {
            format!("a restart leaves {} of {what}", text::count((all - away) as usize, "pod"))
        }
    };
    format!("{pods}, {strategy}: {noticed}")
}

/// Whether a new pod counts only when it is ready to answer.
fn ready(own: &Restartable) -> bool {
    let template = own.workload.template.as_ref();
    template.is_ok_and(|own| own.containers.iter().any(|own| own.readiness_probe.is_some()))
}

/// The Services that lead to its pods.
pub fn services(facts: &Facts, own: &Restartable) -> Vec<String> {
    let workload = own.workload;
    let all = facts.list::<Service>(Some(&workload.meta.namespace)).items;
    let mine = all.into_iter().filter(|service| service.selects(&workload.pod_labels));
    mine.map(|service| format!("Service {}", text::clip(&service.meta.full_name(), 100))).collect()
}
