//! The rules that a CRD writes as expressions (CEL), on the defaulted object.
//!
//! Source: the `+kubebuilder:validation:XValidation` marks of Gateway API 1.6.1 (gw, hr, sh in
//! the Gateway API's `apis/v1`), and of kgateway's policies as far as they were seen.

mod experimental;
mod gateway;
mod http_route;
mod refuse;

use refuse::{Out, items, refuse, text};
use serde_json::Value;

use crate::kube::Kind;
use crate::pointer;

/// Adds the refusals of the CRD rules of `kind` in the given channel.
pub fn check(kind: Kind, object: &Value, experimental: bool, out: &mut Out) {
    let spec = &object["spec"];
    match kind {
        Kind::HttpRoute => http_route::check(spec, experimental, out),
        Kind::Gateway | Kind::ListenerSet => {
            gateway::listeners(spec, out);
            gateway::check(spec, out);
        }
        // The others of kgateway's kinds have their rules in their table.
        Kind::ListenerPolicy if object["kind"] == "HTTPListenerPolicy" => {
            targets(spec, out, "targetRefs may only reference a Gateway", |g, k| {
                g == "gateway.networking.k8s.io" && k == "Gateway"
            })
        }
        Kind::EndpointSlice => endpoints(object, out),
        _ => {}
    }
}

fn targets(spec: &Value, out: &mut Out, rule: &str, fits: impl Fn(&str, &str) -> bool) {
    for (i, target) in items(&spec["targetRefs"]).iter().enumerate() {
        if !fits(text(target, "group"), text(target, "kind")) {
            refuse(out, pointer!["spec", "targetRefs", i], rule);
        }
    }
}

fn endpoints(object: &Value, out: &mut Out) {
    for (i, endpoint) in items(&object["endpoints"]).iter().enumerate() {
        for (j, address) in items(&endpoint["addresses"]).iter().enumerate() {
            let address = address.as_str().unwrap_or_default();
            if address.starts_with("127.") || address == "::1" {
                let at = pointer!["endpoints", i, "addresses", j];
                refuse(out, at, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
            }
        }
    }
}
