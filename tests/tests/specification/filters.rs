//! Section 11, first part: header modifiers, CORS, filters that end in an error, and the rules
//! of the API server about filters.

use super::world::{route, routes};

/// HTTPRouteRequestHeaderModifier: set, add, remove reach the backend.
#[test]
fn request_header_modifier() {
    let world = route(
        "
rules:
- filters:
  - type: RequestHeaderModifier
    requestHeaderModifier:
      set: [{name: X-Set, value: one}]
      add: [{name: X-Add, value: two}]
      remove: [X-Gone, X-Too]
  backendRefs: [{name: a, port: 8080}]",
    );
    world.answers(&[("http://x.io/", "200 a")]);
    let trace = world.trace("http://x.io/p").expect("a trace");
    let forwarded = serde_json::to_value(trace.forwarded).expect("JSON");
    let expected = serde_json::json!({
        "host": "x.io", "path": "/p", "query": null,
        "setHeaders": { "X-Set": "one" },
        "addHeaders": { "X-Add": "two" },
        "removeHeaders": ["X-Gone", "X-Too"],
    });
    assert_eq!(forwarded, expected);
}

/// ResponseHeaderModifier changes nothing on the way to the backend.
#[test]
fn response_header_modifier() {
    let world = route(
        "
rules:
- filters: [{type: ResponseHeaderModifier, responseHeaderModifier: {set: [{name: x, value: v}]}}]
  backendRefs: [{name: a, port: 8080}]",
    );
    world.forwards(&[("http://x.io/p?q", "x.io /p?q")]);
}

/// HTTPRouteCORS: the gateway answers the preflight request of an allowed origin itself.
#[test]
fn cors() {
    let world = route(
        "
rules:
- filters:
  - type: CORS
    cors: {allowOrigins: ['https://www.foo.com', 'https://*.bar.com']}
  backendRefs: [{name: a, port: 8080}]",
    );
    let preflight = "access-control-request-method:GET";
    for (request, expected) in [
        (format!("OPTIONS http://x.io/ origin:https://www.foo.com {preflight}"), "200"),
        (format!("OPTIONS http://x.io/ origin:https://a.b.bar.com {preflight}"), "200"),
        (format!("OPTIONS http://x.io/ origin:https://bar.com {preflight}"), "200 a"),
        ("OPTIONS http://x.io/ origin:https://www.foo.com".to_owned(), "200 a"),
        ("GET http://x.io/ origin:https://www.foo.com".to_owned(), "200 a"),
    ] {
        world.answers(&[(&request, expected)]);
    }
}

/// An ExtensionRef is never skipped (hr:847-849): without its object requests fail, and what they
/// get with it is the implementation's.
#[test]
fn extension_ref() {
    let own = "
kind: HTTPRoute
metadata: {name: r}
spec:
  parentRefs: [{name: gw}]
  rules:
  - matches: [{path: {value: /x}}]
    filters: [{type: ExtensionRef, extensionRef: {group: example.net, kind: Thing, name: t}}]
    backendRefs: [{name: a, port: 8080}]
  - {matches: [{path: {value: /y}}], backendRefs: [{name: a, port: 8080}]}
";
    let thing = "---\n{apiVersion: example.net/v1, kind: Thing, metadata: {name: t}}";
    routes(own).answers(&[("http://x.io/x", "500"), ("http://x.io/y", "200 a")]);
    let there = routes(&format!("{own}{thing}"));
    there.answers(&[("http://x.io/x", "unknown"), ("http://x.io/y", "200 a")]);
}

/// ExternalAuth may refuse: nothing is claimed.
#[test]
fn external_auth() {
    let world = route(
        "
rules:
- filters: [{type: ExternalAuth, externalAuth: {protocol: HTTP, http: {}, backendRef: {name: b, port: 8080}}}]
  backendRefs: [{name: a, port: 8080}]",
    );
    world.answers(&[("http://x.io/", "unknown")]);
}

/// CEL hr:257-262 and hr:1207-1320: what a rule must not combine.
#[test]
fn combinations() {
    let redirect = "{type: RequestRedirect, requestRedirect: {scheme: https}}";
    let rewrite = "{type: URLRewrite, urlRewrite: {hostname: h.io}}";
    let request = "{type: RequestHeaderModifier, requestHeaderModifier: {remove: [a]}}";
    let response = "{type: ResponseHeaderModifier, responseHeaderModifier: {remove: [a]}}";
    let cors = "{type: CORS, cors: {allowOrigins: ['*']}}";
    let mirror = "{type: RequestMirror, requestMirror: {backendRef: {name: b, port: 8080}}}";
    let extension = "{type: ExtensionRef, extensionRef: {group: g.io, kind: K, name: e}}";
    let refused = |filters: String, backends: &str| {
        let spec = format!("rules: [{{filters: [{filters}], backendRefs: [{backends}]}}]");
        !route(&spec).refusals().is_empty()
    };
    let a = "{name: a, port: 8080}";
    for once in [redirect, rewrite, request, response, cors] {
        assert!(refused(format!("{once}, {once}"), ""), "{once}");
    }
    for often in [mirror, extension] {
        assert!(!refused(format!("{often}, {often}"), a), "{often}");
    }
    assert!(!refused(format!("{request}, {response}, {cors}, {mirror}, {rewrite}"), a));
    assert!(!refused(redirect.to_owned(), ""));
    assert!(refused(redirect.to_owned(), a), "redirect with backends");
    assert!(refused(format!("{redirect}, {rewrite}"), ""), "redirect and rewrite");
}

/// A filter has the member of its type and no other.
#[test]
fn type_and_member() {
    for filter in [
        "{type: RequestRedirect}",
        "{type: RequestRedirect, urlRewrite: {hostname: h.io}}",
        "{type: URLRewrite, urlRewrite: {hostname: h.io}, requestRedirect: {scheme: https}}",
        "{type: Unheard, urlRewrite: {hostname: h.io}}",
    ] {
        let world = route(&format!("rules: [{{filters: [{filter}]}}]"));
        assert!(!world.refusals().is_empty(), "{filter}");
    }
}
