//! # Several Bifrost pods share one SQLite database
//!
//! ## What it means
//! The databases are SQLite files for one process, unless `config_store` is PostgreSQL. Several
//! replicas on one claim write the same files, or wait for each other: a ReadWriteOnce volume can
//! be mounted on only one node. A HorizontalPodAutoscaler makes replicas, too. Even a single replica
//! can wait for itself during a RollingUpdate.
//!
//! ## Why it matters
//! Pods on other nodes stay in ContainerCreating (`Multi-Attach error`); on one node several
//! processes write one database. A rolling update on ReadWriteOnce can wait forever.
//!
//! ## Example
//! `replicas: 3` and one claim with ReadWriteOnce: use `replicas: 1` and `strategy: {type:
//! Recreate}`, or PostgreSQL.
//!
//! ## Fix safety
//! Unsafe: fewer replicas mean less capacity, and `Recreate` a short break at each update.
//!
//! ## Sources
//! Kubernetes, access modes; Bifrost: two processes on one directory started without an error, as
//! observed. The guide runs 3 replicas on one claim.

use igw_core::bifrost::cause::Cause;
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::instances;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::repairs::Repairs as _;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::{Scaler, Workload};
use igw_core::finding::Severity;
use igw_core::fix::{Fix, Set};
use igw_core::kube::Kind;
use igw_core::page;
use igw_core::workload::volume::Data;
use serde_json::json;

use crate::foretold::seen;
use crate::replicas;

pub static CHECK: Check = Check {
    code: "IGW0703",
    name: "sqlite-shared",
    severity: Severity::Error,
    needs: &[Kind::Workload, Kind::Claim, Kind::Scaler],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for instance in instances::all(facts) {
        let (Some(workload), Data::Claim { name, modes, per_pod: false }) =
            (&instance.workload, &instance.data)
        else {
            continue;
        };
        let postgres = instance.config().is_some_and(|config| config.config_store.is("postgres"));
        let deployment = workload.meta.kind == "Deployment";
        let once =
            modes.as_ref().is_some_and(|modes| !modes.iter().any(|mode| mode == "ReadWriteMany"));
        let volume = igw_core::text::clip(name, 80);
        let (least, most, scaler) = replicas::of(facts, workload);
        if most > 1 && !postgres {
            let who = replicas::said(least, most, scaler);
            let title = format!("{who} share the SQLite databases on claim {volume}");
            let severity = if least > 1 { Severity::Error } else { Severity::Warning };
            let path = if scaler.is_some() { "/spec" } else { "/spec/replicas" };
            let waits = if once {
                "Pods on other nodes wait for the volume (Multi-Attach error); pods on one node write the same files. "
            } else {
                "They write the same files. "
            };
            let finding = instance
                    .at_workload(path, title)
                    .only(severity)
                    .explain(format!("{waits}Use one replica with strategy Recreate, or config_store of type postgres."))
                    .covers(DEADLOCK, workload.meta.reference())
                    .guide("2", Some("it runs 3 replicas on one ReadWriteOnce claim"))
                    .repair(one(instance, workload, scaler));
            out.finding(seen(facts, instance, Cause::SharedDatabase, finding));
        } else if deployment && once && workload.strategy != "Recreate" && most == 1 {
            let title = format!("a rolling update waits for the volume of claim {volume}");
            out.finding(
                instance
                    .at_workload("/spec", title)
                    .only(Severity::Warning)
                    .covers(DEADLOCK, workload.meta.reference())
                    .explain("The new pod needs the ReadWriteOnce volume that the old pod holds, and waits forever if it is on another node. Use strategy: {type: Recreate}.")
                    .guide("2", None)
                    .repair(recreated(instance)),
            );
        } else {
            out.passed();
        }
    }
}

/// The same of any workload: what is known of Bifrost's databases says more.
const DEADLOCK: &str = "IGW1005";

const RECREATE: &str = "/spec/strategy";

/// One replica, and none beside it while it is replaced.
fn one(instance: &Instance, workload: &Workload, scaler: Option<&Scaler>) -> Option<Fix> {
    let mut sets = vec![Set::Put("/spec/replicas".into(), 1.into())];
    let mut title = "run one replica".to_owned();
    if workload.meta.kind == "Deployment" {
        sets.push(Set::Put(RECREATE.into(), json!({ "type": "Recreate" })));
        title.push_str(", and stop it before its successor starts");
    }
    let mut fix = Fix::unsafe_as("fewer replicas mean less capacity", title);
    if let Some(scaler) = scaler {
        let (least, most) = match &*scaler.meta.kind {
            "ScaledObject" => ("/spec/minReplicaCount", "/spec/maxReplicaCount"),
            _ => ("/spec/minReplicas", "/spec/maxReplicas"),
        };
        let mut bounds = vec![Set::Put(most.into(), 1.into())];
        if scaler.least > 1 {
            bounds.push(Set::Put(least.into(), 1.into()));
        }
        fix = fix.change(&scaler.meta, bounds);
        sets.retain(|set| set.pointer() != "/spec/replicas" || workload.replicas > 1);
    }
    instance.edit_pod(fix, sets)
}

fn recreated(instance: &Instance) -> Option<Fix> {
    let why = "it is not there for a moment at each update";
    let fix = Fix::unsafe_as(why, "stop the pod before its successor starts (Recreate)");
    instance.edit_pod(fix, vec![Set::Put(RECREATE.into(), json!({ "type": "Recreate" }))])
}
