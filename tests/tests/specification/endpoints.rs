//! Section 8, second part: whether anybody is behind a Service.

use super::world::{SpecWorld, routes};

const RESOLVED: [&str; 1] = ["gw: Accepted=True/Accepted ResolvedRefs=True/ResolvedRefs"];

fn with_slice(service_port: &str, slice: &str) -> SpecWorld {
    routes(&format!(
        "
kind: Service
metadata: {{name: s}}
spec: {{selector: {{app: s}}, ports: [{service_port}]}}
---
kind: EndpointSlice
metadata: {{name: s-1, labels: {{kubernetes.io/service-name: s}}}}
addressType: IPv4
{slice}
---
kind: HTTPRoute
metadata: {{name: r}}
spec: {{parentRefs: [{{name: gw}}], rules: [{{backendRefs: [{{name: s, port: 80}}]}}]}}
"
    ))
}

/// hr:288-291: no ready endpoint is 503 and no condition. Ready is `conditions.ready` != false
/// in a slice whose port has the name of the Service's port.
#[test]
fn ready_endpoints() {
    let (plain, named) = ("{port: 80}", "{name: web, port: 80}");
    let ready = "{addresses: [10.0.0.1], conditions: {ready: true}}";
    let unready = "{addresses: [10.0.0.2], conditions: {ready: false}}";
    let silent = "{addresses: [10.0.0.3]}";
    for (port, slice_ports, endpoints, expected) in [
        (plain, "{name: '', port: 8080}", ready.to_owned(), "200 s"),
        (plain, "{port: 8080}", silent.to_owned(), "200 s"),
        (plain, "{name: '', port: 8080}", format!("{unready}, {ready}"), "200 s"),
        (plain, "{name: '', port: 8080}", unready.to_owned(), "503 s"),
        (plain, "{name: '', port: 8080}", String::new(), "503 s"),
        (named, "{name: web, port: 8080}", ready.to_owned(), "200 s"),
        (named, "{name: other, port: 8080}", ready.to_owned(), "503 s"),
        (named, "{name: other, port: 1}, {name: web, port: 2}", ready.to_owned(), "200 s"),
        (plain, "{name: other, port: 8080}", ready.to_owned(), "503 s"),
    ] {
        let slice = format!("ports: [{slice_ports}]\nendpoints: [{endpoints}]");
        let world = with_slice(port, &slice);
        world.answers(&[("http://x.io/", expected)]);
        assert_eq!(world.status("HTTPRoute r"), RESOLVED);
    }
}

/// HTTPRouteServiceTypes: headless Services and hand-written EndpointSlices are fine.
#[test]
fn headless_and_manual() {
    let world = routes(
        "
kind: Service
metadata: {name: headless}
spec: {clusterIP: None, selector: {app: x}, ports: [{port: 8080}]}
---
kind: EndpointSlice
metadata: {name: headless-1, labels: {kubernetes.io/service-name: headless}}
ports: [{port: 3000}]
endpoints: [{addresses: [10.0.0.1]}]
---
kind: Service
metadata: {name: manual}
spec: {ports: [{port: 8080}]}
---
kind: EndpointSlice
metadata: {name: m, labels: {kubernetes.io/service-name: manual}}
ports: [{name: '', port: 3000}]
endpoints: [{addresses: [192.0.2.7]}]
---
kind: HTTPRoute
metadata: {name: r}
spec:
  parentRefs: [{name: gw}]
  rules:
  - {matches: [{path: {value: /headless}}], backendRefs: [{name: headless, port: 8080}]}
  - {matches: [{path: {value: /manual}}], backendRefs: [{name: manual, port: 8080}]}
",
    );
    world
        .answers(&[("http://x.io/headless", "200 headless"), ("http://x.io/manual", "200 manual")]);
    assert_eq!(world.status("HTTPRoute r"), RESOLVED);
}

/// ref:117-122: an ExternalName Service is up to the implementation: nothing is claimed.
#[test]
fn external_name() {
    let world = routes(
        "
kind: Service
metadata: {name: ext}
spec: {type: ExternalName, externalName: example.org, ports: [{port: 443}]}
---
kind: HTTPRoute
metadata: {name: r}
spec: {parentRefs: [{name: gw}], rules: [{backendRefs: [{name: ext, port: 443}]}]}
",
    );
    world.answers(&[("http://x.io/", "unknown")]);
}

/// HTTPRouteBackendProtocolWebSocket: the port says how it is spoken to, and is reached.
#[test]
fn web_sockets() {
    let world = with_slice(
        "{port: 80, appProtocol: kubernetes.io/ws}",
        "ports: [{port: 8080}]\nendpoints: [{addresses: [10.0.0.1]}]",
    );
    world.answers(&[("http://x.io/", "200 s")]);
}
