//! How many pods a workload has.

use igw_core::facts::Facts;
use igw_core::facts::views::{Scaler, Workload};

/// The fewest and the most pods of a workload, and what sets them if it is not the workload itself.
pub fn of<'a>(facts: &Facts<'a>, workload: &Workload) -> (u64, u64, Option<&'a Scaler>) {
    let written = u64::from(workload.replicas);
    let scales = |scaler: &&Scaler| {
        (scaler.target.0.as_str(), scaler.target.1.as_str())
            == (&*workload.meta.kind, workload.meta.name.as_str())
    };
    let all = facts.list::<Scaler>(Some(&workload.meta.namespace)).items;
    match all.into_iter().find(scales) {
        Some(scaler) => (scaler.least, scaler.most, Some(scaler)),
        None => (written, written, None),
    }
}

/// `3 replicas`, or what a scaler makes of them.
pub fn said(least: u64, most: u64, scaler: Option<&Scaler>) -> String {
    match scaler {
        None => format!("{most} replicas"),
        Some(scaler) if least == most => {
            format!("{most} replicas of {}", igw_core::text::clip(&scaler.meta.title(), 120))
        }
        Some(scaler) => {
            format!(
                "{least} to {most} replicas of {}",
                igw_core::text::clip(&scaler.meta.title(), 120)
            )
        }
    }
}
