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
//! Safe: `fsGroup: 1000` in the pod template. Unsafe where a ConfigMap is
//! mounted as the whole directory.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed; Kubernetes, fsGroup. The guide
//! expects owner 1000 and a different message.

use igw_core::bifrost::cause::Cause;
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::instances;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::repairs::Repairs as _;
use igw_core::check::{Check, Sink};
use igw_core::facts::views::{Volume, VolumeMount};
use igw_core::facts::{Facts, Why};
use igw_core::finding::Severity;
use igw_core::fix::{Fix, Set};
use igw_core::kube::{Kind, pointer};
use igw_core::page;
use igw_core::workload::volume::{Writable, writable};
use serde_json::json;

use crate::foretold::seen;

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
                let finding = instance.at_workload(path, title).explain(
                    "Bifrost exits: open config.db: read-only file system, or permission denied. Mount a single file of a ConfigMap with subPath.",
                ).repair(single_file(instance));
                out.finding(seen(facts, instance, Cause::DataNotWritable, finding));
            }
            Writable::Unknown(why) => {
                let why = format!("whether the data directory is writable: {why}");
                out.not_checked(Kind::Workload, &instance.namespace, Why::not_given(why));
            }
            Writable::UnlessRootOwned => {
                let title =
                    "a new volume belongs to root, and nothing makes it writable for Bifrost";
                let path = "/spec/template/spec";
                let finding = instance
                        .at_workload(path, title)
                        .only(Severity::Warning)
                        .explain("Bifrost runs as user 1000 and exits with open config.db: permission denied, unless the storage creates volumes that everyone can write. Set fsGroup: 1000 in the pod's securityContext; ls then shows root 1000, which is right.")
                        .repair(of_the_group(instance))
                        .guide("7", Some("it expects owner 1000 and the message failed to initialize database"));
                out.finding(seen(facts, instance, Cause::DataNotWritable, finding));
            }
        }
    }
}

fn of_the_group(instance: &Instance) -> Option<Fix> {
    let at = "/spec/template/spec/securityContext/fsGroup";
    let fix = Fix::safe("set fsGroup of the pod to 1000");
    instance.edit_pod(fix, vec![Set::Put(at.into(), 1000.into())])
}

/// The file of a ConfigMap alone, where it is mounted as the whole data directory, and the claim of the
/// pod that nothing mounts.
fn single_file(instance: &Instance) -> Option<Fix> {
    let (template, container) = (instance.template()?, instance.container()?);
    let document = instance.document.as_ref()?;
    let home = instance.app_dir().trim_end_matches('/');
    let own = |mount: &VolumeMount| {
        mount.mount_path.trim_end_matches('/') == home && mount.sub_path.is_empty()
    };
    let at = container.volume_mounts.iter().position(own)?;
    let volume = template.volumes.iter().find(|v| v.name == container.volume_mounts[at].name)?;
    volume.config_map.as_ref().filter(|map| map.name == document.object.name)?;
    let key = pointer::segments(&document.path).pop()?;
    let field = |name: &str| instance.container_path(&format!("/volumeMounts/{at}/{name}"));
    let mut sets = vec![
        Set::Put(field("mountPath"), format!("{home}/config.json").into()),
        Set::Put(field("subPath"), key.into()),
    ];
    let mounted = |volume: &Volume| container.volume_mounts.iter().any(|m| m.name == volume.name);
    let mut claims = template.volumes.iter().filter(|own| own.persistent_volume_claim.is_some());
    if let Some(claim) = claims.next().filter(|own| !mounted(own)) {
        let mount = json!({ "name": claim.name, "mountPath": home });
        sets.push(Set::Insert(instance.container_path("/volumeMounts"), None, mount));
    }
    let title = "mount config.json alone, by subPath";
    instance.edit_pod(Fix::unsafe_as("a mount changes the pod", title), sets)
}
