//! Which HTTP a proxy speaks to a port of a Service.

use crate::facts::Facts;
use crate::facts::views::{BackendRef, Service, ServicePort};
use crate::kube::Meta;

/// The port that a backendRef of a route names, if it is known.
pub fn port_of<'a>(
    facts: &Facts<'a>,
    route: &Meta,
    reference: &BackendRef,
) -> Option<&'a ServicePort> {
    if !reference.group.is_empty() || reference.kind != "Service" {
        return None;
    }
    let service = facts.get::<Service>(reference.namespace_from(route), &reference.name).known()?;
    service.port(reference.port)
}

/// Whether Envoy speaks HTTP/1.1 to it: it does unless `appProtocol` says otherwise (GEP-1911).
pub fn is_http1(port: &ServicePort) -> bool {
    port.app_protocol.as_deref().is_none_or(|own| own == "http")
}

/// Whether its name says that gRPC is spoken there.
pub fn is_called_grpc(port: &ServicePort) -> bool {
    let named = |name: &str| name == "grpc" || name.starts_with("grpc-") || name.ends_with("-grpc");
    let target = port.target_port.as_str().filter(|_| port.name.is_empty());
    named(target.unwrap_or(&port.name))
}
