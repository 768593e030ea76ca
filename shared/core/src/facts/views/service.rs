//! Service and EndpointSlice.

use serde::Deserialize;
use serde_json::Value;

use crate::facts::fields::{part, strings};
use crate::facts::{Notes, View};
use crate::kube::{Interned, Meta, Pairs, intern};
use crate::schema::Refusal;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    pub meta: Meta,
    /// `spec.type`.
    pub kind: Interned,
    /// `spec.clusterIP`; `None` in a manifest that was never applied.
    pub cluster_ip: Option<String>,
    /// `spec.ports`.
    pub ports: Vec<ServicePort>,
    /// `spec.selector`; `None` or empty: endpoints are managed manually.
    pub selector: Pairs,
    /// `spec.publishNotReadyAddresses`: pods that are not ready are endpoints, too.
    pub publishes_not_ready: bool,
    /// Whether it is of type LoadBalancer and its status, which was given, has no address.
    pub pending: bool,
}

impl Service {
    /// The port that a backendRef with this number means.
    pub fn port(&self, number: Option<u16>) -> Option<&ServicePort> {
        self.ports.iter().find(|port| Some(port.port) == number)
    }

    /// Whether it selects a pod with these labels; always false without a selector.
    pub fn selects(&self, labels: &Pairs) -> bool {
        let mut wanted = self.selector.iter();
        !self.selector.is_empty() && wanted.all(|(name, value)| labels.get(name) == Some(value))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ServicePort {
    /// Name; may be empty when it is the only one.
    pub name: String,
    /// Port that clients use.
    pub port: u16,
    /// Port of the pod: a number or a container port's name.
    pub target_port: Value,
    /// `TCP`, `UDP` or `SCTP`; empty: TCP.
    pub protocol: String,
    /// The protocol spoken to the backend, e.g. `kubernetes.io/h2c`.
    pub app_protocol: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointSlice {
    /// Metadata without labels, since a large cluster has many slices.
    pub meta: Meta,
    /// The Service that it belongs to, by its label.
    pub service: Option<Box<str>>,
    /// The ServiceImport that it belongs to, by its label.
    pub import: Option<Box<str>>,
    /// Whether its addresses are names (`addressType: FQDN`).
    pub has_names: bool,
    pub ports: Vec<SlicePort>,
    /// How many endpoints are ready (`conditions.ready` is not false).
    pub ready: usize,
    pub endpoints: usize,
}

impl EndpointSlice {
    /// The label that names the Service.
    pub const SERVICE: &str = "kubernetes.io/service-name";
    /// The label that names the ServiceImport.
    pub const IMPORT: &str = "multicluster.kubernetes.io/service-name";
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct SlicePort {
    /// Name, as the Service port's.
    pub name: Option<String>,
    pub port: Option<u16>,
}

impl View for Service {
    fn read(_: &mut Notes, object: &Value, meta: Meta) -> Result<Self, Refusal> {
        let mut ports: Vec<ServicePort> = part(object, "/spec/ports")?;
        for port in &mut ports {
            if port.target_port.is_null() {
                port.target_port = port.port.into();
            }
        }
        let kind: String = part(object, "/spec/type")?;
        let balancer = &object["status"]["loadBalancer"];
        let unassigned = balancer["ingress"].as_array().is_none_or(Vec::is_empty);
        Ok(Service {
            meta,
            kind: intern(if kind.is_empty() { "ClusterIP".into() } else { kind.clone() }),
            cluster_ip: object["spec"]["clusterIP"].as_str().map(str::to_owned),
            ports,
            selector: strings(&object["spec"]["selector"]),
            publishes_not_ready: object["spec"]["publishNotReadyAddresses"] == true,
            pending: kind == "LoadBalancer" && balancer.is_object() && unassigned,
        })
    }
}

impl View for EndpointSlice {
    fn read(_: &mut Notes, object: &Value, mut meta: Meta) -> Result<Self, Refusal> {
        let labels = std::mem::take(&mut meta.labels);
        let endpoints: Vec<Value> = part(object, "/endpoints")?;
        let ready = |e: &&Value| e["conditions"]["ready"].as_bool() != Some(false);
        Ok(EndpointSlice {
            meta,
            service: labels.get(EndpointSlice::SERVICE).map(Into::into),
            import: labels.get(EndpointSlice::IMPORT).map(Into::into),
            has_names: object["addressType"] == "FQDN",
            ports: part(object, "/ports")?,
            ready: endpoints.iter().filter(ready).count(),
            endpoints: endpoints.len(),
        })
    }

    fn selectable(&self) -> Vec<(&str, &str)> {
        let service = self.service.iter().map(|service| (Self::SERVICE, &**service));
        let import = self.import.iter().map(|import| (Self::IMPORT, &**import));
        service.chain(import).collect()
    }
}
