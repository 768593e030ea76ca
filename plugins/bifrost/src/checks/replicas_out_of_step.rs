//! # Replicas do not see what is changed at run time
//!
//! ## What it means
//! Bifrost reads its configuration and its database at start only. Several replicas of it have each
//! their own state: with SQLite a database of their own, unless they share a volume, and with
//! PostgreSQL a copy in memory of what was there when they started.
//!
//! ## Why it matters
//! A provider or virtual key that is made in the UI or through the API reaches the replica that
//! answered, and the others only after a restart. Budgets and rate limits count in each replica.
//!
//! ## Example
//! `replicas: 2` with `config_store` of type postgres: keep everything in `config.json` and roll the
//! Deployment, or run one replica.
//!
//! ## Fix safety
//! Unsafe: fewer replicas mean less capacity.
//!
//! ## Sources
//! Bifrost's documentation and issues 1034, 2361, 3547 and 6415.

use igw_core::bifrost::instances;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::repairs::Repairs as _;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::Severity;
use igw_core::fix::{Fix, Set};
use igw_core::kube::Kind;
use igw_core::page;
use igw_core::workload::volume::Data;

use crate::replicas;

pub static CHECK: Check = Check {
    code: "IGW0709",
    name: "replicas-out-of-step",
    severity: Severity::Info,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload, Kind::Scaler],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for instance in instances::all(facts) {
        let (Some(workload), Some(config)) = (&instance.workload, instance.config()) else {
            continue;
        };
        let (least, most, scaler) = replicas::of(facts, workload);
        let postgres = config.config_store.is("postgres");
        let shared = matches!(instance.data, Data::Claim { per_pod: false, .. }) && !postgres;
        // One SQLite database for all is another check's.
        if most < 2 || shared || !config.has_database() {
            out.passed();
            continue;
        }
        let who = replicas::said(least, most, scaler);
        let title = format!("{who} do not see what is changed at run time in another one");
        let why = match postgres {
            true => "Each reads the database once, when it starts.",
            false => "Each has a database of its own.",
        };
        let fix = Fix::unsafe_as("fewer replicas mean less capacity", "run one replica");
        let alone = instance.edit_pod(fix, vec![Set::Put("/spec/replicas".into(), 1.into())]);
        let path = if scaler.is_some() { "/spec" } else { "/spec/replicas" };
        out.finding(instance.at_workload(path, title).explain(format!(
            "{why} What is made in the UI or the API reaches one replica, and budgets and limits count in each. Keep everything in config.json."
        )).repair(alone.filter(|_| scaler.is_none())));
    }
}
