//! Whether a restart has brought what is configured: what the new pods run with.

use igw_core::facts::Facts;
use igw_core::fix::Edit;
use igw_core::kube::RESTARTED_AT_POINTER;
use igw_core::text;

use crate::{drift, subject};

/// A line for each workload of a cluster that was restarted; the facts are those of afterwards.
pub fn of(facts: &Facts, edits: &[Edit]) -> Vec<String> {
    let restarted = edits.iter().filter_map(|edit| match edit {
        Edit::Change(place, sets) => {
            let is_mark = sets.iter().any(|set| set.pointer() == RESTARTED_AT_POINTER);
            is_mark.then_some(&place.object)
        }
        _ => None,
    });
    if facts.store.world.is_some() {
        return Vec::new();
    }
    let all = subject::all(facts);
    let mut out = Vec::new();
    for object in restarted {
        let same = |own: &&subject::Restartable| own.workload.meta.reference() == *object;
        let Some(own) = all.iter().find(same) else { continue };
        let mut unknown = false;
        let left = drift::of(facts, own, |_, _, _| unknown = true);
        let title = text::clean(&own.workload.meta.title());
        out.push(match left.first() {
            Some(drift) => format!(
                "{title}: {} of its pods still run with {} of before {}",
                drift.stale.len(),
                text::clean(&drift.object.title()),
                drift.written
            ),
            None if own.pods.is_empty() || own.gap.is_some() || unknown => continue,
            None => format!("{title}: its pods run with what is configured now"),
        });
    }
    out
}
