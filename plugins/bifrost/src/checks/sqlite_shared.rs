//! # Several Bifrosts share one SQLite database
//!
//! ## What it means
//! The databases are SQLite files for one process, unless `config_store` is PostgreSQL. Several
//! replicas on one claim write the same files, or wait for each other: a ReadWriteOnce volume can
//! be mounted on one node only. Also one replica waits for itself when it is replaced by
//! RollingUpdate.
//!
//! ## Why it matters
//! Pods on other nodes stay in ContainerCreating (`Multi-Attach error`); on one node several
//! processes write one database. A rolling update on ReadWriteOnce can wait for ever.
//!
//! ## Example
//! `replicas: 3` and one claim with ReadWriteOnce: `replicas: 1` and `strategy: {type: Recreate}`,
//! or PostgreSQL.
//!
//! ## Fix safety
//! Unsafe: fewer replicas are less capacity.
//!
//! ## Sources
//! Kubernetes, access modes; Bifrost: two processes on one directory started without an error, as
//! seen. The guide runs 3 replicas on one claim.

use igw_core::bifrost::instance;
use igw_core::bifrost::volume::Data;
use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::finding::Severity;
use igw_core::scene::Scene;

/// IGW0703.
pub struct SqliteShared;

static META: Meta = Meta {
    code: "IGW0703",
    name: "sqlite-shared",
    severity: Severity::Error,
    needs: &[Kind::Workload, Kind::Claim],
    source: include_str!("sqlite_shared.rs"),
};

impl Check for SqliteShared {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for instance in instance::all(cx) {
            let (Some(workload), Data::Claim { name, modes, per_pod: false }) =
                (&instance.workload, &instance.data)
            else {
                continue;
            };
            let config = instance.config();
            let store = config.map(|config| &config.config_store);
            let postgres =
                store.and_then(|store| store.kind.as_ref()).is_some_and(|(k, _)| k == "postgres");
            let deployment = workload.meta.kind == "Deployment";
            let once = modes
                .as_ref()
                .is_some_and(|modes| !modes.iter().any(|mode| mode == "ReadWriteMany"));
            let volume = igw_core::words::clip(name, 80);
            if workload.replicas > 1 && !postgres {
                let title = format!(
                    "{} replicas share the SQLite databases on claim {volume}",
                    workload.replicas
                );
                let waits = if once {
                    "On other nodes its pods wait for the volume (Multi-Attach error); on one node they write the same files. "
                } else {
                    "They write the same files. "
                };
                out.finding(
                    instance
                        .at_workload("/spec/replicas", title)
                        .explain(format!("{waits}Use one replica with strategy Recreate, or config_store of type postgres."))
                        .guide("2", Some("it runs 3 replicas on one ReadWriteOnce claim")),
                );
            } else if deployment
                && once
                && workload.strategy != "Recreate"
                && workload.replicas == 1
            {
                let title = format!("a rolling update waits for the volume of claim {volume}");
                out.finding(
                    instance
                        .at_workload("/spec", title)
                        .only(Severity::Warning)
                        .explain("The new pod wants a ReadWriteOnce volume that the old one holds, and on another node waits for ever. strategy: {type: Recreate} cures it.")
                        .guide("2", None),
                );
            } else {
                out.passed();
            }
        }
    }
}
