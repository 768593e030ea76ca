//! Service and EndpointSlice.

use serde::Deserialize;
use serde_json::Value;

use crate::facts::word::Word;
use crate::facts::{Meta, Pairs};

/// A Service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Metadata.
    pub meta: Meta,
    /// `spec.type`.
    pub kind: Word,
    /// `spec.clusterIP`, where it is given: `None` in a manifest that was never stored.
    pub cluster_ip: Option<String>,
    /// `spec.ports`.
    pub ports: Vec<ServicePort>,
    /// `spec.selector`; `None` or empty: endpoints are written by hand.
    pub selector: Pairs,
}

impl Service {
    /// Whether a pod with these labels is behind it. Without a selector none is.
    pub fn selects(&self, labels: &Pairs) -> bool {
        let mut wanted = self.selector.iter();
        !self.selector.is_empty() && wanted.all(|(name, value)| labels.get(name) == Some(value))
    }
}

/// A port of a Service.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ServicePort {
    /// Name; may be empty when it is the only one.
    pub name: String,
    /// Port that clients use.
    pub port: u16,
    /// Port of the pod: a number or a container port's name.
    pub target_port: Value,
    /// The protocol spoken to the backend, e.g. `kubernetes.io/h2c`.
    pub app_protocol: Option<String>,
}

/// An EndpointSlice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointSlice {
    /// Metadata, without the labels: a large cluster has many slices.
    pub meta: Meta,
    /// The Service that it belongs to, by its label.
    pub service: Option<Box<str>>,
    /// Its ports.
    pub ports: Vec<SlicePort>,
    /// How many endpoints are ready (`conditions.ready` is not false).
    pub ready: usize,
    /// How many endpoints there are.
    pub endpoints: usize,
}

impl EndpointSlice {
    /// The label that names the Service.
    pub const SERVICE: &str = "kubernetes.io/service-name";

    /// The only label that anybody selects it by.
    pub fn label(&self) -> Vec<(&str, &str)> {
        self.service.iter().map(|service| (Self::SERVICE, &**service)).collect()
    }
}

/// A port of an EndpointSlice.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct SlicePort {
    /// Name, as the Service port's.
    pub name: Option<String>,
    /// Number.
    pub port: Option<u16>,
}
