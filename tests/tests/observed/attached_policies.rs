//! Section 6, more: targets that are refused, policies in each other's way, the whole Gateway.

use super::world::{CHAT, FRONT, named, rows, rules};

/// Routes `r` (/r) and `s` (/s) to Service `chat`.
pub fn routes() -> String {
    let rule = |path: &str| {
        format!(
            "{{matches: [{{path: {{type: PathPrefix, value: {path}}}}}], backendRefs: [{CHAT}]}}"
        )
    };
    rules(&rule("/r")) + &named("s", &format!("parentRefs: [{FRONT}], rules: [{}]", rule("/s")))
}

pub fn policy(kind: &str, meta: &str, target: &str, spec: &str) -> String {
    format!(
        "\n---\nkind: {kind}\nmetadata: {{{meta}}}\nspec: {{targetRefs: [{{{target}}}], {spec}}}\n"
    )
}

pub const HTTP_ROUTE: &str = "group: gateway.networking.k8s.io, kind: HTTPRoute, name: r";
pub const GATEWAY: &str = "group: gateway.networking.k8s.io, kind: Gateway, name: front";
const SERVICE: &str = "group: '', kind: Service, name: chat";

pub fn traffic(target: &str, spec: &str) -> String {
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
