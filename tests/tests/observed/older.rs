//! Section 9: what differed in older kgateway.

use super::world::{CHAT, FRONT, gateway, parents, rows, rules};

fn langfuse() -> String {
    rules(&format!(
        "{{matches: [{{path: {{type: PathPrefix, value: /foo/}}}}], filters: [{{type: URLRewrite, \
         urlRewrite: {{path: {{type: ReplacePrefixMatch, replacePrefixMatch: /xyz}}}}}}], \
         backendRefs: [{CHAT}]}}"
    ))
}

#[test]
fn prefix_with_a_slash() {
    rows(
        "2.2",
        &[(
            "2.2",
            langfuse(),
            &[("http://h.test/foo", "404"), ("> http://h.test/foo/bar", "/xyzbar")],
        )],
    );
    rows(
        "2.3",
        &[(
            "2.3",
            langfuse(),
            &[("> http://h.test/foo", "/xyz"), ("> http://h.test/foo/bar", "/xyz/bar")],
        )],
    );
}

fn address() -> String {
    gateway("{name: web, port: 80, protocol: HTTP, ALL}")
        .replace(": kgateway,", ": kgateway, addresses: [{type: x.test/Odd, value: a}],")
        + &parents(FRONT)
}

#[test]
fn unknown_address_type() {
    let seen: &[(&str, &str)] = &[("Gateway", "Accepted=False/UnsupportedAddress")];
    rows("2.4", &[("2.4", address(), seen)]);
    let seen: &[(&str, &str)] = &[("Gateway", "Accepted=False/InvalidParameters")];
    rows("2.3", &[("2.3", address(), seen)]);
}

#[test]
fn gateway_reason_beside_an_unsupported_listener() {
    let world = gateway(
        "{name: odd, port: 81, protocol: http, ALL}, {name: web, port: 80, protocol: HTTP, ALL}",
    ) + &parents(FRONT);
    rows("2.3", &[("2.3", world, &[("Gateway", "good"), ("http://h.test/", "200 chat")])]);
}

#[test]
fn kgateway_2_2() {
    let to = |backend: &str| rules(&format!("{{backendRefs: [{backend}]}}"));
    let empty = rules("{backendRefs: []}");
    rows(
        "2.2",
        &[
            (
                "InferencePool",
                to("{name: pool, kind: InferencePool, group: inference.networking.k8s.io}"),
                &[("HTTPRoute r", "ResolvedRefs=False/BackendNotFound"), ("http://h.test/", "500")],
            ),
            (
                "AttachedListenerSets",
                parents(FRONT),
                &[("Gateway", "AttachedListenerSets=Unknown/ListenerSetsNotAllowed")],
            ),
            ("RouteRuleReplaced", empty, &[("HTTPRoute r", "Accepted=False/RouteRuleReplaced")]),
            (
                "single backend of weight 0",
                to("{name: chat, port: 8000, weight: 0}"),
                &[("http://h.test/", "200 chat")],
            ),
            (
                "HTTPS without tls",
                gateway("{name: https, port: 443, protocol: HTTPS, ALL}") + &parents(FRONT),
                &[("http://h.test:443/", "200 chat")],
            ),
        ],
    );
}
