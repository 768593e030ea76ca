//! Section 4: backends and filters.

use super::world::{CHAT, rows, rules};

fn service(name: &str, spec: &str) -> String {
    format!("\n---\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n")
}

fn pod(name: &str, ready: &str) -> String {
    format!(
        "\n---\nkind: Pod\nmetadata: {{name: {name}-0, labels: {{app: {name}}}}}\n\
         spec: {{containers: [{{name: main, image: x, ports: [{{containerPort: 8000}}]}}]}}\n\
         status: {{phase: Running, podIP: 10.77.0.20, conditions: [{{type: Ready, status: '{ready}'}}]}}\n"
    )
}

fn to(backends: &str) -> String {
    rules(&format!("{{backendRefs: [{backends}]}}"))
}

#[test]
fn endpoints() {
    let none: &[(&str, &str)] = &[("HTTPRoute r", "good"), ("http://h.test/", "503")];
    let good: &[(&str, &str)] = &[("HTTPRoute r", "good"), ("http://h.test/", "200 x")];
    let plain = "selector: {app: x}, ports: [{port: 8000, targetPort: 8000";
    let x = "{name: x, port: 8000}";
    rows(
        "2.4",
        &[
            ("no pods", service("x", &format!("{plain}}}]")) + &to(x), none),
            (
                "pod not ready",
                service("x", &format!("{plain}}}]")) + &pod("x", "False") + &to(x),
                none,
            ),
            (
                "named targetPort that no container has",
                service("x", "selector: {app: x}, ports: [{port: 8000, targetPort: nope}]")
                    + &pod("x", "True")
                    + &to(x),
                none,
            ),
            (
                "UDP only",
                service("x", &format!("{plain}, protocol: UDP}}]")) + &pod("x", "True") + &to(x),
                good,
            ),
            (
                "appProtocol unknown",
                service("x", &format!("{plain}, appProtocol: x.test/y}}]"))
                    + &pod("x", "True")
                    + &to(x),
                good,
            ),
            (
                "headless with another targetPort",
                service(
                    "x",
                    "clusterIP: None, selector: {app: x}, ports: [{port: 80, targetPort: 8000}]",
                ) + &pod("x", "True")
                    + &to("{name: x, port: 80}"),
                good,
            ),
            (
                "slice without a ready condition, its port of another name",
                service("x", "ports: [{name: http, port: 8000}]")
                    + "\n---\nkind: EndpointSlice\n\
                       metadata: {name: x-1, labels: {kubernetes.io/service-name: x}}\n\
                       addressType: IPv4\nendpoints: [{addresses: [10.77.0.30]}]\n\
                       ports: [{name: other, port: 8000, protocol: TCP}]\n"
                    + &to(x),
                good,
            ),
        ],
    );
}

#[test]
fn weights() {
    rows(
        "2.4",
        &[
            (
                "single backend of weight 0",
                to("{name: chat, port: 8000, weight: 0}"),
                &[("HTTPRoute r", "good"), ("http://h.test/", "200 chat")],
            ),
            (
                "one arm missing",
                to("{name: chat, port: 8000, weight: 1}, {name: gone, port: 8000, weight: 1}"),
                &[
                    ("HTTPRoute r", "ResolvedRefs=False/BackendNotFound"),
                    ("http://h.test/", "200 chat 0.5, 500 gone 0.5"),
                ],
            ),
            (
                "one arm without endpoints",
                service("x", "selector: {app: x}, ports: [{port: 8000}]")
                    + &to("{name: chat, port: 8000, weight: 1}, {name: x, port: 8000, weight: 1}"),
                &[("HTTPRoute r", "good"), ("http://h.test/", "200 chat 0.5, 503 x 0.5")],
            ),
            (
                "missing arm of weight 0",
                to("{name: chat, port: 8000}, {name: gone, port: 8000, weight: 0}"),
                &[("http://h.test/", "200 chat")],
            ),
        ],
    );
}

#[test]
fn grants() {
    let far = |grant: &str| {
        let service =
            "kind: Service\nmetadata: {name: far, namespace: edge}\nspec: {ports: [{port: 80}]}";
        let grant = format!(
            "\n---\nkind: ReferenceGrant\nmetadata: {{name: g, namespace: edge}}\nspec: {{{grant}}}\n"
        );
        service.to_owned() + &grant + &to("{name: far, namespace: edge, port: 80}")
    };
    let from = "from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: models}]";
    rows(
        "2.4",
        &[
            (
                "to.group core",
                far(&format!("{from}, to: [{{group: core, kind: Service}}]")),
                &[("HTTPRoute r", "good"), ("http://h.test/", "200 far")],
            ),
            (
                "to.group v1",
                far(&format!("{from}, to: [{{group: v1, kind: Service}}]")),
                &[("HTTPRoute r", "ResolvedRefs=False/RefNotPermitted"), ("http://h.test/", "500")],
            ),
            (
                "to without group",
                far(&format!("{from}, to: [{{kind: Service}}]")),
                &[("refused", "ReferenceGrant edge/g")],
            ),
        ],
    );
}

