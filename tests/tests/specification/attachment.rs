//! Section 5: hostnames in common, and why a route is not attached.

use super::world::{SpecWorld, world};

fn hosts(listener: &str, route: &str) -> SpecWorld {
    let hostname = match listener {
        "" => String::new(),
        name => format!(", hostname: '{name}'"),
    };
    let quoted: Vec<String> = route.split(' ').map(|h| format!("'{h}'")).collect();
    let hostnames = match route {
        "" => String::new(),
        _ => format!("hostnames: [{}], ", quoted.join(", ")),
    };
    world(&format!(
        "
kind: Gateway
metadata: {{name: gw}}
spec:
  gatewayClassName: example
  listeners: [{{name: l, port: 80, protocol: HTTP{hostname}}}]
---
kind: HTTPRoute
metadata: {{name: r}}
spec: {{parentRefs: [{{name: gw}}], {hostnames}rules: [{{}}]}}
"
    ))
}

/// hr:75-107, HTTPRouteHostnameIntersection: listener x route = what is served.
#[test]
fn intersection() {
    for (listener, route, common) in [
        ("", "", "*"),
        ("", "a.example.com", "a.example.com"),
        ("", "*.example.com", "*.example.com"),
        ("a.example.com", "", "a.example.com"),
        ("*.example.com", "", "*.example.com"),
        ("a.example.com", "a.example.com", "a.example.com"),
        ("a.example.com", "*.example.com", "a.example.com"),
        ("a.b.example.com", "*.example.com", "a.b.example.com"),
        ("*.example.com", "a.example.com", "a.example.com"),
        ("*.example.com", "a.b.example.com", "a.b.example.com"),
        ("*.com", "*.example.com", "*.example.com"),
        ("*.example.com", "*.com", "*.example.com"),
        ("*.example.com", "*.example.com", "*.example.com"),
        ("*.example.com", "x.io a.example.com *.io b.example.com", "a.example.com b.example.com"),
        ("a.example.com", "*.example.com a.example.com", "a.example.com"),
    ] {
        let world = hosts(listener, route);
        assert_eq!(world.attached(), [format!("l: {common}")], "{listener} x {route}");
        assert_eq!(
            world.status("HTTPRoute r"),
            ["gw: Accepted=True/Accepted ResolvedRefs=True/ResolvedRefs"]
        );
    }
}

/// hr:99-102: nothing in common.
#[test]
fn no_intersection() {
    for (listener, route) in [
        ("a.example.com", "b.example.com"),
        ("a.example.com", "example.com"),
        ("example.com", "*.example.com"),
        ("*.example.com", "example.com"),
        ("*.example.com", "anexample.com"),
        ("*.example.com", "*.other.com"),
        ("*.a.example.com", "b.example.com"),
        ("a.example.com", "*.b.example.com"),
        ("*.example.com", "x.io *.io example.com"),
    ] {
        let world = hosts(listener, route);
        assert!(world.attached().is_empty(), "{listener} x {route}");
        assert_eq!(
            world.status("HTTPRoute r"),
            ["gw: Accepted=False/NoMatchingListenerHostname ResolvedRefs=True/ResolvedRefs"],
            "{listener} x {route}"
        );
        assert_eq!(world.status("Gateway gw")[1], "l 0 [HTTPRoute GRPCRoute] good");
    }
}

/// HTTPRouteHostnameIntersection, as clients see it: the route's hostnames are ignored where the
/// listener's does not reach.
#[test]
fn what_clients_see() {
    let world = world(
        "
kind: Gateway
metadata: {name: gw}
spec:
  gatewayClassName: example
  listeners:
  - {name: exact, port: 80, protocol: HTTP, hostname: very.specific.com}
  - {name: wild, port: 80, protocol: HTTP, hostname: '*.wildcard.io'}
  - {name: other, port: 80, protocol: HTTP, hostname: '*.anotherwildcard.io'}
---
kind: HTTPRoute
metadata: {name: r1}
spec:
  parentRefs: [{name: gw}]
  hostnames: [non.matching.com, '*.nonmatchingwildcard.io', very.specific.com]
  rules: [{matches: [{path: {value: /s1}}], backendRefs: [{name: a, port: 8080}]}]
---
kind: HTTPRoute
metadata: {name: r2}
spec:
  parentRefs: [{name: gw}]
  hostnames: ['*.specific.com', foo.wildcard.io, wildcard.io, '*.anotherwildcard.io']
  rules: [{matches: [{path: {value: /s2}}], backendRefs: [{name: b, port: 8080}]}]
",
    );
    world.answers(&[
        ("http://very.specific.com/s1", "200 a"),
        ("http://very.specific.com:1234/s1", "none"),
        ("http://non.matching.com/s1", "404"),
        ("http://foo.nonmatchingwildcard.io/s1", "404"),
        ("http://very.specific.com/s2", "200 b"),
        ("http://foo.specific.com/s2", "404"),
        ("http://foo.wildcard.io/s2", "200 b"),
        ("http://bar.wildcard.io/s2", "404"),
        ("http://wildcard.io/s2", "404"),
        ("http://one.anotherwildcard.io/s2", "200 b"),
        ("http://one.two.anotherwildcard.io/s2", "200 b"),
        ("http://anotherwildcard.io/s2", "404"),
    ]);
}

/// When several reasons are possible: none selected, then not allowed, then no hostname.
#[test]
fn order_of_reasons() {
    for (parent, namespace, reason) in [
        ("sectionName: none", "infra", "NoMatchingParent"),
        ("sectionName: none", "apps", "NoMatchingParent"),
        ("port: 81", "apps", "NoMatchingParent"),
        ("sectionName: same", "apps", "NotAllowedByListeners"),
        ("sectionName: same", "infra", "NoMatchingListenerHostname"),
        ("sectionName: all", "apps", "NoMatchingListenerHostname"),
        ("port: 80", "apps", "NoMatchingListenerHostname"),
    ] {
        let world = world(&format!(
            "
kind: Gateway
metadata: {{name: gw}}
spec:
  gatewayClassName: example
  listeners:
  - {{name: same, port: 80, protocol: HTTP, hostname: a.io}}
  - {{name: all, port: 80, protocol: HTTP, hostname: b.io, allowedRoutes: {{namespaces: {{from: All}}}}}}
---
kind: HTTPRoute
metadata: {{name: r, namespace: {namespace}}}
spec: {{parentRefs: [{{name: gw, namespace: infra, {parent}}}], hostnames: [c.io], rules: [{{}}]}}
"
        ));
        let status = world.status(&format!("HTTPRoute {namespace}/r")).concat();
        assert!(status.contains(&format!(": Accepted=False/{reason} ")), "{parent}: {status}");
    }
}

/// A refused route's backends are looked at all the same.
#[test]
fn refs_of_a_refused_route() {
    let world = super::world::routes(
        "
kind: HTTPRoute
metadata: {name: r}
spec:
  parentRefs: [{name: gw, sectionName: none}]
  rules: [{backendRefs: [{name: nobody, port: 80}]}]
",
    );
    assert_eq!(
        world.status("HTTPRoute r"),
        ["gw#none: Accepted=False/NoMatchingParent ResolvedRefs=False/BackendNotFound"]
    );
}
