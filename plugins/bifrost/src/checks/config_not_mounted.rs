//! # Bifrost does not find its config.json
//!
//! ## What it means
//! Bifrost reads `config.json` in its app directory (`/app/data` in the image). In this pod the
//! file is in a different place, or missing. A volume may also refer to a ConfigMap that does not
//! exist, or a `subPath` to a key that the ConfigMap does not have.
//!
//! ## Why it matters
//! Bifrost starts with `config file not found at path: ..., initializing with default values`,
//! which it does not treat as an error. The gateway then has no providers, and every request gets
//! 400 `failed to get config for provider ...: not found`. With a missing ConfigMap the pod stays in
//! ContainerCreating; with a missing key the path is an empty directory, and Bifrost exits.
//!
//! ## Example
//! The ConfigMap is mounted at `/config`, and nothing copies the file: mount it with `subPath:
//! config.json` at `/app/data/config.json`.
//!
//! ## Fix safety
//! Unsafe: a mount changes the pod. Where it is not known which configuration is meant, there is none.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed; Kubernetes, volumes and subPath.

use igw_core::bifrost::cause::Cause;
use igw_core::bifrost::instance::{Delivery, Instance};
use igw_core::bifrost::instances;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::repairs::{self, Repairs as _};
use igw_core::check::{Check, Sink};
use igw_core::facts::views::{ConfigMap, VolumeMount};
use igw_core::facts::{Facts, Why};
use igw_core::finding::Severity;
use igw_core::fix::{Fix, Set};
use igw_core::kube::{Kind, pointer};
use igw_core::page;

use crate::foretold::seen;

pub static CHECK: Check = Check {
    code: "IGW0218",
    name: "config-not-mounted",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for instance in instances::all(facts).iter().filter(|instance| instance.workload.is_some()) {
        let volumes = instance.blocked.iter().filter(|found| found.cause == Cause::NotMounted);
        let mut waits = false;
        for found in volumes {
            waits = true;
            let finding = instance.at_workload(found.path.clone(), &found.says);
            out.finding(finding.explain(elsewhere(facts, instance, &found.says)));
        }
        if waits {
            continue;
        }
        let says = match &instance.delivery {
            Delivery::Mounted | Delivery::Copied | Delivery::Alone => {
                out.passed();
                continue;
            }
            Delivery::Unknown(why) => {
                let why = Why::not_given(why.clone());
                out.not_checked(Kind::ConfigMap, &instance.namespace, why);
                continue;
            }
            Delivery::Elsewhere(at) => format!(
                "its config.json is at {}, where Bifrost does not look",
                igw_core::text::clip(at, 120)
            ),
            Delivery::Directory(why) => {
                let path = instance.container_path("/volumeMounts");
                let text = "Kubernetes then mounts an empty directory at the path of the file, and Bifrost exits: failed to read config file: read config.json: is a directory.";
                let finding = instance.at_workload(path, format!("the {why}")).explain(text);
                let finding = finding.repair(by_its_key(instance));
                out.finding(seen(facts, instance, Cause::NotMounted, finding));
                continue;
            }
            Delivery::Missing => "no volume holds a config.json for it".to_owned(),
        };
        let path = instance.container_path("/volumeMounts");
        out.finding(
            instance
                .at_workload(path, says)
                .explain("Bifrost starts with default values and no providers, and logs this only as one info line.")
                .effect(400, 1.0, "every model")
                .repair(at_its_place(instance)),
        );
    }
}

/// What follows from a volume that refers to something that is not there, and where it is instead.
fn elsewhere(facts: &Facts, instance: &Instance, says: &str) -> String {
    let text = "The pod stays in ContainerCreating (FailedMount). A pod mounts objects of its own namespace only.";
    let others = facts.store.known::<ConfigMap>().filter(|map| {
        map.meta.namespace != instance.namespace
            && says == format!("ConfigMap {}/{} does not exist", instance.namespace, map.meta.name)
    });
    let places: Vec<String> = others.map(|map| map.meta.full_name()).collect();
    match places.is_empty() {
        true => text.to_owned(),
        false => format!("{text} One of that name is {}.", igw_core::text::list(&places)),
    }
}

/// The mount whose key is not there, with the only key that is a configuration.
fn by_its_key(instance: &Instance) -> Option<Fix> {
    let wanted = wanted(instance);
    let (at, _) = mounts(instance)?.find(|(_, own)| own.mount_path == wanted)?;
    let (_, key) = pointer::split_last(&instance.document.as_ref()?.path)?;
    let place = instance.container_path(&format!("/volumeMounts/{at}/subPath"));
    let fix = Fix::unsafe_as("a mount changes the pod", repairs::set_to(&place, &key));
    instance.edit_pod(fix, vec![Set::Put(place, key.into())])
}

/// The mount that has the configuration, where Bifrost looks.
fn at_its_place(instance: &Instance) -> Option<Fix> {
    let Delivery::Elsewhere(is) = &instance.delivery else { return None };
    let wanted = wanted(instance);
    let file = is.rsplit('/').next()?;
    let (at, mount) = mounts(instance)?.find(|(_, own)| {
        let path = own.mount_path.trim_end_matches('/');
        path == is || own.sub_path.is_empty() && format!("{path}/{file}") == *is
    })?;
    let field = |name: &str| instance.container_path(&format!("/volumeMounts/{at}/{name}"));
    let mut sets = vec![Set::Put(field("mountPath"), wanted.clone().into())];
    if mount.sub_path.is_empty() {
        sets.push(Set::Put(field("subPath"), file.into()));
    }
    let title = format!("mount {file} at {wanted}");
    instance.edit_pod(Fix::unsafe_as("a mount changes the pod", title), sets)
}

/// Where Bifrost looks.
fn wanted(instance: &Instance) -> String {
    format!("{}/config.json", instance.app_dir().trim_end_matches('/'))
}

fn mounts(instance: &Instance) -> Option<impl Iterator<Item = (usize, &VolumeMount)>> {
    Some(instance.container()?.volume_mounts.iter().enumerate())
}
