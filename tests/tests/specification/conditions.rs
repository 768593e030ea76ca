//! Section 12: the statuses as a whole, in the Gateway API's own shape.

use serde_json::json;

use super::world::{bare, route};

fn condition(kind: &str, status: &str, reason: &str) -> serde_json::Value {
    json!({ "type": kind, "status": status, "reason": reason })
}

#[test]
fn a_good_gateway() {
    let world = route("rules: [{backendRefs: [{name: a, port: 8080}]}]");
    let expected = json!({
        "conditions": [
            condition("Accepted", "True", "Accepted"),
            condition("Programmed", "True", "Programmed"),
        ],
        "listeners": [ {
            "name": "http",
            "supportedKinds": [
                { "group": "gateway.networking.k8s.io", "kind": "HTTPRoute" },
                { "group": "gateway.networking.k8s.io", "kind": "GRPCRoute" },
            ],
            "conditions": [
                condition("Accepted", "True", "Accepted"),
                condition("Conflicted", "False", "NoConflicts"),
                condition("ResolvedRefs", "True", "ResolvedRefs"),
                condition("Programmed", "True", "Programmed"),
            ],
            "attachedRoutes": 1,
        } ],
    });
    assert_eq!(world.status_of("Gateway gw"), expected);
}

/// sh:587-600: an entry is keyed by parentRef and controllerName; the parentRef is the spec's.
#[test]
fn a_good_route() {
    let world = super::world::routes(
        "
kind: HTTPRoute
metadata: {name: r, namespace: apps}
spec:
  parentRefs: [{name: gw, namespace: infra, sectionName: http, port: 80}]
  rules: [{backendRefs: [{name: web, port: 8080}]}]
",
    );
    let expected = json!({ "parents": [ {
        "parentRef": {
            "group": "gateway.networking.k8s.io", "kind": "Gateway", "namespace": "infra",
            "name": "gw", "sectionName": "http", "port": 80,
        },
        "controllerName": "example.net/controller",
        "conditions": [
            condition("Accepted", "True", "Accepted"),
            condition("ResolvedRefs", "True", "ResolvedRefs"),
        ],
    } ] });
    assert_eq!(world.status_of("HTTPRoute apps/r"), expected);
}

/// sh:515-516: a route is accepted if one rule is; each bad reference has its reason.
#[test]
fn reasons_of_resolved_refs() {
    for (backend, reason) in [
        ("{name: a, port: 8080}", "True/ResolvedRefs"),
        ("{name: nobody, port: 8080}", "False/BackendNotFound"),
        ("{name: a, port: 1}", "False/BackendNotFound"),
        ("{name: far, namespace: backends, port: 8080}", "False/RefNotPermitted"),
    ] {
        let world = route(&format!(
            "rules: [{{backendRefs: [{{name: b, port: 8080}}]}}, {{backendRefs: [{backend}]}}]"
        ));
        let expected = format!("gw: Accepted=True/Accepted ResolvedRefs={reason}");
        assert_eq!(world.status("HTTPRoute r"), [expected], "{backend}");
    }
}

/// gw:48, 1021: what stands there as long as no controller has looked.
#[test]
fn nobody_has_looked() {
    let world = bare(
        "
kind: GatewayClass
metadata: {name: other}
spec: {controllerName: example.net/controller}
---
kind: Gateway
metadata: {name: gw}
spec: {gatewayClassName: missing, listeners: [{name: http, port: 80, protocol: HTTP}]}
",
    );
    let expected = json!({ "conditions": [
        condition("Accepted", "Unknown", "Pending"),
        condition("Programmed", "Unknown", "Pending"),
    ] });
    assert_eq!(world.status_of("Gateway gw"), expected);
}

/// Nothing is said of a Gateway whose class is not in the input (contract.md).
#[test]
fn unknown_class() {
    let world = bare(
        "
kind: Gateway
metadata: {name: gw}
spec: {gatewayClassName: example, listeners: [{name: http, port: 80, protocol: HTTP}]}
---
kind: HTTPRoute
metadata: {name: r}
spec: {parentRefs: [{name: gw}], rules: [{}]}
",
    );
    world.answers(&[("http://x.io/", "unknown")]);
    assert_eq!(world.status_of("Gateway gw"), serde_json::Value::Null);
    assert!(world.status("HTTPRoute r").is_empty());
}