fn rewrite(prefix: &str, path: &str) -> String {
    filter(prefix, &format!("{{type: URLRewrite, urlRewrite: {{path: {{{path}}}}}}}"), CHAT)
}

fn filter(prefix: &str, filter: &str, backend: &str) -> String {
    let matches = format!("matches: [{{path: {{type: PathPrefix, value: {prefix}}}}}]");
    rules(&format!("{{{matches}, filters: [{filter}], backendRefs: [{backend}]}}"))
}

fn prefix(from: &str, to: &str) -> String {
    rewrite(from, &format!("type: ReplacePrefixMatch, replacePrefixMatch: '{to}'"))
}

#[test]
fn rewrites() {
    rows(
        "2.3+",
        &[
            (
                "/foo to /xyz",
                prefix("/foo", "/xyz"),
                &[
                    ("> http://h.test/foo", "/xyz"),
                    ("> http://h.test/foo/", "/xyz/"),
                    ("> http://h.test/foo/bar", "/xyz/bar"),
                    ("> http://h.test/foo?x=1", "/xyz?x=1"),
                ],
            ),
            (
                "/foo/ to /xyz",
                prefix("/foo/", "/xyz"),
                &[
                    ("> http://h.test/foo", "/xyz"),
                    ("> http://h.test/foo/", "/xyz/"),
                    ("> http://h.test/foo/bar", "/xyz/bar"),
                ],
            ),
            (
                "/foo to /",
                prefix("/foo", "/"),
                &[
                    ("> http://h.test/foo", "/"),
                    ("> http://h.test/foo/", "/"),
                    ("> http://h.test/foo/bar", "/bar"),
                ],
            ),
            (
                "/foo to /xyz/",
                prefix("/foo", "/xyz/"),
                &[
                    ("> http://h.test/foo", "/xyz/"),
                    ("> http://h.test/foo/bar", "/xyz//bar"),
                    ("> http://h.test/foo/", "/xyz//"),
                ],
            ),
            ("to nothing", prefix("/foo", ""), &[("> http://h.test/foo/bar", "/foo/bar")]),
            ("/ to /xyz", prefix("/", "/xyz"), &[("> http://h.test/foo", "/xyzfoo")]),
            ("no slash", prefix("/foo", "xyz"), &[("> http://h.test/foo/bar", "xyz/bar")]),
            (
                "ReplaceFullPath with a query",
                rewrite("/foo", "type: ReplaceFullPath, replaceFullPath: '/xyz?y=2'"),
                &[("> http://h.test/foo?x=1", "/xyz?y=2?x=1")],
            ),
            (
                "OTel",
                prefix("/api/public/otel", "/api/public/otel/v1/traces"),
                &[(
                    "> http://h.test/api/public/otel/v1/traces",
                    "/api/public/otel/v1/traces/v1/traces",
                )],
            ),
        ],
    );
}

fn redirect(what: &str) -> String {
    let filter = format!("{{type: RequestRedirect, requestRedirect: {{{what}}}}}");
    let matches = "matches: [{path: {type: PathPrefix, value: /foo}}]";
    rules(&format!("{{{matches}, filters: [{filter}]}}"))
}

fn redirect_prefix(to: &str) -> String {
    redirect(&format!("path: {{type: ReplacePrefixMatch, replacePrefixMatch: {to}}}"))
}

#[test]
fn redirects() {
    rows(
        "2.4 only",
        &[
            ("to /", redirect_prefix("/"), &[("http://h.test/foo/a", "302 http://h.test//a")]),
            (
                "to /xyz/",
                redirect_prefix("/xyz/"),
                &[("http://h.test/foo/a", "302 http://h.test/xyz//a")],
            ),
            (
                "a port in the Host is kept",
                redirect("scheme: https"),
                &[
                    ("http://h.test/foo Host:h.test:8080", "302 https://h.test:8080/foo"),
                    ("http://h.test/foo", "302 https://h.test/foo"),
                ],
            ),
        ],
    );
    rows(
        "2.3",
        &[
            ("to /", redirect_prefix("/"), &[("http://h.test/foo/a", "302 http://h.test:80//a")]),
            (
                "to /xyz/",
                redirect_prefix("/xyz/"),
                &[("http://h.test/foo/a", "302 http://h.test:80/xyz//a")],
            ),
        ],
    );
}

#[test]
fn other_filters_and_timeouts() {
    let refused: &[(&str, &str)] = &[("refused", "HTTPRoute models/r")];
    let rule = |more: &str| rules(&format!("{{{more}, backendRefs: [{CHAT}]}}"));
    rows(
        "2.4",
        &[
            (
                "CORS, foreign Origin",
                filter("/", "{type: CORS, cors: {allowOrigins: ['https://a.test']}}", CHAT),
                &[("http://h.test/ Origin:https://b.test", "200 chat")],
            ),
            ("retry", rule("retry: {attempts: 2}"), refused),
            ("timeout 0s", rule("timeouts: {request: 0s}"), &[("http://h.test/", "200 chat")]),
            ("timeout 5 min", rule("timeouts: {request: 5 min}"), refused),
            ("backendRequest longer", rule("timeouts: {request: 1s, backendRequest: 2s}"), refused),
        ],
    );
}
