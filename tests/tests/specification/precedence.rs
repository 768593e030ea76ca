//! Section 7, second half: which of several fitting matches wins.

use super::world::{SpecWorld, route, routes};

fn two(first: &str, second: &str) -> SpecWorld {
    route(&format!(
        "
rules:
- {{matches: [{first}], backendRefs: [{{name: a, port: 8080}}]}}
- {{matches: [{second}], backendRefs: [{{name: b, port: 8080}}]}}"
    ))
}

/// hr:184-209: each step beats all that follow, whatever the order of the rules.
#[test]
fn each_step_beats_the_next() {
    let steps = [
        "{path: {type: Exact, value: /foo/bar}}",
        "{path: {value: /foo/bar}}",
        "{path: {value: /foo}, method: GET}",
        "{path: {value: /foo}, headers: [{name: h, value: v}, {name: i, value: v}]}",
        "{path: {value: /foo}, headers: [{name: h, value: v}], queryParams: [{name: q, value: p}, {name: r, value: p}]}",
        "{path: {value: /foo}, headers: [{name: h, value: v}], queryParams: [{name: q, value: p}]}",
        "{path: {value: /foo}, headers: [{name: h, value: v}]}",
        "{path: {value: /foo}, queryParams: [{name: q, value: p}, {name: r, value: p}]}",
        "{path: {value: /foo}}",
        "{path: {value: /}, method: GET, headers: [{name: h, value: v}]}",
        "{}",
    ];
    let request = "http://x.io/foo/bar?q=p&r=p h:v i:v";
    for (i, better) in steps.iter().enumerate() {
        for worse in &steps[i + 1..] {
            two(better, worse).answers(&[(request, "200 a")]);
            two(worse, better).answers(&[(request, "200 b")]);
        }
    }
}

/// HTTPRoutePathMatchOrder.
#[test]
fn path_order() {
    let world = route(
        "
rules:
- {matches: [{path: {value: /match}}], backendRefs: [{name: a, port: 8080}]}
- {matches: [{path: {type: Exact, value: /match}}], backendRefs: [{name: b, port: 8080}]}
- {matches: [{path: {value: /match/exact}}], backendRefs: [{name: c, port: 8080}]}
- {matches: [{path: {type: Exact, value: /match/exact/one}}], backendRefs: [{name: b, port: 8080}]}",
    );
    world.answers(&[
        ("http://x.io/match", "200 b"),
        ("http://x.io/match/", "200 a"),
        ("http://x.io/match/exactly", "200 a"),
        ("http://x.io/match/exact", "200 c"),
        ("http://x.io/match/exact/one", "200 b"),
        ("http://x.io/match/exact/one/two", "200 c"),
    ]);
}

/// HTTPRouteMatching: prefixes and headers of one route.
#[test]
fn matching() {
    let world = route(
        "
rules:
- matches: [{path: {value: /}}, {headers: [{name: version, value: one}]}]
  backendRefs: [{name: a, port: 8080}]
- matches: [{path: {value: /v2}}, {headers: [{name: version, value: two}]}]
  backendRefs: [{name: b, port: 8080}]",
    );
    world.matches(&[
        ("http://x.io/", "r 0.0 *"),
        ("http://x.io/example", "r 0.0 *"),
        ("http://x.io/ version:one", "r 0.1 *"),
        ("http://x.io/v2", "r 1.0 *"),
        ("http://x.io/v2/", "r 1.0 *"),
        ("http://x.io/v2/example version:one", "r 1.0 *"),
        ("http://x.io/v2example", "r 0.0 *"),
        ("http://x.io/ version:two", "r 1.1 *"),
        ("http://x.io/example version:two", "r 1.1 *"),
    ]);
}

/// HTTPRouteMatchingAcrossRoutes: the steps go across all routes of a hostname.
#[test]
fn matching_across_routes() {
    let world = routes(
        "
kind: HTTPRoute
metadata: {name: one}
spec:
  parentRefs: [{name: gw}]
  hostnames: [example.com, example.net]
  rules:
  - matches: [{path: {value: /}}, {headers: [{name: version, value: one}]}]
    backendRefs: [{name: a, port: 8080}]
---
kind: HTTPRoute
metadata: {name: two}
spec:
  parentRefs: [{name: gw}]
  hostnames: [example.com]
  rules:
  - matches: [{path: {value: /v2}}, {headers: [{name: version, value: two}]}]
    backendRefs: [{name: b, port: 8080}]
",
    );
    world.answers(&[
        ("http://example.com/", "200 a"),
        ("http://example.com/ version:one", "200 a"),
        ("http://example.net/ version:two", "200 a"),
        ("http://example.net/v2", "200 a"),
        ("http://example.com/v2", "200 b"),
        ("http://example.com/v2example", "200 a"),
        ("http://example.com/ version:two", "200 b"),
        ("http://other.com/", "404"),
    ]);
}

