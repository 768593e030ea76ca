//! The directory that Bifrost keeps its databases in, as the pod template shows it.

use super::chown::{self, Gift};
use crate::facts::views::{Claim, Container, PodTemplate, Volume, VolumeMount, Workload};
use crate::facts::{Fact, Facts};

/// What lies under the data directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// No pod template is given.
    NotGiven,
    /// Nothing is mounted: the image's own directory, lost with the container.
    Image,
    /// Lost with the pod.
    Empty,
    Claim {
        name: String,
        modes: Option<Vec<String>>,
        /// Whether each pod has one of its own.
        per_pod: bool,
    },
    ReadOnly(String),
    Other(String),
}

/// Whether a container can write to the data directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Writable {
    /// It can, or nothing indicates otherwise.
    Yes,
    No(String),
    /// A new volume belongs to root, and nothing gives it to the container's user.
    UnlessRootOwned,
    Unknown(String),
}

/// What is mounted at a directory.
pub fn data(facts: &Facts, workload: &Workload, container: &Container, app_dir: &str) -> Data {
    let Ok(template) = &workload.template else {
        return Data::Other("the pod template cannot be read".to_owned());
    };
    let Some(mount) = mount_of(container, app_dir) else {
        return Data::Image;
    };
    if mount.read_only {
        return Data::ReadOnly("its mount is readOnly".to_owned());
    }
    let namespace = &workload.meta.namespace;
    match volume_of(template, &mount.name) {
        Some(Volume { persistent_volume_claim: Some(claim), .. }) if claim.read_only => {
            Data::ReadOnly("its claim is mounted readOnly".to_owned())
        }
        Some(Volume { persistent_volume_claim: Some(claim), .. }) => {
            let found = facts.get::<Claim>(namespace, &claim.claim_name);
            let modes = match found {
                Fact::Known(found) => Some(found.modes.clone()),
                _ => None,
            };
            Data::Claim { name: claim.claim_name.clone(), modes, per_pod: false }
        }
        Some(Volume { empty_dir: Some(_), .. }) => Data::Empty,
        Some(Volume { config_map: Some(_), .. } | Volume { secret: Some(_), .. }) => {
            Data::ReadOnly("it is a ConfigMap or a Secret, which is never writable".to_owned())
        }
        Some(Volume { projected: Some(_), .. }) => {
            Data::ReadOnly("it is a projected volume, which is never writable".to_owned())
        }
        Some(_) => Data::Other("it is a volume of another kind".to_owned()),
        None => match workload.claims.iter().find(|(name, _)| *name == mount.name) {
            Some((name, modes)) => {
                Data::Claim { name: name.clone(), modes: Some(modes.clone()), per_pod: true }
            }
            None => Data::Other(format!("volume {} is not declared", mount.name)),
        },
    }
}

/// The mount that a path lies in, if it covers a directory (no single file).
pub fn mount_of<'a>(container: &'a Container, path: &str) -> Option<&'a VolumeMount> {
    let covers = |mount: &&VolumeMount| {
        let at = mount.mount_path.trim_end_matches('/');
        let path = path.trim_end_matches('/');
        path == at || path.strip_prefix(at).is_some_and(|rest| rest.starts_with('/'))
    };
    container.volume_mounts.iter().filter(covers).max_by_key(|mount| mount.mount_path.len())
}

pub fn volume_of<'a>(template: &'a PodTemplate, name: &str) -> Option<&'a Volume> {
    template.volumes.iter().find(|volume| volume.name == name)
}

/// Whether a container can write to its data directory.
pub fn writable(
    data: &Data,
    template: &PodTemplate,
    container: &Container,
    app_dir: &str,
) -> Writable {
    let pod = template.security_context.clone().unwrap_or_default();
    let own = container.security_context.clone().unwrap_or_default();
    let user = own.run_as_user.or(pod.run_as_user);
    let read_only_root = own.read_only_root_filesystem == Some(true);
    match data {
        Data::ReadOnly(why) => Writable::No(why.clone()),
        Data::Image if read_only_root => {
            Writable::No("readOnlyRootFilesystem is set and no volume is mounted there".to_owned())
        }
        Data::Claim { .. } if user != Some(0) && pod.fs_group.is_none() => {
            let mount = mount_of(container, app_dir);
            let user = user.unwrap_or(1000);
            match mount.map(|mount| chown::gift(template, mount, app_dir, user)) {
                Some(Gift::Given) => Writable::Yes,
                Some(Gift::Unknown(why)) => Writable::Unknown(why),
                Some(Gift::Nothing) | None => Writable::UnlessRootOwned,
            }
        }
        Data::Other(why) => Writable::Unknown(why.clone()),
        _ => Writable::Yes,
    }
}
