//! What manifests cannot tell: the answer is `unknown`, never a guess.

use super::world::{CHAT, rules, unknown};

/// Row of kgateway-observed.md, world, question, why it cannot be predicted.
fn table() -> Vec<(&'static str, String, &'static str, &'static str)> {
    let route = |backend: &str| rules(&format!("{{backendRefs: [{backend}]}}"));
    let service = |name: &str, port: &str| {
        format!(
            "\n---\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{selector: {{app: chat}}, ports: [{{{port}}}]}}\n"
        )
    };
    let traffic = |spec: &str| {
        route(CHAT)
            + &format!(
                "\n---\nkind: TrafficPolicy\nmetadata: {{name: p}}\nspec: {{targetRefs: \
                 [{{group: gateway.networking.k8s.io, kind: HTTPRoute, name: r}}], {spec}}}\n"
            )
    };
    let tls = "\n---\nkind: BackendConfigPolicy\nmetadata: {name: p}\n\
               spec: {targetRefs: [{group: '', kind: Service, name: chat}], tls: {sni: x.test}}\n";
    let extension = "\n---\nkind: GatewayExtension\nmetadata: {name: x}\n\
                     spec: {extAuth: {grpcService: {backendRef: {name: embed, port: 8000}}}}\n";
    let backend = "\n---\nkind: Backend\nmetadata: {name: ext}\n\
                   spec: {type: Static, static: {hosts: [{host: x.test, port: 80}]}}\n";
    let proxy = "\n---\nkind: ListenerPolicy\nmetadata: {name: p, namespace: edge}\n\
                 spec: {targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: front, \
                 sectionName: web}], default: {proxyProtocol: {}}}\n";
    vec![
        (
            "4, port closed: 503 UF",
            route("{name: x, port: 80}") + &service("x", "port: 80, targetPort: 9999"),
            "http://h.test/",
            "a container may listen on ports that it does not declare",
        ),
        (
            "4, h2c to an HTTP/1.1 backend: 502 UPE",
            route("{name: x, port: 80}")
                + &service("x", "port: 80, targetPort: 8000, appProtocol: kubernetes.io/h2c"),
            "http://h.test/",
            "whether the server speaks HTTP/2 is in no manifest",
        ),
        (
            "4, TLS to a plain backend: 503 UF",
            route(CHAT) + tls,
            "http://h.test/",
            "whether the server speaks TLS is in no manifest",
        ),
        (
            "6, buffer: 413",
            traffic("buffer: {maxRequestSize: 1Ki}"),
            "POST http://h.test/",
            "the size of the request's body is not given",
        ),
        (
            "6, rate limit: 429",
            traffic("rateLimit: {local: {tokenBucket: {maxTokens: 1, fillInterval: 60s}}}"),
            "http://h.test/",
            "how much of the limit is used up is not given",
        ),
        (
            "6, RBAC: 403",
            traffic("rbac: {policy: {matchExpressions: ['size(request.headers[\"x\"]) > 1']}}"),
            "http://h.test/",
            "only plain CEL expressions are evaluated",
        ),
        (
            "6, extAuth service that is up",
            traffic("extAuth: {extensionRef: {name: x}}") + extension,
            "http://h.test/",
            "what the service decides is in no manifest",
        ),
        (
            "6, PROXY protocol on one listener",
            route(CHAT) + proxy,
            "http://h.test/",
            "seen only on a whole Gateway",
        ),
        (
            "1, Backend with a host name",
            route("{name: ext, kind: Backend, group: gateway.kgateway.dev}") + backend,
            "http://h.test/",
            "what DNS answers is in no manifest",
        ),
    ]
}

#[test]
fn declined() {
    for (row, yaml, question, why) in table() {
        assert!(!why.is_empty(), "{row}");
        unknown(row, &yaml, question);
    }
}

/// Rows that no manifest can show, for the record: slow backends (504 UT, URX), what the access
/// log or the controller's log says, the messages of conditions, the statuses of policies and
/// GatewayClasses (not predicted), what a proxy that keeps running still serves after a NACK,
/// header values that policies set, and section 7.
#[test]
fn timeouts_are_taken_as_kept() {
    let yaml = rules(&format!("{{timeouts: {{request: 1s}}, backendRefs: [{CHAT}]}}"));
    super::world::rows("2.4", &[("timeout", yaml, &[("http://h.test/", "200 chat")])]);
}
