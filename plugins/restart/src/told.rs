//! How a drift is told: by the checks about volumes, and by those about what never arrives.

use igw_core::facts::Facts;
use igw_core::facts::views::ConfigWay;
use igw_core::finding::Finding;
use igw_core::text;

use crate::drift::Drift;
use crate::role::Role;
use crate::subject::Restartable;
use crate::{advice, loses, mark};

/// The finding of a drift; `why` says what keeps the change from arriving.
pub fn finding(
    facts: &Facts,
    subject: &Restartable,
    drift: &Drift,
    title: String,
    why: &str,
) -> Finding {
    let mut explanation = vec![why.to_owned()];
    if let Some(uncertain) = uncertain(drift) {
        explanation.push(uncertain);
    }
    explanation.push(advice::how(subject.workload));
    let of_role = [subject.role.dynamic(), loses::says(facts, subject)];
    explanation.extend(of_role.into_iter().flatten().map(str::to_owned));
    let mut finding = Finding::at(&subject.workload.meta, "/spec/template", title)
        .explain(explanation.join(" "))
        .related(drift.object.reference());
    let by = drift.manager.as_deref().map(|by| format!(" by {}", text::clip(by, 60)));
    finding = finding.evidence(
        drift.object.title(),
        format!("written {}{}", drift.written, by.unwrap_or_default()),
    );
    for (pod, started) in drift.stale.iter().take(3) {
        let at = format!("{}, status.containerStatuses[].state", pod.meta.title());
        finding = finding.evidence(at, format!("running since {started}"));
    }
    for (pod, _) in &drift.stale {
        finding = finding.related(pod.meta.reference());
    }
    finding.repair(mark::brings(facts, subject, drift))
}

/// The objects and times of a title: `ConfigMap gw-config changed at …, after the pod started (…)`.
pub fn happened(subject: &Restartable, drift: &Drift) -> String {
    let who = subject.some_pods(drift.stale.len());
    let first = drift.stale.iter().map(|(_, started)| started.as_str()).min().unwrap_or_default();
    let since = if drift.stale.len() == 1 { "started" } else { "started, the first" };
    format!(
        "{} {} changed at {}, after {who} {since} at {first}",
        drift.source.kind(),
        text::clip(&drift.object.name, 80),
        drift.written,
    )
}

/// What the times do not prove.
fn uncertain(drift: &Drift) -> Option<String> {
    let by = drift.manager.as_deref()?;
    Some(format!(
        "The time is that of the last write by {}, which may have changed less than the data that is used.",
        text::clip(by, 60)
    ))
}

/// What happens to a file of a volume.
pub fn of_volume(role: Role, drift: &Drift) -> String {
    match (drift.at_init, role.reads_at_start()) {
        (true, _) => "An init container takes it, which runs when a pod is made and not again.".into(),
        (false, Some(true)) => format!(
            "The kubelet brings the file in the pod up to date within about a minute, but {} reads it only when it starts.",
            role.name()
        ),
        (false, _) => "The kubelet brings the file in the pod up to date within about a minute; whether the program reads it again is not known.".into(),
    }
}

/// Why a change never arrives in a running container.
pub fn of_frozen(way: ConfigWay) -> &'static str {
    match way {
        ConfigWay::SubPath => {
            "A file that is mounted with subPath stays as it was when the container started: the kubelet does not refresh it."
        }
        _ => {
            "A variable keeps the value that it had when the container started: nothing refreshes it."
        }
    }
}
