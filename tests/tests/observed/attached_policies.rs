//! Section 6, more: targets that are refused, policies in each other's way, the whole Gateway.

use super::world::{CHAT, FRONT, named, rows, rules};

/// Routes `r` (/r) and `s` (/s) to Service `chat`.
fn routes() -> String {
    let rule = |path: &str| {
        format!(
            "{{matches: [{{path: {{type: PathPrefix, value: {path}}}}}], backendRefs: [{CHAT}]}}"
        )
    };
    rules(&rule("/r")) + &named("s", &format!("parentRefs: [{FRONT}], rules: [{}]", rule("/s")))
}

fn policy(kind: &str, meta: &str, target: &str, spec: &str) -> String {
    format!(
        "\n---\nkind: {kind}\nmetadata: {{{meta}}}\nspec: {{targetRefs: [{{{target}}}], {spec}}}\n"
    )
}

const HTTP_ROUTE: &str = "group: gateway.networking.k8s.io, kind: HTTPRoute, name: r";
const GATEWAY: &str = "group: gateway.networking.k8s.io, kind: Gateway, name: front";
const SERVICE: &str = "group: '', kind: Service, name: chat";

fn traffic(target: &str, spec: &str) -> String {
    let namespace = if target == GATEWAY { ", namespace: edge" } else { "" };
    routes() + &policy("TrafficPolicy", &format!("name: tp{namespace}"), target, spec)
}

const BAD_CEL: &str = "rbac: {policy: {matchExpressions: ['request.headers[']}}";
const BAD_REGEX: &str = "urlRewrite: {pathRegex: {pattern: '(', substitution: x}}";
const NO_EXTENSION: &str = "extAuth: {extensionRef: {name: absent}}";

#[test]
fn invalid() {
    let on_route: &[(&str, &str)] = &[
        ("http://h.test/r", "500"),
        ("http://h.test/s", "200 chat"),
        ("HTTPRoute r", "kgateway.dev/Programmed=False/RouteRuleReplaced"),
        ("HTTPRoute s", "good"),
        ("Gateway", "good"),
    ];
    let on_gateway: &[(&str, &str)] = &[
        ("Gateway", "Accepted=False/GatewayReplaced"),
        ("Programmed of Gateway", "True"),
        ("http://h.test/r", "500"),
        ("http://h.test/s", "500"),
    ];
    for (name, spec) in [("CEL", BAD_CEL), ("regex", BAD_REGEX), ("extension", NO_EXTENSION)] {
        rows(
            "2.4",
            &[
                (name, traffic(HTTP_ROUTE, spec), on_route),
                (name, traffic(GATEWAY, spec), on_gateway),
            ],
        );
    }
}

#[test]
fn targets_that_the_api_server_refuses() {
    let none: &[(&str, &str)] = &[("http://h.test/r", "200 chat"), ("HTTPRoute r", "good")];
    let table = [
        ("TrafficPolicy", SERVICE, NO_EXTENSION),
        ("TrafficPolicy", "group: apps, kind: Deployment, name: r", NO_EXTENSION),
        ("ListenerPolicy", HTTP_ROUTE, "default: {proxyProtocol: {}}"),
        ("ListenerPolicy", SERVICE, "default: {proxyProtocol: {}}"),
        ("BackendConfigPolicy", HTTP_ROUTE, "tls: {secretRef: {name: absent}}"),
        ("BackendConfigPolicy", GATEWAY, "tls: {secretRef: {name: absent}}"),
        // An unknown field.
        ("TrafficPolicy", HTTP_ROUTE, "extauth: {extensionRef: {name: absent}}"),
    ];
    for (kind, target, spec) in table {
        let title = format!("{kind} models/p");
        let mut seen = none.to_vec();
        seen.push(("refused", &title));
        rows("2.4", &[(kind, routes() + &policy(kind, "name: p", target, spec), &seen)]);
    }
}

#[test]
fn policies_that_attach_to_nothing() {
    let nothing: &[(&str, &str)] =
        &[("http://h.test/r", "200 chat"), ("HTTPRoute r", "good"), ("Gateway", "good")];
    let tracing = "default: {httpSettings: {tracing: {provider: {openTelemetry: {serviceName: x, \
                   grpcService: {backendRef: {name: absent, port: 80}}}}}}}";
    let config = "tls: {secretRef: {name: absent}}";
    let tls = "validation: {hostname: x.test, \
               caCertificateRefs: [{group: '', kind: ConfigMap, name: absent}]}";
    let absent = "group: '', kind: Service, name: absent";
    let p = |kind: &str, meta: &str, target: &str, spec: &str| {
        routes() + &policy(kind, meta, target, spec)
    };
    rows(
        "2.4",
        &[
            (
                "ListenerPolicy in another namespace",
                p("ListenerPolicy", "name: p", GATEWAY, tracing),
                nothing,
            ),
            (
                "ListenerPolicy to a Gateway that is missing",
                p(
                    "ListenerPolicy",
                    "name: p, namespace: edge",
                    &GATEWAY.replace("front", "x"),
                    tracing,
                ),
                nothing,
            ),
            (
                "ListenerPolicy to an unknown listener",
                p(
                    "ListenerPolicy",
                    "name: p, namespace: edge",
                    &format!("{GATEWAY}, sectionName: nope"),
                    tracing,
                ),
                nothing,
            ),
            (
                "BackendConfigPolicy, Service missing",
                p("BackendConfigPolicy", "name: p", absent, config),
                nothing,
            ),
            (
                "BackendConfigPolicy in another namespace",
                p("BackendConfigPolicy", "name: p, namespace: edge", SERVICE, config),
                nothing,
            ),
            (
                "BackendTLSPolicy, Service missing",
                p("BackendTLSPolicy", "name: p", absent, tls),
                nothing,
            ),
            (
                "BackendTLSPolicy in another namespace",
                p("BackendTLSPolicy", "name: p, namespace: edge", SERVICE, tls),
                nothing,
            ),
            (
                "BackendTLSPolicy to an unknown port",
                p("BackendTLSPolicy", "name: p", &format!("{SERVICE}, sectionName: nope"), tls),
                nothing,
            ),
            (
                "TrafficPolicy to a rule that is unknown",
                p("TrafficPolicy", "name: p", &format!("{HTTP_ROUTE}, sectionName: nope"), BAD_CEL),
                nothing,
            ),
            (
                "TrafficPolicy to a rule that has the name of the listener",
                p("TrafficPolicy", "name: p", &format!("{HTTP_ROUTE}, sectionName: web"), BAD_CEL),
                nothing,
            ),
            (
                "TrafficPolicy to a listener that is unknown",
                p(
                    "TrafficPolicy",
                    "name: p, namespace: edge",
                    &format!("{GATEWAY}, sectionName: nope"),
                    BAD_CEL,
                ),
                nothing,
            ),
        ],
    );
}

