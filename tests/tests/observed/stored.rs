//! Objects as the API server has them.

use igw_core::kube::Kind;
use igw_core::schema::{Channel, admit};
use serde_json::Value;

pub fn api_version(kind: &str) -> &'static str {
    match kind {
        "Namespace" | "Service" | "Secret" | "Pod" | "ConfigMap" => "v1",
        "EndpointSlice" => "discovery.k8s.io/v1",
        "TrafficPolicy"
        | "ListenerPolicy"
        | "BackendConfigPolicy"
        | "GatewayExtension"
        | "GatewayParameters"
        | "DirectResponse"
        | "Backend" => "gateway.kgateway.dev/v1alpha1",
        "ReferenceGrant" => "gateway.networking.k8s.io/v1beta1",
        _ => "gateway.networking.k8s.io/v1",
    }
}

/// The object as the API server hands it out: with defaults, a uid and a time of creation.
pub fn store_form(object: &mut Value, channel: Channel) {
    let api_version = object["apiVersion"].as_str().unwrap_or_default();
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let kind = Kind::of(group, object["kind"].as_str().unwrap_or_default());
    let mut admitted = object.clone();
    if kind.is_none_or(|kind| admit(kind, &mut admitted, false, channel).refusals.is_empty()) {
        let meta = &mut admitted["metadata"];
        meta["uid"] = "00000000-0000-0000-0000-000000000001".into();
        if meta["creationTimestamp"].is_null() {
            meta["creationTimestamp"] = "2026-11-22T23:00:00Z".into();
        }
        *object = admitted;
    }
}
