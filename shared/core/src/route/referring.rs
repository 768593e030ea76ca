//! The object that a backendRef names.

use super::grant::Crossing;
use crate::facts::views::*;
use crate::kube::{GATEWAY_API, Meta, full_name};

/// `Service ns/name:port`.
pub fn title(reference: &BackendRef, namespace: &str) -> String {
    let port = reference.port.map(|port| format!(":{port}")).unwrap_or_default();
    format!("{} {}{port}", reference.kind, full_name(namespace, &reference.name))
}

/// The cross-namespace reference that a backendRef makes, if any.
pub fn crossing<'a>(route: &'a Meta, reference: &'a BackendRef) -> Option<Crossing<'a>> {
    let to = reference.namespace_from(route);
    // Delegation needs no grant (kgateway.md 5).
    (to != route.namespace && !reference.is_delegation()).then_some(Crossing {
        from_group: GATEWAY_API,
        from_kind: &route.kind,
        from_namespace: &route.namespace,
        to_group: &reference.group,
        to_kind: &reference.kind,
        to_namespace: to,
        to_name: &reference.name,
    })
}
