//! Section 6: which route hostname answers for a Host.

use super::world::{routes, world};

fn one(name: &str, hostnames: &str, rest: &str) -> String {
    format!(
        "
kind: HTTPRoute
metadata: {{name: {name}}}
spec:
  parentRefs: [{{name: gw}}]
  hostnames: [{hostnames}]
  rules: [{{{rest}}}]
---
"
    )
}

/// hr:104-112: an exact hostname, then the longest wildcard, then no hostname.
#[test]
fn most_characters_win() {
    let world = routes(
        &[
            one("any", "", ""),
            one("com", "'*.com'", ""),
            one("wild", "'*.example.com'", ""),
            one("deep", "'*.a.example.com'", ""),
            one("exact", "x.example.com", ""),
        ]
        .concat(),
    );
    world.matches(&[
        ("http://x.example.com/", "exact 0.0 x.example.com"),
        ("http://y.example.com/", "wild 0.0 *.example.com"),
        ("http://x.a.example.com/", "deep 0.0 *.a.example.com"),
        ("http://b.x.a.example.com/", "deep 0.0 *.a.example.com"),
        ("http://example.com/", "com 0.0 *.com"),
        ("http://a.example.com/", "wild 0.0 *.example.com"),
        ("http://example.org/", "any 0.0 *"),
    ]);
}

/// Ties go across all routes of the hostname (section 7).
#[test]
fn one_hostname_many_routes() {
    let world = routes(
        &[
            one("a", "example.com", "matches: [{path: {value: /a}}]"),
            one("b", "example.com", "matches: [{path: {value: /a/b}}]"),
            one("c", "example.com, example.org", ""),
        ]
        .concat(),
    );
    world.matches(&[
        ("http://example.com/a", "a 0.0 example.com"),
        ("http://example.com/a/b", "b 0.0 example.com"),
        ("http://example.com/", "c 0.0 example.com"),
        ("http://example.org/a/b", "c 0.0 example.org"),
    ]);
}

/// No fall-through to a less specific hostname; the 404 names the route that is shadowed.
#[test]
fn no_fall_through() {
    let world = routes(
        &[
            one("narrow", "x.example.com", "matches: [{path: {value: /only}}]"),
            one("wide", "'*.example.com'", "matches: [{path: {value: /wide}}]"),
            one("any", "", "matches: [{path: {value: /any}}]"),
        ]
        .concat(),
    );
    world.matches(&[
        ("http://x.example.com/only", "narrow 0.0 x.example.com"),
        ("http://x.example.com/wide", "404"),
        ("http://x.example.com/any", "404"),
        ("http://y.example.com/wide", "wide 0.0 *.example.com"),
        ("http://y.example.com/any", "404"),
    ]);
    let trace = world.trace("http://x.example.com/wide").expect("a trace");
    let first = trace.near_misses.first().expect("a near miss");
    assert_eq!((first.route.name.as_str(), first.reason.kind), ("wide", "shadowed"));
}

/// Requests are matched by the hostname in common with the listener (hostdoc).
#[test]
fn the_intersection_is_what_counts() {
    let world = world(
        "
kind: Gateway
metadata: {name: gw}
spec:
  gatewayClassName: example
  listeners: [{name: http, port: 80, protocol: HTTP, hostname: x.example.com}]
---
kind: HTTPRoute
metadata: {name: r}
spec:
  parentRefs: [{name: gw}]
  hostnames: ['*.example.com', other.org]
  rules: [{}]
",
    );
    world.matches(&[
        ("http://x.example.com/", "r 0.0 x.example.com"),
        ("http://y.example.com/", "404"),
        ("http://other.org/", "404"),
    ]);
}

/// Upper case in the Host does not matter, nor does its port (hr:62-66).
#[test]
fn host_header() {
    let world = routes(&one("r", "api.example.com", ""));
    world.matches(&[
        ("http://API.Example.com/", "r 0.0 api.example.com"),
        ("http://10.0.0.1/ Host:api.example.com:8443", "r 0.0 api.example.com"),
        ("http://10.0.0.1/", "404"),
        ("http://api.example.com/ Host:", "404"),
    ]);
}
