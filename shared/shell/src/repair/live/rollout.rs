//! How far a workload is with replacing its pods, after its pod template was changed.

use std::time::{Duration, Instant};

use igw_core::kube::{ObjRef, RESTARTED_AT};
use igw_core::{mask, text};
use serde_json::Value;

use crate::cluster::Live;
use crate::duration;

/// The time between two looks at the pods.
const PODS: Duration = Duration::from_secs(2);

/// What a look at a rollout gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RolloutLook {
    /// As a line: what is replaced, and how long it took.
    Done(String),
    Going(String),
    /// Why it does not come to its end, completing "applied, but …".
    Stuck(String),
}

/// When pods were looked at last.
#[derive(Default)]
pub struct RolloutWatch {
    pods: Option<Instant>,
}

/// Whether an object replaces pods when its template changes.
pub fn is_rolled(object: &ObjRef) -> bool {
    object.api_version == "apps/v1"
        && ["Deployment", "StatefulSet", "DaemonSet"].contains(&object.kind.as_str())
}

/// Whether a change of an object begins a rollout.
pub fn begins(object: &ObjRef, before: &Value, now: &Value) -> bool {
    is_rolled(object) && before["spec"]["template"] != now["spec"]["template"]
}

/// What is said when it is not waited for any longer.
pub fn left_going(object: &ObjRef) -> String {
    let namespace = object.namespace.as_ref().map(|own| format!(" -n {own}"));
    format!(
        "it was interrupted; the rollout goes on: kubectl rollout status {}/{}{}",
        object.kind.to_lowercase(),
        object.name,
        namespace.unwrap_or_default()
    )
}

impl RolloutWatch {
    /// How far it is. Pods that crash or cannot start end it early.
    pub fn look(
        &mut self,
        live: &Live,
        object: &ObjRef,
        now: &Value,
        took: Duration,
        limit: Duration,
    ) -> RolloutLook {
        let look = progress(now, took);
        let RolloutLook::Going(says) = look else { return look };
        let late = took >= limit;
        if !late && self.pods.is_some_and(|last| last.elapsed() < PODS) {
            return RolloutLook::Going(says);
        }
        self.pods = Some(Instant::now());
        let pods = new_pods(live, object, now);
        if let Some(why) = failing(live, object, &pods) {
            return RolloutLook::Stuck(why);
        }
        match late {
            true => {
                let why = waits_for(now, &pods).map(|why| format!(": {why}")).unwrap_or_default();
                let limit = duration::say(limit);
                RolloutLook::Stuck(format!("after {limit} {says}{why}; the rollout goes on"))
            }
            false => RolloutLook::Going(says),
        }
    }
}

/// How far it is, by its own status: the rules of `kubectl rollout status`.
fn progress(now: &Value, took: Duration) -> RolloutLook {
    let (spec, status) = (&now["spec"], &now["status"]);
    let number = |name: &str| status[name].as_u64().unwrap_or_default();
    let kind = now["kind"].as_str().unwrap_or_default();
    let generation = now["metadata"]["generation"].as_i64();
    let seconds = took.as_secs_f64();
    if spec["updateStrategy"]["type"] == "OnDelete" {
        let says = "its updateStrategy is OnDelete: each pod is replaced when it is deleted";
        return RolloutLook::Done(says.to_owned());
    }
    if spec["paused"] == true {
        return RolloutLook::Stuck(
            "it is paused: no pod is replaced until it is resumed".to_owned(),
        );
    }
    if status["observedGeneration"].as_i64() < generation {
        return RolloutLook::Going("its controller has not looked at it".to_owned());
    }
    let daemon = kind == "DaemonSet";
    let wanted = match daemon {
        true => number("desiredNumberScheduled"),
        false => spec["replicas"].as_u64().unwrap_or(1),
    };
    let partition = spec["updateStrategy"]["rollingUpdate"]["partition"].as_u64();
    let due = wanted.saturating_sub(partition.unwrap_or_default());
    let updated = number(if daemon { "updatedNumberScheduled" } else { "updatedReplicas" });
    let conditions = status["conditions"].as_array().into_iter().flatten();
    let late = conditions.into_iter().find(|own| own["reason"] == "ProgressDeadlineExceeded");
    if late.is_some() {
        return RolloutLook::Stuck("it made no progress within its deadline".to_owned());
    }
    if updated < due {
        return RolloutLook::Going(format!("{updated} of {due} pods are new"));
    }
    if kind == "Deployment" && number("replicas") > updated {
        let old = number("replicas") - updated;
        return RolloutLook::Going(format!("{updated} of {due} pods are new, {old} old to go"));
    }
    let ready = match kind {
        "DaemonSet" => number("numberAvailable"),
        "StatefulSet" => number("readyReplicas"),
        _ => number("availableReplicas"),
    };
    if ready < wanted {
        return RolloutLook::Going(format!("{ready} of {wanted} pods are ready"));
    }
    let pods = text::count(usize::try_from(due).unwrap_or_default(), "pod");
    RolloutLook::Done(format!("{pods} replaced and ready after {seconds:.1} s"))
}

