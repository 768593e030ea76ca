//! Section 4: which listener of a port takes a request.

use super::world::{SpecWorld, world};

fn isolation() -> SpecWorld {
    let route = |name: &str| {
        format!(
            "
kind: HTTPRoute
metadata: {{name: {name}}}
spec:
  parentRefs: [{{name: gw, sectionName: {name}}}]
  rules: [{{matches: [{{path: {{value: /{name}}}}}], backendRefs: [{{name: a, port: 8080}}]}}]
---
"
        )
    };
    let gateway = "
kind: Gateway
metadata: {name: gw}
spec:
  gatewayClassName: example
  listeners:
  - {name: any, port: 80, protocol: HTTP}
  - {name: wild, port: 80, protocol: HTTP, hostname: '*.example.com'}
  - {name: deep, port: 80, protocol: HTTP, hostname: '*.foo.example.com'}
  - {name: exact, port: 80, protocol: HTTP, hostname: abc.foo.example.com}
---
";
    let routes = ["any", "wild", "deep", "exact"].map(route).concat();
    world(&format!("{gateway}{routes}"))
}

/// gw:146-166: exact, then the wildcard with more labels, then the shorter one, then no hostname;
/// a wildcard stands for one or more labels and never for its own parent.
#[test]
fn most_specific() {
    isolation().listeners(&[
        ("http://abc.foo.example.com/exact", "gw/exact 200 a"),
        ("http://x.foo.example.com/deep", "gw/deep 200 a"),
        ("http://x.abc.foo.example.com/deep", "gw/deep 200 a"),
        ("http://foo.example.com/wild", "gw/wild 200 a"),
        ("http://x.example.com/wild", "gw/wild 200 a"),
        ("http://x.y.example.com/wild", "gw/wild 200 a"),
        ("http://example.com/any", "gw/any 200 a"),
        ("http://anexample.com/any", "gw/any 200 a"),
        ("http://bar.com/any", "gw/any 200 a"),
    ]);
}

/// GatewayHTTPListenerIsolation: routes of less specific listeners get nothing, not even what the
/// most specific one's leave over.
#[test]
fn listener_isolation() {
    let world = isolation();
    for (host, own) in [
        ("bar.com", "any"),
        ("bar.example.com", "wild"),
        ("bar.foo.example.com", "deep"),
        ("abc.foo.example.com", "exact"),
    ] {
        for path in ["any", "wild", "deep", "exact"] {
            let request = format!("http://{host}/{path}");
            let expected = match path == own {
                true => format!("gw/{own} 200 a"),
                false => format!("gw/{own} 404"),
            };
            world.listeners(&[(&request, &expected)]);
        }
    }
}

/// HTTPRouteListenerHostnameMatching.
#[test]
fn listener_hostname_matching() {
    let world = world(
        "
kind: Gateway
metadata: {name: gw}
spec:
  gatewayClassName: example
  listeners:
  - {name: one, port: 80, protocol: HTTP, hostname: bar.com}
  - {name: two, port: 80, protocol: HTTP, hostname: foo.bar.com}
  - {name: three, port: 80, protocol: HTTP, hostname: '*.bar.com'}
  - {name: four, port: 80, protocol: HTTP, hostname: '*.foo.com'}
---
kind: HTTPRoute
metadata: {name: r1}
spec: {parentRefs: [{name: gw, sectionName: one}], rules: [{backendRefs: [{name: a, port: 8080}]}]}
---
kind: HTTPRoute
metadata: {name: r2}
spec: {parentRefs: [{name: gw, sectionName: two}], rules: [{backendRefs: [{name: b, port: 8080}]}]}
---
kind: HTTPRoute
metadata: {name: r3}
spec:
  parentRefs: [{name: gw, sectionName: three}, {name: gw, sectionName: four}]
  rules: [{backendRefs: [{name: c, port: 8080}]}]
",
    );
    world.answers(&[
        ("http://bar.com/", "200 a"),
        ("http://foo.bar.com/", "200 b"),
        ("http://baz.bar.com/", "200 c"),
        ("http://multiple.prefixes.bar.com/", "200 c"),
        ("http://multiple.prefixes.foo.com/", "200 c"),
        ("http://foo.com/", "404"),
        ("http://no.matching.host/", "404"),
    ]);
}

/// The Host is compared without its port and without regard to case.
#[test]
fn host_header() {
    isolation().listeners(&[
        ("http://10.0.0.1/exact Host:ABC.foo.Example.COM", "gw/exact 200 a"),
        ("http://10.0.0.1/exact Host:abc.foo.example.com:9999", "gw/exact 200 a"),
        ("http://10.0.0.1/wild Host:x.example.com:80", "gw/wild 200 a"),
    ]);
}

/// An IP literal is under no hostname.
#[test]
fn ip_literal() {
    isolation().listeners(&[
        ("http://192.0.2.10/any", "gw/any 200 a"),
        ("http://[2001:db8::1]/any", "gw/any 200 a"),
    ]);
    let named = world(
        "
kind: Gateway
metadata: {name: gw}
spec:
  gatewayClassName: example
  listeners: [{name: l, port: 80, protocol: HTTP, hostname: '*.io'}]
---
kind: HTTPRoute
metadata: {name: r}
spec: {parentRefs: [{name: gw}], rules: [{backendRefs: [{name: a, port: 8080}]}]}
",
    );
    named.answers(&[("http://192.0.2.10/", "404"), ("http://x.io/", "200 a")]);
}

/// sh:625-628: hostnames are lower case.
#[test]
fn hostname_pattern() {
    for hostname in ["My-NLB.elb.amazonaws.com", "'*'", "a.*.b", "a_b", "'a:80'", "''", "-a.io"] {
        let world = super::world::route(&format!("hostnames: [{hostname}]"));
        let at = ["HTTPRoute infra/r /spec/hostnames/0"];
        assert_eq!(world.refusals(), at, "{hostname}");
    }
}
