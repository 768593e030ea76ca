//! # Bifrost cannot write its data directory
//!
//! ## What it means
//! Bifrost keeps `config.db` and `logs.db` in its app directory and runs as user 1000. A new volume
//! belongs to root; `fsGroup` gives its group to the container. A ConfigMap over the whole
//! directory, a `readOnly` mount and a read-only root file system cannot be written at all.
//!
//! ## Why it matters
//! Bifrost exits: `open /app/data/config.db: permission denied`, or `read-only file system`. The
//! words `failed to initialize database` are PostgreSQL's and never appear here.
//!
//! ## Example
//! A claim at `/app/data` and no `securityContext: {fsGroup: 1000}` in the pod template. With it
//! `ls -la` shows `root 1000` and the setgid bit, which is right: fsGroup changes the group only.
//!
//! ## Fix safety
//! Safe: `fsGroup: 1000` in the pod template.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as seen; Kubernetes, fsGroup. The guide expects
//! owner 1000, and another message.

use igw_core::bifrost::instance;
use igw_core::bifrost::volume::{Writable, writable};
use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::finding::Severity;
use igw_core::scene::Scene;

/// IGW0702.
pub struct VolumeNotWritable;

static META: Meta = Meta {
    code: "IGW0702",
    name: "volume-not-writable",
    severity: Severity::Error,
    needs: &[Kind::Workload, Kind::Claim],
    source: include_str!("volume_not_writable.rs"),
};

impl Check for VolumeNotWritable {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for instance in instance::all(cx) {
            let (Some(template), Some(container)) = (instance.template(), instance.container())
            else {
                continue;
            };
            match writable(&instance.data, template, container) {
                Writable::Yes => out.passed(),
                Writable::No(why) => {
                    let title = format!("the data directory cannot be written: {why}");
                    let path = instance.container_path("/volumeMounts");
                    out.finding(instance.at_workload(path, title).explain(
                        "Bifrost exits: open config.db: read-only file system, or permission denied. A single file of a ConfigMap is mounted with subPath.",
                    ));
                }
                Writable::UnlessRootOwned => {
                    let title = "a new volume belongs to root, and nothing gives it to Bifrost";
                    let path = "/spec/template/spec";
                    out.finding(
                        instance
                            .at_workload(path, title)
                            .only(Severity::Warning)
                            .explain("Bifrost runs as user 1000 and exits with open config.db: permission denied, unless the storage makes volumes that everybody can write. fsGroup: 1000 in the pod's securityContext cures it; ls then shows root 1000, which is right.")
                            .guide("7", Some("it expects owner 1000 and the words failed to initialize database")),
                    );
                }
            }
        }
    }
}
