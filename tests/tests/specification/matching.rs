//! Section 7, first half: whether a request fits a match.

use super::world::{route, routes};

/// hr:744-747: a rule is an OR of matches, a match an AND of its parts.
#[test]
fn or_of_matches_and_of_parts() {
    let world = route(
        "
rules:
- matches:
  - {path: {value: /and}, headers: [{name: h, value: v}], queryParams: [{name: q, value: p}], method: POST}
  - {path: {value: /or}}
  backendRefs: [{name: a, port: 8080}]",
    );
    world.answers(&[
        ("POST http://x.io/and?q=p h:v", "200 a"),
        ("GET http://x.io/and?q=p h:v", "404"),
        ("POST http://x.io/and h:v", "404"),
        ("POST http://x.io/and?q=p", "404"),
        ("POST http://x.io/and?q=p h:w", "404"),
        ("http://x.io/or", "200 a"),
    ]);
}

/// No `matches`, or a match without `path`: PathPrefix `/`.
#[test]
fn default_is_prefix_root() {
    let all = route("rules: [{backendRefs: [{name: a, port: 8080}]}]");
    all.matches(&[("http://x.io/", "r 0.0 *"), ("DELETE http://x.io/a/b?c", "r 0.0 *")]);
    let headers = route(
        "rules: [{matches: [{headers: [{name: h, value: v}]}], backendRefs: [{name: a, port: 8080}]}]",
    );
    headers.answers(&[("http://x.io/a/b h:v", "200 a"), ("http://x.io/a/b", "404")]);
    let nothing = routes("kind: HTTPRoute\nmetadata: {name: r}\nspec: {parentRefs: [{name: gw}]}");
    nothing.answers(&[("http://x.io/", "500")]);
}

/// HTTPRouteExactPathMatching; hr:500-503: the whole path, case-sensitive, without the query.
#[test]
fn exact_path() {
    let world = route(
        "
rules:
- {matches: [{path: {type: Exact, value: /one}}], backendRefs: [{name: a, port: 8080}]}
- {matches: [{path: {type: Exact, value: /two/}}], backendRefs: [{name: b, port: 8080}]}",
    );
    world.answers(&[
        ("http://x.io/one", "200 a"),
        ("http://x.io/one?q=/two/", "200 a"),
        ("http://x.io/one/", "404"),
        ("http://x.io/one/example", "404"),
        ("http://x.io/ONE", "404"),
        ("http://x.io/two/", "200 b"),
        ("http://x.io/two", "404"),
        ("http://x.io/", "404"),
    ]);
}

/// hr:505-515: element-wise, case-sensitive, a trailing `/` of the value does not count.
#[test]
fn path_prefix() {
    for value in ["/abc", "/abc/"] {
        let world = route(&format!(
            "rules: [{{matches: [{{path: {{value: {value}}}}}], backendRefs: [{{name: a, port: 8080}}]}}]"
        ));
        world.answers(&[
            ("http://x.io/abc", "200 a"),
            ("http://x.io/abc/", "200 a"),
            ("http://x.io/abc/def", "200 a"),
            ("http://x.io/abc?d", "200 a"),
            ("http://x.io/abcd", "404"),
            ("http://x.io/ABC", "404"),
            ("http://x.io/", "404"),
        ]);
    }
}

/// RegularExpression of a path, a header and a query parameter: RE2, the whole value (Envoy).
#[test]
fn regular_expressions_match_the_whole_value() {
    let world = route(
        "
rules:
- {matches: [{path: {type: RegularExpression, value: '/v[0-9]+/chat'}}], backendRefs: [{name: a, port: 8080}]}
- {matches: [{headers: [{name: h, type: RegularExpression, value: 'a|b'}]}], backendRefs: [{name: b, port: 8080}]}
- {matches: [{queryParams: [{name: q, type: RegularExpression, value: 'x.*'}]}], backendRefs: [{name: c, port: 8080}]}",
    );
    world.answers(&[
        ("http://x.io/v12/chat", "200 a"),
        ("http://x.io/v12/chat/more", "404"),
        ("http://x.io/a/v12/chat", "404"),
        ("http://x.io/ h:b", "200 b"),
        ("http://x.io/ h:ab", "404"),
        ("http://x.io/?q=xyz", "200 c"),
        ("http://x.io/?q=ax", "404"),
    ]);
}

