//! How many pods a workload has.

use igw_core::facts::Facts;
use igw_core::facts::views::{Scaler, Workload};

/// What sets the number of pods of a workload, if it is not the workload itself.
pub fn scaler<'a>(facts: &Facts<'a>, workload: &Workload) -> Option<&'a Scaler> {
    let meta = &workload.meta;
    let all = facts.list::<Scaler>(Some(&meta.namespace)).items;
    all.into_iter().find(|own| own.target.0 == *meta.kind && own.target.1 == meta.name)
}

/// The fewest pods that it has.
pub fn least(facts: &Facts, workload: &Workload) -> u64 {
    let written = u64::from(workload.replicas);
    match scaler(facts, workload) {
        // A scaler to nothing, as KEDA's may be, leaves one when there is work.
        Some(scaler) => scaler.least.max(1),
        None => written,
    }
}