/// The pods of the template that is rolled out.
fn new_pods(live: &Live, object: &ObjRef, now: &Value) -> Vec<Value> {
    let namespace = object.namespace.as_deref().unwrap_or_default();
    let Some(labels) = now["spec"]["selector"]["matchLabels"].as_object() else {
        return Vec::new();
    };
    let labels: Vec<(String, String)> = labels
        .iter()
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect();
    let mark = &now["spec"]["template"]["metadata"]["annotations"][RESTARTED_AT];
    let mut pods = live.pods(namespace, &labels);
    // After an undo of a restart it is the old pods that have a mark.
    pods.retain(|pod| pod["metadata"]["annotations"][RESTARTED_AT] == *mark);
    pods
}

/// A new pod that does not start, with the last words of its container.
fn failing(live: &Live, object: &ObjRef, new: &[Value]) -> Option<String> {
    let namespace = object.namespace.as_deref().unwrap_or_default();
    new.iter().find_map(|pod| {
        let name = pod["metadata"]["name"].as_str()?;
        let (container, why, crashed) = not_starting(pod)?;
        let words = crashed.then(|| live.last_words(namespace, name, &container)).flatten();
        let words = words.map(|own| {
            let masked = mask::text(own.trim());
            let lines: Vec<&str> = masked.lines().collect();
            format!("; its last lines: {}", text::clip(&lines.join(" | "), 300))
        });
        Some(format!(
            "container {container} of the new pod {name} {why}{}; the rollout goes on",
            words.unwrap_or_default()
        ))
    })
}

/// What a rollout waits for: pods that cannot be made, one that no node takes, one that is not ready.
fn waits_for(now: &Value, new: &[Value]) -> Option<String> {
    let condition = |object: &Value, name: &str, status: &str| {
        let mut all = object["status"]["conditions"].as_array().into_iter().flatten();
        all.find(|own| own["type"] == name && own["status"] == status).cloned()
    };
    let message = |own: &Value| text::clip(own["message"].as_str().unwrap_or_default(), 200);
    if let Some(own) = condition(now, "ReplicaFailure", "True") {
        return Some(format!("a pod cannot be made ({})", message(&own)));
    }
    let name = |pod: &Value| pod["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    let no_node = |pod: &Value| {
        let own = condition(pod, "PodScheduled", "False")?;
        Some(format!("no node takes the new pod {} ({})", name(pod), message(&own)))
    };
    let not_ready = |pod: &Value| {
        condition(pod, "Ready", "False")?;
        let running = pod["status"]["phase"] == "Running";
        running.then(|| format!("the new pod {} runs and is not ready", name(pod)))
    };
    new.iter().find_map(no_node).or_else(|| new.iter().find_map(not_ready))
}

