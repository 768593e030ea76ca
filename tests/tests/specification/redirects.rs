//! Section 11, second part: RequestRedirect (hr:1207-1298) and its Location.

use super::world::{SpecWorld, route, world};

fn redirect(spec: &str) -> SpecWorld {
    route(&format!(
        "
rules:
- matches: [{{path: {{value: /foo}}}}]
  filters: [{{type: RequestRedirect, requestRedirect: {{{spec}}}}}]"
    ))
}

/// Without anything: 302 to the same place.
#[test]
fn defaults() {
    redirect("").answers(&[("http://x.io/foo/a?q=1&q=2", "302 http://x.io/foo/a?q=1&q=2")]);
}

/// HTTPRouteRedirectHostAndStatus, HTTPRoute303Redirect, 307, 308.
#[test]
fn host_and_status() {
    redirect("hostname: example.org").answers(&[("http://x.io/foo", "302 http://example.org/foo")]);
    for status in [301, 302, 303, 307, 308] {
        let expected = format!("{status} http://example.org/foo");
        redirect(&format!("hostname: example.org, statusCode: {status}"))
            .answers(&[("http://x.io/foo", &expected)]);
    }
    for bad in ["statusCode: 304", "statusCode: 200", "hostname: '*.x.io'", "hostname: X.io"] {
        assert!(!redirect(bad).refusals().is_empty(), "{bad}");
    }
}

/// HTTPRouteRedirectPath.
#[test]
fn path() {
    let prefix = |to: &str| format!("path: {{type: ReplacePrefixMatch, replacePrefixMatch: {to}}}");
    let full = "path: {type: ReplaceFullPath, replaceFullPath: /full/path}";
    redirect(&prefix("/bar")).answers(&[
        ("http://x.io/foo", "302 http://x.io/bar"),
        ("http://x.io/foo/", "302 http://x.io/bar/"),
        ("http://x.io/foo/a/b?q", "302 http://x.io/bar/a/b?q"),
    ]);
    redirect(&prefix("/")).answers(&[
        ("http://x.io/foo", "302 http://x.io/"),
        ("http://x.io/foo/a", "302 http://x.io/a"),
    ]);
    redirect(full).answers(&[("http://x.io/foo/a?q", "302 http://x.io/full/path?q")]);
    redirect(&format!("{full}, hostname: h.io, statusCode: 301"))
        .answers(&[("http://x.io/foo/a", "301 http://h.io/full/path")]);
}

/// A Gateway with one listener of each kind and one redirect for all of them.
fn three_listeners(spec: &str) -> SpecWorld {
    world(&format!(
        "
kind: Secret
metadata: {{name: cert}}
---
kind: Gateway
metadata: {{name: gw}}
spec:
  gatewayClassName: example
  listeners:
  - {{name: http, port: 80, protocol: HTTP}}
  - {{name: alt, port: 8080, protocol: HTTP}}
  - {{name: https, port: 443, protocol: HTTPS, tls: {{certificateRefs: [{{name: cert}}]}}}}
  - {{name: https-alt, port: 8443, protocol: HTTPS, tls: {{certificateRefs: [{{name: cert}}]}}}}
---
kind: HTTPRoute
metadata: {{name: r}}
spec:
  parentRefs: [{{name: gw}}]
  rules: [{{filters: [{{type: RequestRedirect, requestRedirect: {{{spec}}}}}]}}]
"
    ))
}

/// HTTPRouteRedirectPort, HTTPRouteRedirectScheme, HTTPRouteRedirectPortAndScheme: explicit port,
/// else that of the scheme if a scheme is set, else the listener's; :80 and :443 are left out of
/// http and https.
#[test]
fn port_and_scheme() {
    for (spec, http, alt, https, https_alt) in [
        ("", "http://x.io", "http://x.io:8080", "https://x.io", "https://x.io:8443"),
        ("port: 80", "http://x.io", "http://x.io", "https://x.io:80", "https://x.io:80"),
        ("port: 443", "http://x.io:443", "http://x.io:443", "https://x.io", "https://x.io"),
        (
            "port: 9000",
            "http://x.io:9000",
            "http://x.io:9000",
            "https://x.io:9000",
            "https://x.io:9000",
        ),
        ("scheme: http", "http://x.io", "http://x.io", "http://x.io", "http://x.io"),
        ("scheme: https", "https://x.io", "https://x.io", "https://x.io", "https://x.io"),
        (
            "scheme: https, port: 443",
            "https://x.io",
            "https://x.io",
            "https://x.io",
            "https://x.io",
        ),
        (
            "scheme: http, port: 443",
            "http://x.io:443",
            "http://x.io:443",
            "http://x.io:443",
            "http://x.io:443",
        ),
        (
            "scheme: https, port: 80",
            "https://x.io:80",
            "https://x.io:80",
            "https://x.io:80",
            "https://x.io:80",
        ),
    ] {
        let to = |authority: &str| format!("302 {authority}/p");
        three_listeners(spec).answers(&[
            ("http://x.io/p", &to(http)),
            ("http://x.io:8080/p", &to(alt)),
            ("https://x.io/p", &to(https)),
            ("https://x.io:8443/p", &to(https_alt)),
        ]);
    }
}

/// The hostname is the Host header's, without its port: the listener's port decides.
#[test]
fn the_port_in_the_host_does_not_count() {
    three_listeners("").answers(&[
        ("http://10.0.0.1/p Host:x.io:1234", "302 http://x.io/p"),
        ("http://10.0.0.1:8080/p Host:x.io", "302 http://x.io:8080/p"),
    ]);
}

#[test]
fn beside_a_broken_rule() {
    let world = route(
        "
rules:
- {matches: [{path: {value: /bad}}], backendRefs: [{name: nobody, port: 8080}]}
- matches: [{path: {value: /go}}]
  filters: [{type: RequestRedirect, requestRedirect: {hostname: h.io}}]",
    );
    world.answers(&[("http://x.io/bad", "500 nobody"), ("http://x.io/go", "302 http://h.io/go")]);
}

/// ReplacePrefixMatch needs exactly one match, a PathPrefix (CEL); the member fits the type.
#[test]
fn api_server_rules() {
    let prefix = "path: {type: ReplacePrefixMatch, replacePrefixMatch: /b}";
    for (matches, path) in [
        ("[{path: {type: Exact, value: /a}}]", prefix),
        ("[{path: {value: /a}}, {path: {value: /b}}]", prefix),
        ("[{path: {value: /a}}]", "path: {type: ReplacePrefixMatch, replaceFullPath: /b}"),
        ("[{path: {value: /a}}]", "path: {type: ReplaceFullPath}"),
    ] {
        for filter in [
            format!("{{type: RequestRedirect, requestRedirect: {{{path}}}}}"),
            format!("{{type: URLRewrite, urlRewrite: {{{path}}}}}"),
        ] {
            let world = route(&format!("rules: [{{matches: {matches}, filters: [{filter}]}}]"));
            assert!(!world.refusals().is_empty(), "{matches} {filter}");
        }
    }
    // Without `matches` the default is one PathPrefix.
    let world = route(&format!(
        "rules: [{{filters: [{{type: RequestRedirect, requestRedirect: {{{prefix}}}}}]}}]"
    ));
    world.answers(&[("http://x.io/a", "302 http://x.io/b/a")]);
}
