//! What a workload says of its pods.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::scheduling::{Affinity, ResourceNeeds, Toleration};
use crate::kube::Hidden;

/// `spec.template.spec` of a workload.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PodTemplate {
    pub containers: Vec<Container>,
    pub init_containers: Vec<Container>,
    pub volumes: Vec<Volume>,
    /// Defaults for all containers.
    pub security_context: Option<SecurityContext>,
    /// Whether Services of the namespace become environment variables; true by default.
    pub enable_service_links: Option<bool>,
    pub node_name: String,
    pub node_selector: BTreeMap<String, String>,
    pub affinity: Option<Affinity>,
    pub tolerations: Vec<Toleration>,
    /// Whether its containers listen on the node's own addresses.
    pub host_network: bool,
}

impl PodTemplate {
    /// The ports that it takes of its node: one pod of a node can have each.
    pub fn host_ports(&self) -> Vec<u16> {
        let all = self.containers.iter().flat_map(|own| &own.ports);
        let number = |own: &Value| own.as_u64().and_then(|own| u16::try_from(own).ok());
        let taken = all.filter_map(|port| match number(&port.host_port) {
            None | Some(0) => number(&port.container_port).filter(|_| self.host_network),
            given => given,
        });
        taken.collect()
    }
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Container {
    pub name: String,
    pub image: String,
    /// Replaces the image's entry point.
    pub command: Option<Vec<Hidden>>,
    /// Replaces the image's arguments.
    pub args: Option<Vec<Hidden>>,
    pub env: Vec<EnvVar>,
    /// Whole ConfigMaps and Secrets as environment.
    pub env_from: Vec<EnvFrom>,
    pub volume_mounts: Vec<VolumeMount>,
    /// Overrides the pod's.
    pub security_context: Option<SecurityContext>,
    pub liveness_probe: Option<Probe>,
    pub readiness_probe: Option<Probe>,
    /// Delays the other probes until it succeeds.
    pub startup_probe: Option<Probe>,
    pub resources: ResourceNeeds,
    pub ports: Vec<ContainerPort>,
}

/// A port of a container.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ContainerPort {
    /// A number; a template may have something else that is filled in later.
    pub container_port: Value,
    /// The port of the node that is taken for it.
    pub host_port: Value,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Probe {
    pub http_get: Option<HttpGet>,
    /// Seconds before the first one; 0 by default.
    pub initial_delay_seconds: Option<u64>,
    /// Seconds between two; 10 by default.
    pub period_seconds: Option<u64>,
    /// Number of consecutive failures that count as failed; 3 by default.
    pub failure_threshold: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct HttpGet {
    pub path: String,
    /// A number or a container port's name.
    pub port: Value,
    /// `HTTP` (the default, also where it is empty) or `HTTPS`.
    pub scheme: String,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct EnvVar {
    pub name: String,
    pub value: Option<Hidden>,
    pub value_from: Option<ValueFrom>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ValueFrom {
    pub secret_key_ref: Option<KeyRef>,
    pub config_map_key_ref: Option<KeyRef>,
}

/// A key of a Secret or a ConfigMap.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct KeyRef {
    pub name: String,
    pub key: String,
    pub optional: bool,
}

/// A whole ConfigMap or Secret as environment.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct EnvFrom {
    /// Prepended to each variable name.
    pub prefix: String,
    pub config_map_ref: Option<NameRef>,
    pub secret_ref: Option<NameRef>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct NameRef {
    pub name: String,
    pub optional: bool,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct VolumeMount {
    /// Name of the volume.
    pub name: String,
    pub mount_path: String,
    /// Mounts only this file or directory of the volume.
    pub sub_path: String,
    /// The same, made of variables.
    pub sub_path_expr: String,
    pub read_only: bool,
}

/// A volume; only the kinds that can hold configuration or data.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Volume {
    pub name: String,
    pub config_map: Option<FileSource>,
    pub secret: Option<FileSource>,
    pub persistent_volume_claim: Option<ClaimRef>,
    /// A directory that lives as long as the pod.
    pub empty_dir: Option<Value>,
    /// Several sources in one directory.
    pub projected: Option<Projected>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Projected {
    pub sources: Vec<Volume>,
}

/// A ConfigMap or Secret as files.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct FileSource {
    /// The object's name (`configMap.name`, `projected.sources[].secret.name`).
    pub name: String,
    /// The object's name (`secret.secretName`).
    pub secret_name: String,
    /// Which keys, under which paths; empty: all, under their own names.
    pub items: Vec<KeyToPath>,
    pub optional: bool,
}

impl FileSource {
    /// The name of the Secret, which a volume and a part of a projected one write differently.
    pub fn secret(&self) -> &str {
        let names = [&self.secret_name, &self.name];
        names.into_iter().find(|name| !name.is_empty()).map(String::as_str).unwrap_or_default()
    }
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct KeyToPath {
    pub key: String,
    /// The path below the mount.
    pub path: String,
}

/// `persistentVolumeClaim`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ClaimRef {
    pub claim_name: String,
    pub read_only: bool,
}

/// `securityContext` of a pod or a container.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SecurityContext {
    pub run_as_user: Option<u64>,
    pub run_as_group: Option<u64>,
    pub run_as_non_root: Option<bool>,
    /// The group that owns the volumes (pods only).
    pub fs_group: Option<u64>,
    pub read_only_root_filesystem: Option<bool>,
}
