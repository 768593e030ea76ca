//! Section 11, third part: URLRewrite (hr:1151-1205, 1300-1320).

use super::world::{SpecWorld, route};

fn rewrite(path: &str, spec: &str) -> SpecWorld {
    route(&format!(
        "
rules:
- matches: [{{path: {{value: {path}}}}}]
  filters: [{{type: URLRewrite, urlRewrite: {{{spec}}}}}]
  backendRefs: [{{name: a, port: 8080}}]"
    ))
}

/// HTTPRouteRewriteHost.
#[test]
fn host() {
    let world = rewrite("/", "hostname: one.example.org");
    world.forwards(&[
        ("http://x.io/p?q", "one.example.org /p?q"),
        ("http://x.io/p Host:y.io:80", "one.example.org /p"),
    ]);
}

/// HTTPRouteRewritePath: the whole path, and the query is kept.
#[test]
fn full_path() {
    let world = rewrite("/full", "path: {type: ReplaceFullPath, replaceFullPath: /one}");
    world.forwards(&[
        ("http://x.io/full", "x.io /one"),
        ("http://x.io/full/path/original?q=1", "x.io /one?q=1"),
    ]);
}

#[test]
fn both() {
    let world =
        rewrite("/a", "hostname: h.io, path: {type: ReplacePrefixMatch, replacePrefixMatch: /b}");
    world.forwards(&[("http://x.io/a/c", "h.io /b/c")]);
}

/// The table of hr:1151-1205, and the prefix `/` (gateway-api #3592).
#[test]
fn prefix_match() {
    for (request, prefix, replace, result) in [
        ("/foo/bar", "/foo", "/xyz", "/xyz/bar"),
        ("/foo/bar", "/foo", "/xyz/", "/xyz/bar"),
        ("/foo/bar", "/foo/", "/xyz", "/xyz/bar"),
        ("/foo/bar", "/foo/", "/xyz/", "/xyz/bar"),
        ("/foo", "/foo", "/xyz", "/xyz"),
        ("/foo", "/foo/", "/xyz", "/xyz"),
        ("/foo/", "/foo", "/xyz", "/xyz/"),
        ("/foo/bar", "/foo", "''", "/bar"),
        ("/foo/bar", "/foo", "/", "/bar"),
        ("/foo/", "/foo", "''", "/"),
        ("/foo", "/foo", "''", "/"),
        ("/foo/", "/foo", "/", "/"),
        ("/foo", "/foo", "/", "/"),
        ("/a", "/", "/x", "/x/a"),
        ("/", "/", "/x", "/x/"),
    ] {
        let spec = format!("path: {{type: ReplacePrefixMatch, replacePrefixMatch: {replace}}}");
        let (request, expected) = (format!("http://x.io{request}?q"), format!("x.io {result}?q"));
        rewrite(prefix, &spec).forwards(&[(&request, &expected)]);
    }
}

/// Without a rewrite host, path and query reach the backend as they came.
#[test]
fn nothing() {
    let world = route("rules: [{backendRefs: [{name: a, port: 8080}]}]");
    world.forwards(&[("http://X.io:80/a//b/../c?d=%20", "X.io /a//b/../c?d=%20")]);
}
