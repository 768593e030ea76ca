//! Section 8: the guide's manifests, cut down to what decides.

use super::world::{CHAT, FRONT, gateway, named, rows, rules};

const GUIDE: &str = "kind: Service\nmetadata: {name: bifrost, namespace: edge}\n\
                     spec: {ports: [{port: 8080}]}";

fn bifrost() -> String {
    GUIDE.to_owned()
        + &named(
            "bifrost-route",
            &format!(
                "parentRefs: [{FRONT}], rules: [{{matches: [{{path: {{type: PathPrefix, value: /v1}}}}], backendRefs: [{{name: bifrost, namespace: edge, port: 8080}}]}}]"
            ),
        )
}

fn grant() -> &'static str {
    "\n---\nkind: ReferenceGrant\nmetadata: {name: g, namespace: edge}\nspec: {from: \
     [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: models}], \
     to: [{group: '', kind: Service}]}\n"
}

#[test]
fn bifrost_route() {
    let vllm = named(
        "vllm-route",
        &format!(
            "parentRefs: [{FRONT}], rules: [{{matches: [{{path: {{type: PathPrefix, value: /v1}}}}], backendRefs: [{CHAT}]}}]"
        ),
    );
    rows(
        "2.4",
        &[
            (
                "05+06+07+09+16",
                bifrost(),
                &[
                    ("HTTPRoute bifrost-route", "ResolvedRefs=False/RefNotPermitted"),
                    ("http://h.test/v1/models", "500"),
                ],
            ),
            (
                "with a grant",
                bifrost() + grant(),
                &[("HTTPRoute bifrost-route", "good"), ("http://h.test/v1/models", "200 bifrost")],
            ),
            (
                "05+08+09: the first by name wins",
                bifrost() + &vllm,
                &[("http://h.test/v1/models", "500"), ("HTTPRoute vllm-route", "good")],
            ),
        ],
    );
}

#[test]
fn classifier() {
    let route = |name: &str, hosts: &str, backend: &str| {
        named(
            name,
            &format!(
                "parentRefs: [{FRONT}], {hosts}rules: [{{matches: [{{path: {{type: PathPrefix, value: /v1}}}}], backendRefs: [{{name: {backend}, port: 8000}}]}}]"
            ),
        )
    };
    rows(
        "2.4",
        &[(
            "05+08+33+34",
            route("vllm-route", "hostnames: [api.example.com], ", "chat")
                + &route("classifier-route", "", "embed"),
            &[
                ("http://api.example.com/v1/chat", "200 chat"),
                ("http://other.example.com/v1/chat", "200 embed"),
            ],
        )],
    );
}

fn langfuse(backend: &str) -> String {
    let plain = |path: &str| {
        format!(
            "{{matches: [{{path: {{type: PathPrefix, value: {path}}}}}], backendRefs: [{backend}]}}"
        )
    };
    rules(&format!(
        "{{matches: [{{path: {{type: PathPrefix, value: /langfuse/}}}}], filters: [{{type: URLRewrite, \
         urlRewrite: {{path: {{type: ReplacePrefixMatch, replacePrefixMatch: /}}}}}}], \
         backendRefs: [{backend}]}}, {}, {}, {}",
        plain("/_next"),
        plain("/api/auth"),
        plain("/api/public")
    ))
}

#[test]
fn langfuse_route() {
    rows(
        "2.3+",
        &[
            (
                "10, the Service elsewhere",
                langfuse("{name: langfuse, port: 3000}"),
                &[
                    ("HTTPRoute r", "ResolvedRefs=False/BackendNotFound"),
                    ("http://h.test/langfuse/", "500"),
                ],
            ),
            (
                "10 and 54",
                langfuse(CHAT),
                &[
                    ("> http://h.test/langfuse", "/"),
                    ("> http://h.test/langfuse/", "/"),
                    ("> http://h.test/langfuse/project/x", "/project/x"),
                    ("> http://h.test/_next/static/a.js", "/_next/static/a.js"),
                    ("http://h.test/api/trpc", "404"),
                    ("http://h.test/icon.svg", "404"),
                    ("http://any.test/_next/a", "200 chat"),
                ],
            ),
        ],
    );
    rows(
        "2.2",
        &[(
            "2.2",
            langfuse(CHAT),
            &[
                ("http://h.test/langfuse", "404"),
                ("> http://h.test/langfuse/", "/"),
                ("> http://h.test/langfuse/x", "/x"),
            ],
        )],
    );
}

#[test]
fn ab_test() {
    let arms = |a: &str, b: &str| {
        rules(&format!(
            "{{backendRefs: [{{name: {a}, port: 8000, weight: 90}}, {{name: {b}, port: 8000, weight: 10}}]}}"
        ))
    };
    rows(
        "2.4",
        &[
            (
                "81, both missing",
                arms("v7", "v8"),
                &[
                    ("HTTPRoute r", "ResolvedRefs=False/BackendNotFound"),
                    ("http://h.test/", "500 v7 0.9, 500 v8 0.1"),
                ],
            ),
            (
                "81, both there",
                arms("chat", "embed"),
                &[("HTTPRoute r", "good"), ("http://h.test/", "200 chat 0.9, 200 embed 0.1")],
            ),
        ],
    );
}

#[test]
fn envoy_retry() {
    let filter = "{type: ExtensionRef, extensionRef: {group: gateway.kgateway.dev, \
                  kind: EnvoyRetry, name: llm-fallback-policy}}";
    rows(
        "2.4",
        &[(
            "82",
            rules(&format!("{{filters: [{filter}], backendRefs: [{CHAT}]}}")),
            &[
                ("HTTPRoute r", "kgateway.dev/Programmed=False/RouteRuleReplaced"),
                ("http://h.test/", "500"),
            ],
        )],
    );
}

#[test]
fn https() {
    let tls = "tls: {mode: Terminate, certificateRefs: [{kind: Secret, name: nlb-tls-cert}]}";
    rows(
        "2.4",
        &[(
            "41, alone",
            gateway(&format!("{{name: https, port: 443, protocol: HTTPS, {tls}, ALL}}"))
                + &rules(&format!("{{backendRefs: [{CHAT}]}}")),
            &[
                ("Programmed of Gateway", "True"),
                ("https://h.test/", "none"),
                ("http://h.test/", "none"),
            ],
        )],
    );
}