/// HTTPRouteHeaderMatching: names case-insensitive, values exact, all that are listed.
#[test]
fn headers() {
    let world = route(
        "
rules:
- matches:
  - headers: [{name: version, value: one}]
  - headers: [{name: color, value: red}, {name: Size, value: big}]
  backendRefs: [{name: a, port: 8080}]
- matches: [{headers: [{name: version, value: two}, {name: color, value: blue}]}]
  backendRefs: [{name: b, port: 8080}]",
    );
    world.answers(&[
        ("http://x.io/ Version:one", "200 a"),
        ("http://x.io/ VERSION:one other:x", "200 a"),
        ("http://x.io/ version:One", "404"),
        ("http://x.io/ color:red size:big", "200 a"),
        ("http://x.io/ color:red", "404"),
        ("http://x.io/ version:two color:blue", "200 b"),
        ("http://x.io/ version:two", "404"),
        ("http://x.io/", "404"),
    ]);
}

/// hr:614-627: of entries with an equivalent name only the first counts.
#[test]
fn equivalent_header_names() {
    let world = route(
        "
rules:
- matches: [{headers: [{name: X-A, value: one}, {name: x-a, value: two}]}]
  backendRefs: [{name: a, port: 8080}]",
    );
    world.answers(&[("http://x.io/ x-a:one", "200 a"), ("http://x.io/ x-a:two", "404")]);
}

/// A header that is repeated in the request is one value, joined with commas (RFC 9110 5.3).
#[test]
fn repeated_request_header() {
    let world = route(
        "
rules:
- {matches: [{headers: [{name: h, value: 'a,b'}]}], backendRefs: [{name: a, port: 8080}]}
- {matches: [{headers: [{name: h, value: a}]}], backendRefs: [{name: b, port: 8080}]}",
    );
    world.answers(&[
        ("http://x.io/ h:a h:b", "200 a"),
        ("http://x.io/ h:a,b", "200 a"),
        ("http://x.io/ h:a", "200 b"),
        ("http://x.io/ h:b h:a", "404"),
    ]);
}

/// HTTPRouteQueryParamMatching; hr:685-702: exact and case-sensitive; of a name that is repeated
/// the first value counts, in the request as in the rule.
#[test]
fn query_parameters() {
    let world = route(
        "
rules:
- {matches: [{queryParams: [{name: animal, value: whale}]}], backendRefs: [{name: a, port: 8080}]}
- matches: [{queryParams: [{name: animal, value: dolphin}, {name: color, value: blue}]}]
  backendRefs: [{name: b, port: 8080}]",
    );
    world.answers(&[
        ("http://x.io/?animal=whale", "200 a"),
        ("http://x.io/?otherparam=1&animal=whale", "200 a"),
        ("http://x.io/?animal=whale&animal=cat", "200 a"),
        ("http://x.io/?animal=cat&animal=whale", "404"),
        ("http://x.io/?Animal=whale", "404"),
        ("http://x.io/?animal=Whale", "404"),
        ("http://x.io/?animal=dolphin&color=blue", "200 b"),
        ("http://x.io/?color=blue&animal=dolphin", "200 b"),
        ("http://x.io/?animal=dolphin", "404"),
        ("http://x.io/animal=whale", "404"),
        ("http://x.io/", "404"),
    ]);
}

/// HTTPRouteMethodMatching: upper case, exact.
#[test]
fn methods() {
    let world = route(
        "
rules:
- {matches: [{method: POST}], backendRefs: [{name: a, port: 8080}]}
- {matches: [{method: GET}], backendRefs: [{name: b, port: 8080}]}",
    );
    world.answers(&[
        ("POST http://x.io/", "200 a"),
        ("GET http://x.io/", "200 b"),
        ("HEAD http://x.io/", "404"),
        ("get http://x.io/", "404"),
    ]);
    let lower = route("rules: [{matches: [{method: get}]}]");
    assert_eq!(lower.refusals(), ["HTTPRoute infra/r /spec/rules/0/matches/0/method"]);
}

/// hr:530-540: what the API server lets through as an Exact or PathPrefix value.
#[test]
fn legal_path_values() {
    let refused = |kind: &str, value: &str| {
        let spec = format!("rules: [{{matches: [{{path: {{type: {kind}, value: '{value}'}}}}]}}]");
        !route(&spec).refusals().is_empty()
    };
    let long = format!("/{}", "a".repeat(1024));
    let bad = [
        "a", "/a//b", "/a/./b", "/a/../b", "/a%2fb", "/a%2Fb", "/a#b", "/a/.", "/a/..", "/a b",
        &long,
    ];
    for kind in ["Exact", "PathPrefix"] {
        for value in bad {
            assert!(refused(kind, value), "{kind} {value}");
        }
        for value in ["/", "/a", "/a/", "/a.b/..c", "/a%20b", "/a:b@c;d=e"] {
            assert!(!refused(kind, value), "{kind} {value}");
        }
    }
    assert!(!refused("RegularExpression", "a//.*"));
}
