//! Section 6: policies.

use super::world::{CHAT, FRONT, named, rows, rules};

/// Routes `r` (/r, two rules) and `s` (/s) to Service `chat`.
fn routes() -> String {
    let rule = |path: &str| {
        format!(
            "{{matches: [{{path: {{type: PathPrefix, value: {path}}}}}], backendRefs: [{CHAT}]}}"
        )
    };
    rules(&format!("{}, {}", rule("/r"), rule("/q")))
        + &named("s", &format!("parentRefs: [{FRONT}], rules: [{}]", rule("/s")))
}

fn policy(namespace: &str, target: &str, spec: &str) -> String {
    routes()
        + &format!(
            "\n---\nkind: TrafficPolicy\nmetadata: {{name: tp, namespace: {namespace}}}\n\
             spec: {{targetRefs: [{{group: gateway.networking.k8s.io, {target}}}], {spec}}}\n"
        )
}

const AUTH: &str = "extAuth: {extensionRef: {name: authz}}";
const HTTP_ROUTE: &str = "kind: HTTPRoute, name: r";
const GATEWAY: &str = "kind: Gateway, name: front";

fn extension(namespace: &str, service: &str) -> String {
    format!(
        "\n---\nkind: GatewayExtension\nmetadata: {{name: authz, namespace: {namespace}}}\n\
         spec: {{extAuth: {{grpcService: {{backendRef: {{name: {service}, port: 9000}}}}}}}}\n"
    )
}

#[test]
fn policies_that_attach_to_nothing() {
    let nothing: &[(&str, &str)] = &[
        ("http://h.test/r", "200 chat"),
        ("http://h.test/s", "200 chat"),
        ("HTTPRoute r", "good"),
        ("Gateway", "good"),
    ];
    rows(
        "2.4",
        &[
            ("policy in another namespace", policy("edge", HTTP_ROUTE, AUTH), nothing),
            ("Gateway of another namespace", policy("models", GATEWAY, AUTH), nothing),
            ("target missing", policy("models", "kind: HTTPRoute, name: absent", AUTH), nothing),
            (
                "rule unknown",
                policy("models", "kind: HTTPRoute, name: r, sectionName: nope", AUTH),
                nothing,
            ),
            (
                "listener unknown",
                policy("edge", "kind: Gateway, name: front, sectionName: nope", AUTH),
                nothing,
            ),
        ],
    );
}

#[test]
fn invalid_on_a_route() {
    let replaced: &[(&str, &str)] = &[
        ("http://h.test/r", "500"),
        ("http://h.test/q", "500"),
        ("http://h.test/s", "200 chat"),
        ("HTTPRoute r", "kgateway.dev/Programmed=False/RouteRuleReplaced"),
        ("HTTPRoute s", "good"),
        ("Gateway", "good"),
    ];
    rows(
        "2.4",
        &[
            ("extension missing", policy("models", HTTP_ROUTE, AUTH), replaced),
            (
                "its Service missing",
                policy("models", HTTP_ROUTE, AUTH) + &extension("models", "absent"),
                replaced,
            ),
        ],
    );
}

#[test]
fn invalid_on_the_gateway() {
    let replaced: &[(&str, &str)] = &[
        ("Gateway", "Accepted=False/GatewayReplaced"),
        ("http://h.test/r", "500"),
        ("http://h.test/s", "500"),
    ];
    rows(
        "2.4",
        &[
            ("extension missing", policy("edge", GATEWAY, AUTH), replaced),
            (
                "its Service missing",
                policy("edge", GATEWAY, AUTH) + &extension("edge", "absent"),
                replaced,
            ),
            ("tracing to a Service that is missing", tracing("name: absent"), replaced),
            (
                "tracing to a Service without grant",
                tracing("name: chat, namespace: models"),
                replaced,
            ),
        ],
    );
}

fn tracing(service: &str) -> String {
    routes()
        + &format!(
            "\n---\nkind: ListenerPolicy\nmetadata: {{name: lp, namespace: edge}}\n\
             spec: {{targetRefs: [{{group: gateway.networking.k8s.io, {GATEWAY}}}], \
             default: {{httpSettings: {{tracing: {{provider: {{openTelemetry: \
             {{serviceName: x, grpcService: {{backendRef: {{{service}, port: 8000}}}}}}}}}}}}}}}}\n"
        )
}

#[test]
fn backend_policies_that_are_invalid() {
    let seen: &[(&str, &str)] =
        &[("http://h.test/r", "500"), ("HTTPRoute r", "good"), ("Gateway", "good")];
    let config = "\n---\nkind: BackendConfigPolicy\nmetadata: {name: bcp}\n\
                  spec: {targetRefs: [{group: '', kind: Service, name: chat}], \
                  tls: {secretRef: {name: absent}}}\n";
    let tls = "\n---\nkind: BackendTLSPolicy\nmetadata: {name: btp}\n\
               spec: {targetRefs: [{group: '', kind: Service, name: chat}], \
               validation: {hostname: x.test, \
               caCertificateRefs: [{group: '', kind: ConfigMap, name: absent}]}}\n";
    rows(
        "2.4",
        &[
            ("BackendConfigPolicy, secret missing", routes() + config, seen),
            ("BackendTLSPolicy, CA missing", routes() + tls, seen),
        ],
    );
}

#[test]
fn auth_service_down() {
    let service = "\n---\nkind: Service\nmetadata: {name: authz-svc}\n\
                   spec: {selector: {app: authz}, ports: [{port: 9000}]}\n";
    let world = policy("models", HTTP_ROUTE, AUTH) + &extension("models", "authz-svc") + service;
    rows(
        "2.4",
        &[(
            "no failOpen",
            world,
            &[("http://h.test/r", "403"), ("http://h.test/s", "200 chat"), ("HTTPRoute r", "good")],
        )],
    );
}

/// Plain expressions are followed: an `Allow` refuses what does not fit, a `Deny` what does.
#[test]
fn rbac_by_a_plain_expression() {
    let rbac = |action: &str, expression: &str| {
        let spec =
            format!("rbac: {{action: {action}, policy: {{matchExpressions: [\"{expression}\"]}}}}");
        policy("models", HTTP_ROUTE, &spec)
    };
    rows(
        "2.4",
        &[
            (
                "Allow, the header is missing",
                rbac("Allow", "request.headers['x-team'] == 'ml'"),
                &[
                    ("http://h.test/r", "403"),
                    ("http://h.test/s", "200 chat"),
                    ("HTTPRoute r", "good"),
                ],
            ),
            (
                "Allow, it fits",
                rbac("Allow", "request.path.startsWith('/r')"),
                &[("http://h.test/r", "200 chat"), ("http://h.test/q", "403")],
            ),
            (
                "Deny, it fits",
                rbac("Deny", "request.method == 'GET'"),
                &[("http://h.test/r", "403"), ("http://h.test/s", "200 chat")],
            ),
        ],
    );
}
