//! # Bifrost cannot write its data directory
//!
//! ## What it means
//! Bifrost keeps `config.db` and `logs.db` in its app directory and runs as user 1000. A new volume
//! belongs to root; `fsGroup` gives it to a group that the container is in. A ConfigMap over the
//! whole directory, a `readOnly` mount and a read-only root file system are never writable. An init
//! container helps if it runs `chown` or `chmod` on the directory itself, not on a file in it.
//!
//! ## Why it matters
//! Bifrost exits: `open /app/data/config.db: permission denied`, or `read-only file system`. The
//! message `failed to initialize database` is about PostgreSQL and never appears here.
//!
//! ## Example
//! A claim at `/app/data` and no `securityContext: {fsGroup: 1000}` in the pod template. With it
//! `ls -la` shows `root 1000` and the setgid bit, which is right: fsGroup changes only the group.
//!
//! ## Fix safety
//! Safe: `fsGroup: 1000` in the pod template.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed; Kubernetes, fsGroup. The guide
//! expects owner 1000 and a different message.

use igw_core::bifrost::instances;
use igw_core::check::{Check, Sink};
use igw_core::facts::{Facts, Why};
use igw_core::finding::Severity;
use igw_core::kube::Kind;
use igw_core::page;
use igw_core::workload::volume::{Writable, writable};

use crate::place::Place as _;

pub static CHECK: Check = Check {
    code: "IGW0702",
    name: "volume-not-writable",
    severity: Severity::Error,
    needs: &[Kind::Workload, Kind::Claim],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for instance in instances::all(facts) {
        let (Some(template), Some(container)) = (instance.template(), instance.container()) else {
            continue;
        };
        match writable(&instance.data, template, container, instance.app_dir()) {
            Writable::Yes => out.passed(),
            Writable::No(why) => {
                let title = format!("the data directory is not writable: {why}");
                let path = instance.container_path("/volumeMounts");
                out.finding(instance.at_workload(path, title).explain(
                    "Bifrost exits: open config.db: read-only file system, or permission denied. Mount a single file of a ConfigMap with subPath.",
                ));
            }
            Writable::Unknown(why) => {
                let why = format!("whether the data directory is writable: {why}");
                out.not_checked(Kind::Workload, &instance.namespace, Why::not_given(why));
            }
            Writable::UnlessRootOwned => {
                let title =
                    "a new volume belongs to root, and nothing makes it writable for Bifrost";
                let path = "/spec/template/spec";
                out.finding(
                    instance
                        .at_workload(path, title)
                        .only(Severity::Warning)
                        .explain("Bifrost runs as user 1000 and exits with open config.db: permission denied, unless the storage creates volumes that everyone can write. Set fsGroup: 1000 in the pod's securityContext; ls then shows root 1000, which is right.")
                        .guide("7", Some("it expects owner 1000 and the message failed to initialize database")),
                );
            }
        }
    }
}
