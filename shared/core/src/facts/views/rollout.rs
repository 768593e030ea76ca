//! How a workload replaces its pods, and how far it is with that.

use serde_json::Value;

use crate::facts::fields::{items, text};

/// The fields of a workload that decide about a rollout.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rollout {
    /// `maxSurge`, as written.
    pub max_surge: Option<PodShare>,
    /// `maxUnavailable`, as written.
    pub max_unavailable: Option<PodShare>,
    /// `updateStrategy.rollingUpdate.partition`: pods with a smaller number stay as they are.
    pub partition: u64,
    pub paused: bool,
    /// `spec.progressDeadlineSeconds`, where it is written.
    pub deadline: Option<u64>,
    /// `None` in a manifest.
    pub status: Option<RolloutStatus>,
}

/// A number of pods, or a part of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PodShare {
    Pods(u64),
    Percent(u64),
}

/// What the controller of a workload reports.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RolloutStatus {
    /// `metadata.generation`, and the newest one that the controller has seen.
    pub generation: Option<i64>,
    pub observed: Option<i64>,
    /// All its pods, those of the current template, and those that are ready or available.
    pub pods: u64,
    pub updated: u64,
    pub ready: u64,
    pub available: u64,
    /// The conditions that are not as they should be: type, reason, message.
    pub failing: Vec<(String, String, String)>,
    /// StatefulSets: whether the new revision is not that of all pods.
    pub revisions_differ: bool,
}

impl PodShare {
    fn read(value: &Value) -> Option<PodShare> {
        if let Some(pods) = value.as_u64() {
            return Some(PodShare::Pods(pods));
        }
        let text = value.as_str()?;
        match text.strip_suffix('%') {
            Some(percent) => percent.trim().parse().ok().map(PodShare::Percent),
            None => text.trim().parse().ok().map(PodShare::Pods),
        }
    }

    /// Of so many pods, parts of one rounded up.
    pub fn at_least(self, all: u64) -> u64 {
        match self {
            PodShare::Pods(pods) => pods,
            PodShare::Percent(percent) => (all.saturating_mul(percent)).div_ceil(100),
        }
    }

    /// Of so many pods, parts of one left out.
    pub fn at_most(self, all: u64) -> u64 {
        match self {
            PodShare::Pods(pods) => pods,
            PodShare::Percent(percent) => all.saturating_mul(percent) / 100,
        }
    }
}

impl Rollout {
    pub(super) fn of(object: &Value) -> Rollout {
        let spec = &object["spec"];
        let strategy = match spec["updateStrategy"].is_object() {
            true => &spec["updateStrategy"],
            false => &spec["strategy"],
        };
        let rolling = &strategy["rollingUpdate"];
        Rollout {
            max_surge: PodShare::read(&rolling["maxSurge"]),
            max_unavailable: PodShare::read(&rolling["maxUnavailable"]),
            partition: rolling["partition"].as_u64().unwrap_or_default(),
            paused: spec["paused"] == true,
            deadline: spec["progressDeadlineSeconds"].as_u64(),
            status: RolloutStatus::of(object),
        }
    }

    /// How many pods there may be beyond the wanted number, and how many fewer than it, while a
    /// Deployment replaces its pods one after the other (its controller rounds the first up and the
    /// second down, and takes one where both are nothing).
    pub fn leeway(&self, replicas: u64) -> (u64, u64) {
        let quarter = PodShare::Percent(25);
        let surge = self.max_surge.unwrap_or(quarter).at_least(replicas);
        let unavailable = self.max_unavailable.unwrap_or(quarter).at_most(replicas);
        match (surge, unavailable) {
            (0, 0) => (0, 1),
            both => both,
        }
    }
}

impl RolloutStatus {
    fn of(object: &Value) -> Option<RolloutStatus> {
        let status = object.get("status").filter(|own| own.is_object())?;
        if status.as_object().is_some_and(serde_json::Map::is_empty) {
            return None;
        }
        let number =
            |names: [&str; 2]| names.iter().find_map(|name| status[*name].as_u64()).unwrap_or(0);
        let is_bad = |condition: &&Value| match condition["type"].as_str() {
            Some("ReplicaFailure") => condition["status"] == "True",
            Some("Available" | "Progressing") => condition["status"] == "False",
            _ => false,
        };
        let said = |own: &Value| (text(own, "type"), text(own, "reason"), text(own, "message"));
        let (current, update) = (text(status, "currentRevision"), text(status, "updateRevision"));
        Some(RolloutStatus {
            generation: object["metadata"]["generation"].as_i64(),
            observed: status["observedGeneration"].as_i64(),
            pods: number(["replicas", "currentNumberScheduled"]),
            updated: number(["updatedReplicas", "updatedNumberScheduled"]),
            ready: number(["readyReplicas", "numberReady"]),
            available: number(["availableReplicas", "numberAvailable"]),
            failing: items(&status["conditions"]).filter(is_bad).map(said).collect(),
            revisions_differ: !current.is_empty() && !update.is_empty() && current != update,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_quarter_of_one_pod_is_one_more_and_none_less() {
        assert_eq!(Rollout::default().leeway(1), (1, 0));
        assert_eq!(Rollout::default().leeway(4), (1, 1));
        let of = |surge, unavailable| {
            Rollout::of(&json!({"spec": {"strategy": {"type": "RollingUpdate",
                "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}}}))
        };
        assert_eq!(of(json!("100%"), json!(0)).leeway(3), (3, 0));
        assert_eq!(of(json!(0), json!("10%")).leeway(3), (0, 1));
        assert_eq!(of(json!(0), json!(1)).leeway(1), (0, 1));
        assert_eq!(of(json!("1"), json!(0)).leeway(2), (1, 0));
    }
}
