//! What a workload says of its pods, and PersistentVolumeClaim.

use serde::Deserialize;
use serde_json::Value;

use crate::facts::{Hidden, Meta};

/// `spec.template.spec` of a workload.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PodTemplate {
    /// The containers.
    pub containers: Vec<Container>,
    /// The containers that run before them.
    pub init_containers: Vec<Container>,
    /// The volumes.
    pub volumes: Vec<Volume>,
    /// Defaults for all containers.
    pub security_context: Option<SecurityContext>,
    /// Whether Services of the namespace become environment variables; true by default.
    pub enable_service_links: Option<bool>,
}

/// A container.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Container {
    /// Name.
    pub name: String,
    /// Image.
    pub image: String,
    /// Replaces the image's entry point.
    pub command: Option<Vec<Hidden>>,
    /// Replaces the image's arguments.
    pub args: Option<Vec<Hidden>>,
    /// Environment.
    pub env: Vec<EnvVar>,
    /// Whole ConfigMaps and Secrets as environment.
    pub env_from: Vec<EnvFrom>,
    /// Mounts.
    pub volume_mounts: Vec<VolumeMount>,
    /// Overrides the pod's.
    pub security_context: Option<SecurityContext>,
    /// Whether and how it is found dead.
    pub liveness_probe: Option<Probe>,
    /// Whether and how it is found ready.
    pub readiness_probe: Option<Probe>,
    /// Holds the other probes back.
    pub startup_probe: Option<Probe>,
}

/// A probe.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Probe {
    /// `httpGet`.
    pub http_get: Option<HttpGet>,
    /// Seconds before the first one; 0 by default.
    pub initial_delay_seconds: Option<u64>,
    /// Seconds between two; 10 by default.
    pub period_seconds: Option<u64>,
    /// How many must fail; 3 by default.
    pub failure_threshold: Option<u64>,
}

/// A probe by HTTP.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct HttpGet {
    /// The path.
    pub path: String,
    /// A number or a container port's name.
    pub port: Value,
}

/// An environment variable.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct EnvVar {
    /// Name.
    pub name: String,
    /// Value.
    pub value: Option<Hidden>,
    /// Where the value comes from.
    pub value_from: Option<ValueFrom>,
}

/// Where a variable's value comes from.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ValueFrom {
    /// A key of a Secret.
    pub secret_key_ref: Option<KeyRef>,
    /// A key of a ConfigMap.
    pub config_map_key_ref: Option<KeyRef>,
}

/// A key of a Secret or a ConfigMap.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct KeyRef {
    /// The object's name.
    pub name: String,
    /// The key.
    pub key: String,
    /// Whether it may be missing.
    pub optional: bool,
}

/// A whole ConfigMap or Secret as environment.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct EnvFrom {
    /// Comes before each name.
    pub prefix: String,
    /// A ConfigMap.
    pub config_map_ref: Option<NameRef>,
    /// A Secret.
    pub secret_ref: Option<NameRef>,
}

/// A name.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct NameRef {
    /// The object's name.
    pub name: String,
}

/// A mount.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct VolumeMount {
    /// The volume.
    pub name: String,
    /// Where it appears.
    pub mount_path: String,
    /// Only this file or directory of it.
    pub sub_path: String,
    /// Whether it cannot be written.
    pub read_only: bool,
}

/// A volume; of the many kinds those that can hold a configuration or data.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Volume {
    /// Name.
    pub name: String,
    /// A ConfigMap.
    pub config_map: Option<FileSource>,
    /// A Secret.
    pub secret: Option<FileSource>,
    /// A claim.
    pub persistent_volume_claim: Option<ClaimRef>,
    /// A directory that lives as long as the pod.
    pub empty_dir: Option<Value>,
    /// Several sources in one directory.
    pub projected: Option<Projected>,
}

/// `projected`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Projected {
    /// The sources.
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
    /// Whether it may be missing.
    pub optional: bool,
}

/// A key under a path.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct KeyToPath {
    /// The key.
    pub key: String,
    /// The path below the mount.
    pub path: String,
}

/// `persistentVolumeClaim`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ClaimRef {
    /// The claim.
    pub claim_name: String,
    /// Whether it cannot be written.
    pub read_only: bool,
}

/// `securityContext` of a pod or a container.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SecurityContext {
    /// The user.
    pub run_as_user: Option<u64>,
    /// The group.
    pub run_as_group: Option<u64>,
    /// Whether a root user is refused.
    pub run_as_non_root: Option<bool>,
    /// The group that volumes are given to (pods only).
    pub fs_group: Option<u64>,
    /// Whether the image's own files cannot be written.
    pub read_only_root_filesystem: Option<bool>,
}

/// A PersistentVolumeClaim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Metadata.
    pub meta: Meta,
    /// `spec.accessModes`.
    pub modes: Vec<String>,
}
