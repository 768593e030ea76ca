//! Why a pod is not ready, as far as its status and its log tell.

use igw_core::facts::views::{ContainerState, ContainerStatus, Pod, Workload};
use igw_core::facts::{Fact, Facts, Why};
use igw_core::finding::Finding;
use igw_core::text;

use crate::controllers::Controller;
use crate::log::{self, LogCause};

/// What is wrong with a pod.
pub struct PodTrouble<'a> {
    pub pod: &'a Pod,
    /// One clause about the pod.
    pub says: String,
    /// The container whose log may tell more, and whether that is the log of its run before.
    log: Option<(&'a str, bool)>,
}

/// How many lines of a log that are not known are shown.
const SHOWN: usize = 3;

impl<'a> PodTrouble<'a> {
    /// What is wrong with a pod that is not ready.
    pub fn of(pod: &'a Pod) -> Option<PodTrouble<'a>> {
        if pod.ready != Some(false) {
            return None;
        }
        let trouble = |says: String, log| Some(PodTrouble { pod, says, log });
        if let Some(message) = &pod.unscheduled {
            let says = format!("no node takes its pod ({})", shown(message, 160));
            return trouble(says, None);
        }
        let bad = |own: &&ContainerStatus| match &own.state {
            ContainerState::Terminated { exit_code, .. } => *exit_code != 0,
            ContainerState::Waiting { reason, .. } => reason != "PodInitializing",
            ContainerState::Running { .. } | ContainerState::Unknown => false,
        };
        let init = pod.init_containers.iter().find(bad);
        let main = pod.containers.iter().find(bad);
        let main = main.or_else(|| pod.containers.iter().find(|own| !own.ready));
        let Some(container) = init.or(main) else {
            return trouble("its pod is not ready".to_owned(), None);
        };
        let (says, previous) = of_container(container);
        trouble(says, previous.map(|previous| (container.name.as_str(), previous)))
    }

    /// The lines of its log, if there is one that may tell more.
    pub fn log(&self, facts: &Facts<'a>) -> Option<Fact<&'a [String]>> {
        let (container, previous) = self.log?;
        let meta = &self.pod.meta;
        Some(facts.logs(&meta.namespace, &meta.name, container, previous))
    }

    /// What the log says, as evidence; known lines are read, others shown as they are.
    pub fn with_log(
        &self,
        facts: &Facts<'a>,
        finding: Finding,
    ) -> (Finding, Vec<LogCause>, Option<Why>) {
        let lines = match self.log(facts) {
            Some(Fact::Known(lines)) => lines,
            // Files have no logs.
            Some(Fact::Unknown(why)) if facts.store.world.is_none() => {
                return (finding, Vec::new(), Some(why));
            }
            _ => return (finding, Vec::new(), None),
        };
        let causes = log::causes(lines);
        let mut finding = finding;
        let title = format!("log of {}", self.pod.meta.title());
        for cause in &causes {
            finding = finding.evidence(title.clone(), shown(&cause.say(), 200));
        }
        let last = &lines[lines.len().saturating_sub(SHOWN)..];
        for line in last.iter().filter(|_| causes.is_empty()) {
            finding = finding.evidence(title.clone(), shown(line, 200));
        }
        (finding, causes, None)
    }
}

/// What a container does that is not ready, and whether the log of its run now (`false`) or of the
/// one before (`true`) may tell why.
fn of_container(own: &ContainerStatus) -> (String, Option<bool>) {
    let restarts = text::count(own.restart_count as usize, "restart");
    let name = shown(&own.name, 60);
    match &own.state {
        ContainerState::Waiting { reason, message } => match reason.as_str() {
            "ErrImagePull" | "ImagePullBackOff" | "InvalidImageName" | "ErrImageNeverPull" => {
                (format!("the image {} cannot be pulled ({reason})", shown(&own.image, 120)), None)
            }
            "CrashLoopBackOff" => {
                (format!("container {name} {} ({restarts})", ended(&own.last_state)), Some(true))
            }
            _ => {
                let more = if message.is_empty() { String::new() } else { format!(": {message}") };
                (
                    format!(
                        "container {name} is not started ({})",
                        shown(&format!("{reason}{more}"), 160)
                    ),
                    None,
                )
            }
        },
        ContainerState::Terminated { .. } => {
            (format!("container {name} {}", ended(&own.state)), Some(false))
        }
        ContainerState::Running { .. } | ContainerState::Unknown => match &own.last_state {
            ContainerState::Terminated { .. } => {
                let before = ended(&own.last_state);
                (
                    format!("container {name} {before} ({restarts}), and is not ready again"),
                    Some(false),
                )
            }
            _ => (format!("container {name} runs, and is not ready"), Some(false)),
        },
    }
}

fn ended(state: &ContainerState) -> String {
    match state {
        ContainerState::Terminated { reason, .. } if reason == "OOMKilled" => {
            "was killed for the memory that it used (OOMKilled)".to_owned()
        }
        ContainerState::Terminated { exit_code, .. } => format!("ended with exit code {exit_code}"),
        _ => "ends again and again".to_owned(),
    }
}

/// Whether a container of a pod was killed for its memory before it ran as it does now.
pub fn was_killed_for_memory(pod: &Pod) -> bool {
    let killed = |own: &ContainerStatus| matches!(&own.last_state, ContainerState::Terminated { reason, .. } if reason == "OOMKilled");
    pod.containers.iter().any(killed)
}

/// Text of a cluster, for a sentence.
fn shown(words: &str, most: usize) -> String {
    text::clip(&text::clean(words), most)
}

/// The pods of a controller; where they may not be listed, the check is reported as not done.
pub fn of_controller<'a>(facts: &Facts<'a>, controller: &Controller) -> Vec<&'a Pod> {
    let workload: &Workload = controller.workload;
    let own = controller.implementation.label();
    let label = match workload.pod_labels.get(own.0) == Some(own.1) {
        true => own,
        false => match workload.pod_labels.iter().next() {
            Some(first) => first,
            None => return Vec::new(),
        },
    };
    let selected = facts.select::<Pod>(Some(&workload.meta.namespace), &[label]);
    let is_own = |pod: &&Pod| {
        workload.pod_labels.iter().all(|(name, value)| pod.meta.labels.get(name) == Some(value))
    };
    selected.items.into_iter().filter(is_own).collect()
}
