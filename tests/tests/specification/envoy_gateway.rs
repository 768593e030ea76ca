//! What clients of Envoy Gateway 1.9 see otherwise, as it was seen of a real one
//! (`tests/tests/lab/answers.rs`). All the rest is as the specification says.

use super::world::{SpecWorld, of_envoy_gateway};

fn rule(path: &str, rest: &str) -> SpecWorld {
    of_envoy_gateway(&format!(
        "
kind: HTTPRoute
metadata: {{name: r}}
spec:
  parentRefs: [{{name: gw}}]
  rules:
  - matches: [{{path: {{value: {path}}}}}]
    backendRefs: [{{name: a, port: 8080}}]
    filters: [{rest}]
"
    ))
}

fn prefix(path: &str, replace: &str) -> SpecWorld {
    let path_change = format!("{{type: ReplacePrefixMatch, replacePrefixMatch: {replace}}}");
    rule(path, &format!("{{type: URLRewrite, urlRewrite: {{path: {path_change}}}}}"))
}

#[test]
fn paths_are_normalised() {
    rule("/v1/models", "").forwards(&[
        ("http://x.io//v1/./models//a", "x.io /v1/models/a"),
        ("http://x.io/v1/%6Dodels", "x.io /v1/models"),
        ("http://x.io/v1/models/../a", "404"),
    ]);
}

#[test]
fn prefixes_are_replaced_without_a_look_at_slashes() {
    prefix("/", "/xyz").forwards(&[("http://x.io/", "x.io /xyz"), ("http://x.io/a", "x.io /xyza")]);
    prefix("/a", "xyz").forwards(&[("http://x.io/a/b", "x.io xyz/b")]);
    prefix("/a", "/xyz/").forwards(&[("http://x.io/a/b", "x.io /xyz/b")]);
    prefix("/a", "''").forwards(&[("http://x.io/a", "x.io /"), ("http://x.io/a/b", "x.io /b")]);
    // The expression for `/` wants the slash that the prefix has.
    prefix("/a/", "/").forwards(&[("http://x.io/a", "x.io /a"), ("http://x.io/a/b", "x.io /b")]);
}

#[test]
fn a_mirror_that_is_not_there_fails_the_rule() {
    let mirror = "{type: RequestMirror, requestMirror: {backendRef: {name: gone, port: 80}}}";
    rule("/", mirror).answers(&[("http://x.io/", "500")]);
    let mirror = "{type: RequestMirror, requestMirror: {backendRef: {name: b, port: 8080}}}";
    rule("/", mirror).answers(&[("http://x.io/", "200 a")]);
}

#[test]
fn one_header_value_takes_the_port_down() {
    let set = |value: &str| {
        let set = format!("set: [{{name: x-share, value: '{value}'}}]");
        rule("/", &format!("{{type: RequestHeaderModifier, requestHeaderModifier: {{{set}}}}}"))
    };
    set("100%").answers(&[("http://x.io/", "404"), ("http://other.io/nothing", "404")]);
    let trace = set("100%%").trace("http://x.io/").expect("one Gateway");
    let forwarded = trace.forwarded.expect("it goes to a backend");
    assert_eq!(forwarded.set_headers["x-share"], "100%");
}
