//! How a container of a pod fares, as the kubelet reports it.

use serde_json::Value;

use crate::facts::fields::{items, text};

/// An entry of `status.containerStatuses` or `status.initContainerStatuses`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerStatus {
    pub name: String,
    pub image: String,
    pub ready: bool,
    pub restart_count: u64,
    pub state: ContainerState,
    /// How the process before this one ended; [`ContainerState::Unknown`] where there was none.
    pub last_state: ContainerState,
}

/// What a container does; times are RFC 3339, and texts are empty where none is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContainerState {
    Waiting {
        /// `CrashLoopBackOff`, `ImagePullBackOff`, `ContainerCreating`.
        reason: String,
        message: String,
    },
    Running {
        started_at: String,
    },
    Terminated {
        /// `OOMKilled`, `Error`, `Completed`.
        reason: String,
        /// What the process left as its last words.
        message: String,
        exit_code: i64,
        started_at: String,
        finished_at: String,
    },
    Unknown,
}

impl ContainerStatus {
    /// The entries of a list of statuses.
    pub(super) fn all(list: &Value) -> Vec<ContainerStatus> {
        items(list).map(ContainerStatus::of).collect()
    }

    fn of(status: &Value) -> ContainerStatus {
        ContainerStatus {
            name: text(status, "name"),
            image: text(status, "image"),
            ready: status["ready"] == true,
            restart_count: status["restartCount"].as_u64().unwrap_or_default(),
            state: ContainerState::of(&status["state"]),
            last_state: ContainerState::of(&status["lastState"]),
        }
    }
}

impl ContainerState {
    fn of(state: &Value) -> ContainerState {
        let (waiting, ended) = (&state["waiting"], &state["terminated"]);
        if waiting.is_object() {
            let (reason, message) = (text(waiting, "reason"), text(waiting, "message"));
            return ContainerState::Waiting { reason, message };
        }
        if state["running"].is_object() {
            return ContainerState::Running { started_at: text(&state["running"], "startedAt") };
        }
        if !ended.is_object() {
            return ContainerState::Unknown;
        }
        ContainerState::Terminated {
            reason: text(ended, "reason"),
            message: text(ended, "message"),
            exit_code: ended["exitCode"].as_i64().unwrap_or_default(),
            started_at: text(ended, "startedAt"),
            finished_at: text(ended, "finishedAt"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_container_that_runs_after_it_was_killed() {
        let list = json!([{"name": "a", "image": "img", "ready": true, "restartCount": 2,
            "state": {"running": {"startedAt": "2026-11-20T07:00:05Z"}},
            "lastState": {"terminated": {"reason": "OOMKilled", "exitCode": 137}}}]);
        let all = ContainerStatus::all(&list);
        let [own] = all.as_slice() else { panic!("one is given") };
        let since = ContainerState::Running { started_at: "2026-11-20T07:00:05Z".to_owned() };
        assert_eq!((&own.state, own.restart_count, own.ready), (&since, 2, true));
        assert!(matches!(
            &own.last_state,
            ContainerState::Terminated { reason, exit_code: 137, .. } if reason == "OOMKilled"
        ));
    }

    #[test]
    fn one_that_is_not_started_has_no_past() {
        let list = json!([{"name": "a", "state": {"waiting": {"reason": "ContainerCreating"}}}]);
        let all = ContainerStatus::all(&list);
        let waiting =
            ContainerState::Waiting { reason: "ContainerCreating".into(), message: String::new() };
        assert_eq!(all[0].state, waiting);
        assert_eq!(all[0].last_state, ContainerState::Unknown);
    }
}
