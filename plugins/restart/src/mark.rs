//! A restart as a change: the mark in the pod template.

use igw_core::facts::Facts;
use igw_core::fix::{Fix, Safety};
use igw_core::kube::RESTARTED_AT_POINTER;
use igw_core::text;

use crate::drift::Drift;
use crate::subject::Restartable;
use crate::{advice, loses, outage};

/// A restart, marked with a time (RFC 3339): what is not available meanwhile, and what speaks against it.
pub fn restart(facts: &Facts, own: &Restartable, at: &str, dangers: &[String]) -> Fix {
    let mut notes = vec![outage::says(facts, own)];
    notes.extend(dangers.iter().cloned());
    notes.extend(loses::says(facts, own).map(str::to_owned));
    let safety = dangers.first().map_or(Safety::Safe, |first| Safety::Unsafe(first.clone()));
    Fix { safety, ..Fix::safe("replace its pods by a new pod template") }
        .put(&own.workload.meta, RESTARTED_AT_POINTER, at)
        .notes(notes.into_iter().map(|note| text::clean(&note)).collect())
}

/// The restart that brings a change to the pods, marked with the time of that change; `None` where
/// somebody else has to do it, where a new pod template replaces no pod, and in files, which have no
/// pods that could be replaced.
pub fn brings(facts: &Facts, own: &Restartable, drift: &Drift) -> Option<Fix> {
    if facts.store.world.is_some()
        || advice::is_kept(own.workload)
        || advice::replaces_nothing(own.workload).is_some()
    {
        return None;
    }
    Some(Fix {
        title: format!("restart {}", own.workload.meta.title()),
        safety: Safety::Unsafe("it replaces running pods".into()),
        ..restart(facts, own, &drift.written, &[])
    })
}
