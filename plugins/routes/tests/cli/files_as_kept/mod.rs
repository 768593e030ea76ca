//! Files as people keep them: what is not an object, not filled in, or made by something else is no
//! fault, and what is a fault beside it is still found.

mod absence;
mod directories;
mod values;

use crate::program::{Ran, run_with};

/// A Gateway, and a route to a Service that has another port: one fault, whatever stands beside it.
const FAULTY: &str = "\
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: envoy}
spec: {controllerName: gateway.envoyproxy.io/gatewayclass-controller}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: front, namespace: net}
spec:
  gatewayClassName: envoy
  listeners:
  - {name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: wiki, namespace: wiki}
spec:
  parentRefs: [{name: front, namespace: net}]
  hostnames: [wiki.example.com]
  rules: [{backendRefs: [{name: wiki, port: 8099}]}]
---
apiVersion: v1
kind: Service
metadata: {name: wiki, namespace: wiki}
spec: {selector: {app: wiki}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: wiki, namespace: wiki}
spec:
  selector: {matchLabels: {app: wiki}}
  template:
    metadata: {labels: {app: wiki}}
    spec: {containers: [{name: main, image: wiki}]}
";

/// A route to a Service of its namespace.
fn route(namespace: &str, backend: &str) -> String {
    format!(
        "\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {{name: shop, namespace: {namespace}}}
spec:
  parentRefs: [{{name: front, namespace: net}}]
  hostnames: [shop.example.com]
  rules: [{{backendRefs: [{backend}]}}]
"
    )
}

/// A route of `shop` to a Service, with what else is given.
fn shop(backend: &str, more: &str) -> String {
    format!("{FAULTY}---\n{}---\n{more}", route("shop", backend))
}

const OTHER_SERVICE: &str = "\
apiVersion: v1
kind: Service
metadata: {name: cart-service, namespace: shop}
spec: {selector: {app: cart}, ports: [{port: 80}]}
";

fn names(manifests: &str, more: &[&str]) -> Ran {
    run_with(&[&["-f", "-", "-o", "name"], more].concat(), manifests)
}

/// Only the fault of `wiki` is found.
#[track_caller]
fn only_the_port(outcome: &Ran) {
    assert_eq!(outcome.stdout, "httproute/wiki/wiki IGW0111\n", "{outcome}");
    assert_eq!(outcome.code, Some(1), "{outcome}");
}
