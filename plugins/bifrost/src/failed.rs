//! A pod of a Bifrost that fails: how its container ended, and with which words.

use igw_core::bifrost::last_words::{EndMeaning, last_words, meaning};
use igw_core::facts::views::{ContainerState, ContainerStatus, Pod};
use igw_core::facts::{Fact, Facts, Why};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::ObjRef;
use igw_core::{mask, text};

use crate::waiting;

/// How many lines of a log are shown, and how much of each.
const TAIL: usize = 5;
const LINE: usize = 240;

/// The newest pod that fails.
#[derive(Debug, PartialEq, Eq)]
pub struct FailedPod {
    pub pod: ObjRef,
    pub container: String,
    pub is_init: bool,
    /// `ended with exit code 1`, `does not run (ImagePullBackOff)`.
    pub how: String,
    /// Where the state is: `lastState.terminated`.
    pub at: &'static str,
    pub ending: PodEnding,
    pub restarts: u64,
    /// What it said last, or what the kubelet says.
    pub words: Option<String>,
    /// The end of its log, where that has no such words.
    pub tail: Vec<String>,
    pub meaning: Option<EndMeaning>,
    /// Why its log is not known, if it matters.
    pub gap: Option<Why>,
}

/// What happened to a container that does not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PodEnding {
    /// It was not started.
    Waits,
    /// It ended by itself.
    Exited,
    /// A signal ended it.
    Killed,
}

/// A finding with what a pod shows of it: no longer a warning, but seen.
pub fn confirmed(finding: Finding, failed: &FailedPod) -> Finding {
    let mut finding = failed.evidence(finding).related(failed.pod.clone());
    finding.severity = Severity::Error;
    finding
}

impl FailedPod {
    /// Whether its process ended by itself.
    pub fn exited(&self) -> bool {
        self.ending == PodEnding::Exited
    }

    /// `pod one ended with exit code 1`.
    pub fn says(&self) -> String {
        let init = match self.is_init {
            true => format!("init container {} of ", text::clip(&self.container, 60)),
            false => String::new(),
        };
        format!("{init}pod {} {}", text::clip(&self.pod.name, 80), self.how)
    }

    /// Its state and its words, as evidence.
    pub fn evidence(&self, finding: Finding) -> Finding {
        let list = if self.is_init { "initContainerStatuses" } else { "containerStatuses" };
        let restarts = text::count(usize::try_from(self.restarts).unwrap_or(usize::MAX), "restart");
        let name = text::clip(&self.container, 60);
        let at = format!("{}, status.{list}[{name}].{}", self.pod, self.at);
        let mut finding = finding.evidence(at, format!("{}, {restarts}", self.how));
        let log = format!("{}, container {name}", self.pod);
        if let Some(words) = &self.words {
            finding = finding.evidence(log, words.clone());
        } else {
            for (number, line) in self.tail.iter().enumerate() {
                let from_end = self.tail.len() - number;
                finding = finding.evidence(format!("{log}, log line -{from_end}"), line.clone());
            }
        }
        finding
    }
}

/// The state that shows a failure.
pub struct ShownState<'a> {
    pub state: &'a ContainerState,
    pub at: &'static str,
    /// Whether the log of the run before is that of the failure.
    pub previous: bool,
}

/// A pod with a container that fails.
pub fn failed(
    facts: &Facts,
    pod: &Pod,
    status: &ContainerStatus,
    shown: &ShownState,
    is_init: bool,
) -> FailedPod {
    let mut out = FailedPod {
        pod: pod.meta.reference(),
        container: status.name.clone(),
        is_init,
        how: String::new(),
        at: shown.at,
        ending: PodEnding::Waits,
        restarts: status.restart_count,
        words: None,
        tail: Vec::new(),
        meaning: None,
        gap: None,
    };
    match shown.state {
        ContainerState::Waiting { reason, message } => {
            out.how = format!("does not run ({})", plain(reason, 60));
            out.words = Some(plain(message, 300)).filter(|words| !words.is_empty());
            out.meaning = waiting::meaning(reason, message);
        }
        ContainerState::Terminated { reason, message, exit_code, .. } => {
            let known = ["", "Error", "Completed"].contains(&reason.as_str());
            let more = if known { String::new() } else { format!(" ({})", plain(reason, 60)) };
            out.how = format!("ended with exit code {exit_code}{more}");
            if reason == "OOMKilled" {
                out.ending = PodEnding::Killed;
                out.meaning = waiting::out_of_memory();
            } else {
                out.read(facts, pod, shown.previous, message);
                // A shell adds the number of the signal to 128.
                let killed = *exit_code > 128 && out.words.is_none();
                out.ending = if killed { PodEnding::Killed } else { PodEnding::Exited };
            }
        }
        ContainerState::Running { .. } | ContainerState::Unknown => {}
    }
    out
}

impl FailedPod {
    /// Reads its last words: in its log, of the failure first; where that is not known, in the
    /// message that the kubelet has of it.
    fn read(&mut self, facts: &Facts, pod: &Pod, previous: bool, message: &str) {
        let meta = &pod.meta;
        let log = |previous| facts.logs(&meta.namespace, &meta.name, &self.container, previous);
        let mut found = log(previous);
        if found.is_absent() && previous {
            // A kubelet that waits before the next start has the last run as the present one.
            found = log(false);
        }
        let message: Vec<String> = message.lines().map(|line| plain(line, 4000)).collect();
        let lines = match found {
            Fact::Known(lines) if !lines.is_empty() => lines,
            Fact::Known(_) | Fact::Absent => &message,
            Fact::Unknown(why) => {
                self.gap = Some(why);
                &message
            }
        };
        self.interpret(lines);
        // What the kubelet kept of it is enough.
        if self.meaning.is_some() {
            self.gap = None;
        }
    }

    fn interpret(&mut self, lines: &[String]) {
        if self.is_init {
            let refused = lines.iter().rev().find(|line| waiting::is_refused_chown(line));
            self.meaning = refused.and(waiting::refused_chown());
            self.words = refused.map(|line| text::clip(line, 300));
        } else if let Some(words) = last_words(lines) {
            self.meaning = meaning(&words);
            self.words = Some(text::clip(&text::clean(&words), 600));
        }
        let said = lines.iter().filter(|line| !line.trim().is_empty());
        let said: Vec<String> = said.map(|line| text::clip(line, LINE)).collect();
        if self.words.is_none() {
            self.tail = said[said.len().saturating_sub(TAIL)..].to_vec();
        }
    }
}

/// A text of others in one line: masked, without what a terminal would obey, and clipped.
fn plain(given: &str, most: usize) -> String {
    let line = given.split_whitespace().collect::<Vec<_>>().join(" ");
    text::clip(&mask::line(&text::clean(&line)), most)
}
