//! Section 4, more: weights, grants, rewrites, redirects.

use super::world::{CHAT, Row, rows, rules};

fn to(backends: &str) -> String {
    rules(&format!("{{backendRefs: [{backends}]}}"))
}

#[test]
fn shares() {
    rows(
        "2.4",
        &[
            (
                "a missing arm of 10 %",
                to("{name: chat, port: 8000, weight: 90}, {name: gone, port: 8000, weight: 10}"),
                &[
                    ("HTTPRoute r", "ResolvedRefs=False/BackendNotFound"),
                    ("http://h.test/", "200 chat 0.9, 500 gone 0.1"),
                ],
            ),
            (
                "an arm without grant",
                to("{name: chat, port: 8000}, {name: gone, namespace: edge, port: 8000}"),
                &[
                    ("HTTPRoute r", "ResolvedRefs=False/RefNotPermitted"),
                    ("http://h.test/", "200 chat 0.5, 500 gone 0.5"),
                ],
            ),
            (
                "weight 0 beside another",
                to("{name: chat, port: 8000, weight: 0}, {name: embed, port: 8000}"),
                &[("HTTPRoute r", "good"), ("http://h.test/", "200 embed")],
            ),
            (
                "an ungranted arm of weight 0",
                to("{name: chat, port: 8000}, {name: gone, namespace: edge, port: 80, weight: 0}"),
                &[("http://h.test/", "200 chat")],
            ),
            (
                "a missing single backend of weight 0",
                to("{name: gone, port: 8000, weight: 0}"),
                &[("HTTPRoute r", "ResolvedRefs=False/BackendNotFound"), ("http://h.test/", "500")],
            ),
        ],
    );
}

const FROM: &str = "from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: models}]";

/// A Service `far` of `edge`, a grant in `namespace` and a route to it.
fn granted(version: &str, namespace: &str, spec: &str) -> String {
    let service =
        "kind: Service\nmetadata: {name: far, namespace: edge}\nspec: {ports: [{port: 80}]}";
    let grant = format!(
        "\n---\napiVersion: gateway.networking.k8s.io/{version}\nkind: ReferenceGrant\n\
         metadata: {{name: g, namespace: {namespace}}}\nspec: {{{spec}}}\n"
    );
    service.to_owned() + &grant + &to("{name: far, namespace: edge, port: 80}")
}

#[test]
fn grants() {
    let refused: &[(&str, &str)] =
        &[("HTTPRoute r", "ResolvedRefs=False/RefNotPermitted"), ("http://h.test/", "500")];
    let good: &[(&str, &str)] = &[("HTTPRoute r", "good"), ("http://h.test/", "200 far")];
    let to = "to: [{group: '', kind: Service}]";
    let from = |group: &str, kind: &str, namespace: &str| {
        format!("from: [{{group: {group}, kind: {kind}, namespace: {namespace}}}], {to}")
    };
    let target = |target: &str| format!("{FROM}, to: [{{{target}}}]");
    let api = "gateway.networking.k8s.io";
    let here = |spec: &str| granted("v1beta1", "edge", spec);
    let table: Vec<Row> = vec![
        ("v1beta1", here(&format!("{FROM}, {to}")), good),
        ("v1", granted("v1", "edge", &format!("{FROM}, {to}")), good),
        ("in the route's namespace", granted("v1", "models", &format!("{FROM}, {to}")), refused),
        ("from.group", here(&from("x.test", "HTTPRoute", "models")), refused),
        ("from.group empty", here(&from("''", "HTTPRoute", "models")), refused),
        ("from.kind", here(&from(api, "GRPCRoute", "models")), refused),
        ("from.kind in small letters", here(&from(api, "httproute", "models")), refused),
        ("from.namespace", here(&from(api, "HTTPRoute", "edge")), refused),
        ("to.kind", here(&target("group: '', kind: Secret")), refused),
        ("to.kind plural", here(&target("group: '', kind: Services")), refused),
        ("to.group apps", here(&target("group: apps, kind: Service")), refused),
        ("to.group v1", here(&target("group: v1, kind: Service")), refused),
        ("to.group core", here(&target("group: core, kind: Service")), good),
        ("to.group core, named", here(&target("group: core, kind: Service, name: far")), good),
        ("to.name", here(&target("group: '', kind: Service, name: near")), refused),
        ("to.name right", here(&target("group: '', kind: Service, name: far")), good),
    ];
    rows("2.4", &table);
}

fn rewrite(matches: &str, change: &str) -> String {
    rules(&format!(
        "{{{matches}filters: [{{type: URLRewrite, urlRewrite: {{path: {{{change}}}}}}}], \
         backendRefs: [{CHAT}]}}"
    ))
}

fn prefix(from: &str, to: &str) -> String {
    rewrite(
        &format!("matches: [{{path: {{type: PathPrefix, value: '{from}'}}}}], "),
        &format!("type: ReplacePrefixMatch, replacePrefixMatch: '{to}'"),
    )
}