/// The container of a pod that does not start, why, and whether it has run before.
fn not_starting(pod: &Value) -> Option<(String, String, bool)> {
    let lists = ["initContainerStatuses", "containerStatuses"];
    let all = lists.iter().flat_map(|name| pod["status"][*name].as_array().into_iter().flatten());
    all.into_iter().find_map(|own| {
        let name = own["name"].as_str()?.to_owned();
        let waits = own["state"]["waiting"]["reason"].as_str().unwrap_or_default();
        let ended = &own["lastState"]["terminated"];
        let code = ended["exitCode"].as_i64();
        match waits {
            "CrashLoopBackOff" => {
                let why = ended["reason"].as_str().unwrap_or("Error");
                let code = code.map(|code| format!(", exit {code}")).unwrap_or_default();
                Some((name, format!("crashes ({why}{code})"), true))
            }
            "ImagePullBackOff" | "InvalidImageName" | "CreateContainerConfigError" => {
                Some((name, format!("does not start ({waits})"), false))
            }
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn look(status: Value) -> RolloutLook {
        let object = json!({"kind": "Deployment", "metadata": {"generation": 3},
            "spec": {"replicas": 2}, "status": status});
        progress(&object, Duration::from_secs(9))
    }

    #[test]
    fn a_rollout_from_its_beginning_to_its_end() {
        let going = |says: &str| RolloutLook::Going(says.to_owned());
        assert_eq!(
            look(json!({"observedGeneration": 2})),
            going("its controller has not looked at it")
        );
        let at = |all: u64, updated: u64, available: u64| {
            look(json!({"observedGeneration": 3, "replicas": all, "updatedReplicas": updated,
                "availableReplicas": available}))
        };
        assert_eq!(at(3, 1, 2), going("1 of 2 pods are new"));
        assert_eq!(at(3, 2, 2), going("2 of 2 pods are new, 1 old to go"));
        assert_eq!(at(2, 2, 1), going("1 of 2 pods are ready"));
        assert_eq!(
            at(2, 2, 2),
            RolloutLook::Done("2 pods replaced and ready after 9.0 s".to_owned())
        );
    }

    #[test]
    fn what_it_waits_for() {
        let object = |conditions: Value| {
            json!({"metadata": {"name": "a"}, "status": {
            "phase": "Running", "conditions": conditions}})
        };
        let quota =
            json!([{"type": "ReplicaFailure", "status": "True", "message": "exceeded quota"}]);
        let free = json!([{"type": "PodScheduled", "status": "False", "message": "0/1 nodes"}]);
        let probed = json!([{"type": "Ready", "status": "False"}]);
        let none = object(json!([]));
        let (free, probed) = (object(free), object(probed));
        let told = |now: &Value, new: &[Value]| waits_for(now, new).unwrap_or_default();
        let pods = [probed.clone(), free];
        assert_eq!(told(&object(quota), &pods), "a pod cannot be made (exceeded quota)");
        assert_eq!(told(&none, &pods), "no node takes the new pod a (0/1 nodes)");
        assert_eq!(told(&none, &[probed]), "the new pod a runs and is not ready");
        assert_eq!(told(&none, &[]), "");
    }

    #[test]
    fn a_pod_that_crashes() {
        let pod = json!({"status": {"containerStatuses": [{"name": "a",
            "state": {"waiting": {"reason": "CrashLoopBackOff"}},
            "lastState": {"terminated": {"exitCode": 1, "reason": "Error"}}}]}});
        let (name, why, crashed) = not_starting(&pod).expect("it crashes");
        assert_eq!((name.as_str(), why.as_str(), crashed), ("a", "crashes (Error, exit 1)", true));
        let pulls = json!({"status": {"containerStatuses": [{"name": "a",
            "state": {"waiting": {"reason": "ContainerCreating"}}}]}});
        assert_eq!(not_starting(&pulls), None);
    }
}
