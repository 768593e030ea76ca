//! Pods and what makes them.

use crate::facts::{Meta, Pairs};

use super::PodTemplate;

/// A Pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pod {
    /// Metadata.
    pub meta: Meta,
    /// Names of its container ports.
    pub port_names: Vec<String>,
    /// Numbers of its container ports.
    pub ports: Vec<u64>,
    /// The Ready condition, `None` when no status was given.
    pub ready: Option<bool>,
}

/// A Deployment, StatefulSet, DaemonSet or ReplicaSet: the pods it would make.
#[derive(Debug, Clone, PartialEq)]
pub struct Workload {
    /// Metadata.
    pub meta: Meta,
    /// Labels of its pods.
    pub pod_labels: Pairs,
    /// Names of the container ports of its pods.
    pub port_names: Vec<String>,
    /// Numbers of the container ports of its pods.
    pub ports: Vec<u64>,
    /// `spec.replicas`, 1 by default.
    pub replicas: u32,
    /// The images of its containers.
    pub images: Vec<String>,
    /// The pod template, or why it cannot be read.
    pub template: Result<PodTemplate, String>,
    /// `spec.strategy.type` (Deployment) or `spec.updateStrategy.type`; empty: not written.
    pub strategy: String,
    /// Names and access modes of `spec.volumeClaimTemplates`.
    pub claims: Vec<(String, Vec<String>)>,
}