/// Ties: the older route; then `namespace/name`; then the first rule, then the first match.
#[test]
fn ties() {
    let one = |namespace: &str, name: &str, created: &str| {
        format!(
            "
kind: HTTPRoute
metadata: {{name: {name}, namespace: {namespace}{created}}}
spec:
  parentRefs: [{{name: gw, namespace: infra}}]
  rules:
  - {{matches: [{{path: {{value: /t}}}}, {{path: {{value: /t}}}}]}}
  - {{matches: [{{path: {{value: /t}}}}]}}
---
"
        )
    };
    let (old, new) = (
        ", creationTimestamp: '2026-01-01T00:00:00Z'",
        ", creationTimestamp: '2026-02-01T00:00:00Z'",
    );
    let request = "http://x.io/t";
    for (world, winner) in [
        ([one("infra", "z", old), one("apps", "a", new)], "z 0.0 *"),
        ([one("infra", "a", new), one("apps", "z", old)], "z 0.0 *"),
        ([one("infra", "a", old), one("apps", "z", old)], "z 0.0 *"),
        ([one("infra", "v", old), one("infra", "u", old)], "u 0.0 *"),
        ([one("infra", "u", ""), one("infra", "v", "")], "u 0.0 *"),
        ([one("infra", "u", ""), one("infra", "v", new)], "v 0.0 *"),
    ] {
        routes(&world.concat()).matches(&[(request, winner)]);
    }
}

/// A longer prefix is one with more characters as written, not with more elements.
#[test]
fn length_counts_characters() {
    two("{path: {value: /a/b}}", "{path: {value: /a}}").answers(&[("http://x.io/a/b", "200 a")]);
    two("{path: {value: /foo}}", "{path: {value: /foo/}}")
        .answers(&[("http://x.io/foo/bar", "200 b")]);
}

/// An ignored header entry (hr:614-627) adds nothing to the number of header matches.
#[test]
fn ignored_headers_do_not_count() {
    let twice = "{headers: [{name: X-A, value: v}, {name: x-a, value: w}]}";
    let two_headers = "{headers: [{name: x-a, value: v}, {name: x-b, value: v}]}";
    let one_header = "{headers: [{name: x-a, value: v}]}";
    two(twice, two_headers).answers(&[("http://x.io/ x-a:v x-b:v", "200 b")]);
    two(one_header, twice).answers(&[("http://x.io/ x-a:v", "200 a")]);
    two(twice, one_header).answers(&[("http://x.io/ x-a:v", "200 a")]);
}

/// HTTPRouteMethodMatching: a method beats headers, a longer path beats a method.
#[test]
fn method_among_the_rest() {
    let world = route(
        "
rules:
- {matches: [{method: PATCH}], backendRefs: [{name: a, port: 8080}]}
- {matches: [{headers: [{name: version, value: four}]}], backendRefs: [{name: b, port: 8080}]}
- {matches: [{path: {value: /path5}}], backendRefs: [{name: c, port: 8080}]}",
    );
    world.answers(&[
        ("PATCH http://x.io/ version:four", "200 a"),
        ("GET http://x.io/ version:four", "200 b"),
        ("PATCH http://x.io/path5 version:four", "200 c"),
    ]);
}

/// Each match is ranked on its own: a rule may win with one match and lose with another.
#[test]
fn a_rule_wins_and_loses() {
    let world = two(
        "{path: {type: Exact, value: /a}}, {path: {value: /b}}",
        "{path: {value: /a}}, {path: {type: Exact, value: /b}}",
    );
    world.matches(&[
        ("http://x.io/a", "r 0.0 *"),
        ("http://x.io/b", "r 1.1 *"),
        ("http://x.io/a/x", "r 1.0 *"),
        ("http://x.io/b/x", "r 0.1 *"),
    ]);
}
