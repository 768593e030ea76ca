//! Section 0: the order of decisions and the table of verdicts.

use super::world::{bare, route, routes, world};

/// A Gateway whose class does not exist is nobody's: no proxy, no status.
#[test]
fn no_class() {
    let world = bare(
        "
kind: GatewayClass
metadata: {name: other}
spec: {controllerName: example.net/controller}
---
kind: Gateway
metadata: {name: gw}
spec: {gatewayClassName: example, listeners: [{name: http, port: 80, protocol: HTTP}]}
---
kind: HTTPRoute
metadata: {name: r}
spec: {parentRefs: [{name: gw}], rules: [{}]}
",
    );
    world.answers(&[("http://x.io/", "none")]);
    assert_eq!(world.status("Gateway gw"), ["Accepted=Unknown/Pending Programmed=Unknown/Pending"]);
    assert!(world.status("HTTPRoute r").is_empty());
}

/// No listener has the port: no connection, not an HTTP status. The scheme must fit, too.
#[test]
fn no_connection() {
    let world = world(
        "
kind: Secret
metadata: {name: cert}
---
kind: Gateway
metadata: {name: gw}
spec:
  gatewayClassName: example
  listeners:
  - {name: http, port: 80, protocol: HTTP}
  - {name: https, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: cert}]}}
---
kind: HTTPRoute
metadata: {name: r}
spec: {parentRefs: [{name: gw}], rules: [{backendRefs: [{name: a, port: 8080}]}]}
",
    );
    world.answers(&[
        ("http://x.io/", "200 a"),
        ("https://x.io/", "200 a"),
        ("http://x.io:8080/", "none"),
        ("https://x.io:80/", "none"),
        ("http://x.io:443/", "none"),
    ]);
}

/// gw:203-206: no listener hostname matches: 404.
#[test]
fn no_listener_hostname() {
    let world = world(
        "
kind: Gateway
metadata: {name: gw}
spec:
  gatewayClassName: example
  listeners: [{name: http, port: 80, protocol: HTTP, hostname: a.example.com}]
---
kind: HTTPRoute
metadata: {name: r}
spec: {parentRefs: [{name: gw}], rules: [{backendRefs: [{name: a, port: 8080}]}]}
",
    );
    world.answers(&[("http://a.example.com/", "200 a"), ("http://b.example.com/", "404")]);
}

/// A route that is not attached answers nothing: 404 when nothing else matches.
#[test]
fn not_attached() {
    let world = routes(
        "
kind: HTTPRoute
metadata: {name: r}
spec:
  parentRefs: [{name: gw, sectionName: nowhere}]
  rules: [{backendRefs: [{name: a, port: 8080}]}]
",
    );
    world.answers(&[("http://x.io/", "404")]);
    assert_eq!(
        world.status("HTTPRoute r"),
        ["gw#nowhere: Accepted=False/NoMatchingParent ResolvedRefs=True/ResolvedRefs"]
    );
}

/// hr:208-209: no rule matches: 404, and every condition is True.
#[test]
fn no_rule() {
    let world = route(
        "
hostnames: [x.io]
rules: [{matches: [{path: {value: /v1}}], backendRefs: [{name: a, port: 8080}]}]",
    );
    world.answers(&[
        ("http://x.io/v1", "200 a"),
        ("http://x.io/", "404"),
        ("http://y.io/v1", "404"),
    ]);
    assert_eq!(
        world.status("HTTPRoute r"),
        ["gw: Accepted=True/Accepted ResolvedRefs=True/ResolvedRefs"]
    );
}

#[test]
fn backends() {
    let world = routes(
        "
kind: Service
metadata: {name: idle}
spec: {selector: {app: idle}, ports: [{port: 80}]}
---
kind: EndpointSlice
metadata: {name: idle-1, labels: {kubernetes.io/service-name: idle}}
ports: [{port: 8000}]
endpoints: []
---
kind: EndpointSlice
metadata: {name: a-1, labels: {kubernetes.io/service-name: a}}
ports: [{port: 8080}]
endpoints: [{addresses: [10.0.0.1]}]
---
kind: HTTPRoute
metadata: {name: r}
spec:
  parentRefs: [{name: gw}]
  rules:
  - {matches: [{path: {value: /missing}}], backendRefs: [{name: nobody, port: 80}]}
  - {matches: [{path: {value: /grant}}], backendRefs: [{name: far, namespace: backends, port: 8080}]}
  - {matches: [{path: {value: /some}}], backendRefs: [{name: a, port: 8080}, {name: nobody, port: 80}]}
  - {matches: [{path: {value: /idle}}], backendRefs: [{name: idle, port: 80}]}
  - {matches: [{path: {value: /empty}}]}
",
    );
    world.answers(&[
        ("http://x.io/missing", "500 nobody"),
        ("http://x.io/grant", "500 backends/far"),
        ("http://x.io/some", "200 a 0.5, 500 nobody 0.5"),
        ("http://x.io/idle", "503 idle"),
        ("http://x.io/empty", "500"),
    ]);
}

/// contract.md: a written `Accepted=False` counts, unless the object has changed since; True and
/// nothing written prove nothing.
#[test]
fn a_written_refusal() {
    let world = |status: &str, observed: u8| {
        bare(&format!(
            "
kind: GatewayClass
metadata: {{name: example, generation: 2}}
spec: {{controllerName: example.net/controller}}
status: {{conditions: [{{type: Accepted, status: '{status}', reason: Reason, observedGeneration: {observed}}}]}}
---
kind: Gateway
metadata: {{name: gw}}
spec: {{gatewayClassName: example, listeners: [{{name: http, port: 80, protocol: HTTP}}]}}
"
        ))
    };
    world("False", 2).answers(&[("http://x.io/", "none")]);
    world("False", 1).answers(&[("http://x.io/", "404")]);
    world("True", 2).answers(&[("http://x.io/", "404")]);
}