fn fault(status: u16, percentage: u8) -> String {
    format!("faultInjection: {{abort: {{httpStatus: {status}, percentage: {percentage}}}}}")
}

#[test]
fn two_policies_with_the_same_field() {
    let two = |a: &str, first: &str, b: &str, second: &str| {
        routes()
            + &policy("TrafficPolicy", a, HTTP_ROUTE, first)
            + &policy("TrafficPolicy", b, HTTP_ROUTE, second)
    };
    let old = "creationTimestamp: '2026-11-22T20:00:00Z'";
    let new = "creationTimestamp: '2026-11-22T21:00:00Z'";
    let (a, b) = (fault(418, 100), fault(503, 100));
    rows(
        "2.4",
        &[
            (
                "the first by name",
                two("name: b", &b, "name: a", &a),
                &[("http://h.test/r", "418"), ("http://h.test/s", "200 chat")],
            ),
            (
                "the older",
                two(&format!("name: a, {new}"), &a, &format!("name: b, {old}"), &b),
                &[("http://h.test/r", "503")],
            ),
            (
                "the first aborts nothing: the other's field does not count",
                two("name: a", &fault(418, 0), "name: b", &b),
                &[("http://h.test/r", "200 chat"), ("HTTPRoute r", "good")],
            ),
            (
                "two rewrites: the first",
                two(
                    "name: a",
                    "urlRewrite: {pathRegex: {pattern: '^/r', substitution: /first}}",
                    "name: b",
                    "urlRewrite: {pathRegex: {pattern: '^/', substitution: /second/}}",
                ),
                &[("> http://h.test/r/x", "/first/x")],
            ),
            (
                "two authorizations: only the first is asked",
                two(
                    "name: a",
                    "extAuth: {extensionRef: {name: open}}",
                    "name: b",
                    "extAuth: {extensionRef: {name: shut}}",
                ) + &auth("open", ", failOpen: true")
                    + &auth("shut", "")
                    + DOWN,
                &[("http://h.test/r", "200 chat"), ("HTTPRoute r", "good")],
            ),
        ],
    );
}

/// A Service without endpoints.
const DOWN: &str = "\n---\nkind: Service\nmetadata: {name: authz}\n\
                    spec: {selector: {app: authz}, ports: [{port: 9000}]}\n";

fn auth(name: &str, more: &str) -> String {
    format!(
        "\n---\nkind: GatewayExtension\nmetadata: {{name: {name}}}\n\
         spec: {{extAuth: {{grpcService: {{backendRef: {{name: authz, port: 9000}}}}{more}}}}}\n"
    )
}

#[test]
fn auth_service_down() {
    let world = |more: &str| {
        traffic(HTTP_ROUTE, "extAuth: {extensionRef: {name: x}}") + &auth("x", more) + DOWN
    };
    rows(
        "2.4",
        &[
            (
                "refused",
                world(""),
                &[
                    ("http://h.test/r", "403"),
                    ("http://h.test/s", "200 chat"),
                    ("HTTPRoute r", "good"),
                ],
            ),
            (
                "failOpen",
                world(", failOpen: true"),
                &[("http://h.test/r", "200 chat"), ("HTTPRoute r", "good")],
            ),
        ],
    );
}

#[test]
fn faults() {
    rows(
        "2.4",
        &[
            (
                "on the route",
                traffic(HTTP_ROUTE, &fault(503, 100)),
                &[
                    ("http://h.test/r", "503"),
                    ("http://h.test/s", "200 chat"),
                    ("HTTPRoute r", "good"),
                ],
            ),
            (
                "on the Gateway",
                traffic(GATEWAY, &fault(503, 100)),
                &[("http://h.test/r", "503"), ("http://h.test/s", "503"), ("Gateway", "good")],
            ),
        ],
    );
}

#[test]
fn proxy_protocol() {
    let listener = |kind: &str, spec: &str| {
        routes() + &policy(kind, "name: p, namespace: edge", GATEWAY, spec)
    };
    let required = "default: {proxyProtocol: {}}";
    rows(
        "2.4",
        &[
            (
                "required",
                listener("ListenerPolicy", required),
                &[("http://h.test/r", "none"), ("Gateway", "good"), ("HTTPRoute r", "good")],
            ),
            (
                "of another Gateway",
                routes()
                    + &policy(
                        "ListenerPolicy",
                        "name: p, namespace: edge",
                        &GATEWAY.replace("front", "other"),
                        required,
                    ),
                &[("http://h.test/r", "200 chat")],
            ),
        ],
    );
}