#[test]
fn rewrites() {
    rows(
        "2.3+",
        &[
            (
                "/foo/ to /",
                prefix("/foo/", "/"),
                &[
                    ("> http://h.test/foo", "/"),
                    ("> http://h.test/foo/", "/"),
                    ("> http://h.test/foo/bar?x=1", "/bar?x=1"),
                    ("> http://h.test/fool", "404"),
                ],
            ),
            (
                "no matches to /xyz",
                rewrite("", "type: ReplacePrefixMatch, replacePrefixMatch: /xyz"),
                &[("> http://h.test/foo", "/xyzfoo"), ("> http://h.test/foo/bar", "/xyzfoo/bar")],
            ),
            ("/foo to nothing", prefix("/foo", ""), &[("> http://h.test/foo", "/foo")]),
            (
                "no slash, the prefix itself",
                prefix("/foo", "xyz"),
                &[("> http://h.test/foo", "xyz")],
            ),
            (
                "ReplaceFullPath",
                rewrite("", "type: ReplaceFullPath, replaceFullPath: /xyz"),
                &[("> http://h.test/foo/bar?x=1", "/xyz?x=1"), ("> http://h.test/", "/xyz")],
            ),
            (
                "ReplaceFullPath with a query, none in the request",
                rewrite("", "type: ReplaceFullPath, replaceFullPath: '/xyz?y=2'"),
                &[("> http://h.test/foo", "/xyz?y=2")],
            ),
            (
                "normalised first",
                prefix("/foo", "/xyz"),
                &[("> http://h.test//foo//bar", "/xyz/bar"), ("> http://h.test/a/../foo", "/xyz")],
            ),
        ],
    );
}

fn redirect(what: &str) -> String {
    let filter = format!("{{type: RequestRedirect, requestRedirect: {{{what}}}}}");
    rules(&format!(
        "{{matches: [{{path: {{type: PathPrefix, value: /foo}}}}], filters: [{filter}]}}"
    ))
}

#[test]
fn redirects() {
    let prefix = |to: &str| {
        redirect(&format!("path: {{type: ReplacePrefixMatch, replacePrefixMatch: {to}}}"))
    };
    rows(
        "2.4 only",
        &[
            (
                "prefix to /bar",
                prefix("/bar"),
                &[
                    ("http://h.test/foo/a?x=1", "302 http://h.test/bar/a?x=1"),
                    ("http://h.test/foo", "302 http://h.test/bar"),
                ],
            ),
            (
                "a port in the Host is kept",
                redirect("hostname: x.test"),
                &[("http://h.test/foo Host:h.test:8080", "302 http://x.test/foo")],
            ),
            (
                "a port in the Host is kept, prefix",
                prefix("/bar"),
                &[("http://h.test/foo Host:h.test:8080", "302 http://h.test:8080/bar")],
            ),
            (
                "301",
                redirect("scheme: https, statusCode: 301"),
                &[("http://h.test/foo", "301 https://h.test/foo")],
            ),
        ],
    );
    for version in ["2.3", "2.2"] {
        rows(
            version,
            &[
                (
                    "prefix",
                    prefix("/bar"),
                    &[("http://h.test/foo/a", "302 http://h.test:80/bar/a")],
                ),
                (
                    "hostname",
                    redirect("hostname: x.test"),
                    &[("http://h.test/foo", "302 http://x.test:80/foo")],
                ),
            ],
        );
    }
}

#[test]
fn fields_that_the_api_server_refuses() {
    let refused: &[(&str, &str)] = &[("refused", "HTTPRoute models/r"), ("http://h.test/", "404")];
    let rule = |more: &str| rules(&format!("{{{more}, backendRefs: [{CHAT}]}}"));
    rows(
        "2.4",
        &[
            ("retry", rule("retry: {codes: [503]}"), refused),
            ("sessionPersistence", rule("sessionPersistence: {sessionName: a}"), refused),
            ("timeout in words", rule("timeouts: {request: 5 minutes}"), refused),
            ("timeout without unit", rule("timeouts: {request: '300'}"), refused),
            (
                "backendRequest longer",
                rule("timeouts: {request: 1m, backendRequest: 90s}"),
                refused,
            ),
            (
                "backendRequest beside no limit",
                rule("timeouts: {request: 0s, backendRequest: 90s}"),
                &[("HTTPRoute r", "good"), ("http://h.test/", "200 chat")],
            ),
        ],
    );
}

#[test]
fn cors() {
    let world = rules(&format!(
        "{{filters: [{{type: CORS, cors: {{allowOrigins: ['https://a.test'], allowMethods: [GET]}}}}], \
         backendRefs: [{CHAT}]}}"
    ));
    rows(
        "2.4",
        &[(
            "served, with or without the headers",
            world,
            &[
                ("http://h.test/ Origin:https://b.test", "200 chat"),
                ("http://h.test/ Origin:https://a.test", "200 chat"),
                ("http://h.test/", "200 chat"),
                (
                    "OPTIONS http://h.test/ Origin:https://b.test Access-Control-Request-Method:GET",
                    "200 chat",
                ),
            ],
        )],
    );
}
