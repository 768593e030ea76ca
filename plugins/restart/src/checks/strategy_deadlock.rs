//! # A rolling update waits for a volume that the old pod holds
//!
//! ## What it means
//! A Deployment starts a new pod before the old one may go, and both need a volume of mode
//! ReadWriteOnce, which can be attached to only one node, or ReadWriteOncePod, which only one pod can
//! have. `25%` of one replica is one pod more and none less.
//!
//! ## Why it matters
//! On another node the new pod waits in ContainerCreating (`Multi-Attach error`), and the rollout
//! hangs: the change never arrives. On the same node it works, with two processes on the same files for
//! a while, which SQLite databases are not made for.
//!
//! ## Example
//! `replicas: 1`, a claim with `accessModes: [ReadWriteOnce]` and the default strategy: set `strategy:
//! {type: Recreate}` before a restart.
//!
//! ## Fix safety
//! Unsafe: with Recreate the workload is not available for a moment at each update.
//!
//! ## Sources
//! Kubernetes, access modes and Deployments (maxSurge is rounded up, maxUnavailable down).

use igw_core::check::{Check, Sink};
use igw_core::facts::views::{Claim, Workload};
use igw_core::facts::{Fact, Facts};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Set};
use igw_core::kube::Kind;
use igw_core::page;
use igw_core::text;
use serde_json::json;

use crate::{pinned, replicas, subject};

pub static CHECK: Check = Check {
    code: "IGW1005",
    name: "strategy-deadlock",
    severity: Severity::Warning,
    needs: &[Kind::Workload, Kind::Claim, Kind::Scaler, Kind::Node],
    page: page!(),
    run,
};

/// An access mode that keeps a second pod away.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Exclusive {
    Node,
    Pod,
}

fn run(facts: &Facts, out: &mut Sink) {
    let deployments = subject::all(facts).iter().map(|own| own.workload);
    for workload in deployments.filter(|own| own.meta.kind == "Deployment") {
        let Ok(template) = &workload.template else { continue };
        if workload.strategy == "Recreate" {
            out.passed();
            continue;
        }
        let all = replicas::least(facts, workload);
        let (surge, unavailable) = workload.rollout.leeway(all);
        // Without pods there is nothing to wait for, and where all may go at once nothing waits.
        if all == 0 || unavailable >= all {
            out.passed();
            continue;
        }
        let mut found = None;
        for volume in &template.volumes {
            let Some(claim) = &volume.persistent_volume_claim else { continue };
            match facts.get::<Claim>(&workload.meta.namespace, &claim.claim_name) {
                Fact::Known(known) => {
                    let mode = exclusive(&known.modes).map(|mode| (mode, known));
                    found = found.or(mode);
                }
                Fact::Unknown(why) => {
                    out.not_checked(Kind::Claim, &workload.meta.namespace, why);
                }
                Fact::Absent => {}
            }
        }
        let Some((mode, claim)) = found else {
            out.passed();
            continue;
        };
        let pinned = pinned::to_one_node(facts, template);
        if pinned.is_some() && mode == Exclusive::Node {
            out.passed();
            continue;
        }
        out.finding(finding(workload, claim, mode, (all, surge, unavailable)));
    }
}

fn exclusive(modes: &[String]) -> Option<Exclusive> {
    let has = |mode: &str| modes.iter().any(|own| own == mode);
    if has("ReadWriteMany") || has("ReadOnlyMany") {
        return None;
    }
    match (has("ReadWriteOncePod"), has("ReadWriteOnce")) {
        (true, false) => Some(Exclusive::Pod),
        (_, true) => Some(Exclusive::Node),
        _ => None,
    }
}

fn finding(
    workload: &Workload,
    claim: &Claim,
    mode: Exclusive,
    (all, surge, unavailable): (u64, u64, u64),
) -> Finding {
    let name = text::clip(&claim.meta.name, 80);
    let (word, title, why) = match mode {
        Exclusive::Pod => (
            "ReadWriteOncePod",
            format!(
                "a rolling update hangs: the old pod keeps the ReadWriteOncePod volume of claim {name}"
            ),
            "Only one pod can have the volume, and the old one keeps it until the new one is ready.",
        ),
        Exclusive::Node => (
            "ReadWriteOnce",
            format!(
                "a rolling update may hang: the old pod keeps the ReadWriteOnce volume of claim {name} on its node"
            ),
            "If the scheduler takes another node, the new pod waits for the volume (Multi-Attach error) and the rollout does not end; on the same node two processes use the same files for a while.",
        ),
    };
    let counts = format!(
        "Of {} the strategy RollingUpdate starts {surge} more and lets {unavailable} be away.",
        text::count(all as usize, "replica")
    );
    let fix = Fix::unsafe_as(
        "it is not available for a moment at each update",
        "stop the pod before its successor starts (Recreate)",
    );
    let recreate = Set::Put("/spec/strategy".into(), json!({ "type": "Recreate" }));
    Finding::at(&workload.meta, "/spec/strategy", title)
        .explain(format!("{counts} {why} Set strategy: {{type: Recreate}} before a restart, or keep the data elsewhere."))
        .evidence(format!("{}, spec.accessModes", claim.meta.title()), word)
        .related(claim.meta.reference())
        .guide("10", None)
        .repair(fix.change(&workload.meta, vec![recreate]))
}
