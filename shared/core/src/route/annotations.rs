//! Annotations of a Gateway that are meant for the Service of its proxy.

use crate::facts::views::Gateway;
use crate::fix::{Fix, Set};
use crate::kube::pointer;
use crate::text;

/// Prefixes of annotations that only a Service's load balancer controller reads.
const OF_SERVICES: [&str; 5] = [
    "service.beta.kubernetes.io/",
    "service.kubernetes.io/",
    "networking.gke.io/load-balancer",
    "metallb.io/",
    "metallb.universe.tf/",
];

/// Those that stay on the Gateway: only `spec.infrastructure.annotations` are copied to the
/// Service (observed 2; `gateway_parameters.go`).
pub fn lost(gateway: &Gateway) -> Vec<&str> {
    let passed_on =
        |key: &str| gateway.infrastructure_annotations.iter().any(|passed| passed == key);
    let keys = gateway.annotations.iter().map(|(key, _)| key);
    let of_service = |key: &&str| OF_SERVICES.iter().any(|start| key.starts_with(start));
    keys.filter(of_service).filter(|key| !passed_on(key)).collect()
}

/// Moves them to where they are copied from.
pub fn moved(gateway: &Gateway) -> Option<Fix> {
    let lost = lost(gateway);
    let mut sets = Vec::new();
    for key in &lost {
        let value = gateway.annotations.get(key)?;
        sets.push(Set::Put(pointer::join("/spec/infrastructure/annotations", key), value.into()));
        sets.push(Set::Drop(pointer::join("/metadata/annotations", key)));
    }
    let why = "they take effect then, and may replace the load balancer and its address";
    let title = format!(
        "move {} of {} to spec.infrastructure.annotations",
        text::count(lost.len(), "annotation"),
        gateway.meta.title()
    );
    (!sets.is_empty()).then(|| Fix::unsafe_as(why, title).change(&gateway.meta, sets))
}
