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
    rows("2.4 only", &[("2.4", address(), seen)]);
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
    let pool = |group: &str| to(&format!("{{name: pool, kind: InferencePool, group: {group}}}"));
    let not_found: &[(&str, &str)] =
        &[("HTTPRoute r", "ResolvedRefs=False/BackendNotFound"), ("http://h.test/", "500")];
    rows(
        "2.2",
        &[
            ("InferencePool", pool("inference.networking.k8s.io"), not_found),
            ("InferencePool of the older group", pool("inference.networking.x-k8s.io"), not_found),
            (
                "AttachedListenerSets",
                parents(FRONT),
                &[
                    (
                        "all Gateway",
                        "Accepted=True/Accepted AttachedListenerSets=Unknown/ListenerSetsNotAllowed Programmed=True/Programmed",
                    ),
                    ("http://h.test/", "200 chat"),
                ],
            ),
            (
                "RouteRuleReplaced",
                empty,
                &[("HTTPRoute r", "Accepted=False/RouteRuleReplaced"), ("http://h.test/", "500")],
            ),
            (
                "single backend of weight 0",
                to("{name: chat, port: 8000, weight: 0}"),
                &[("HTTPRoute r", "good"), ("http://h.test/", "200 chat")],
            ),
            (
                "HTTPS without tls",
                gateway("{name: https, port: 443, protocol: HTTPS, ALL}") + &parents(FRONT),
                &[("http://h.test:443/", "200 chat"), ("https://h.test/", "none")],
            ),
            (
                "to.group core",
                "kind: Service\nmetadata: {name: far, namespace: edge}\nspec: {ports: [{port: 80}]}\n---\n\
                 kind: ReferenceGrant\nmetadata: {name: g, namespace: edge}\nspec: {from: \
                 [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: models}], \
                 to: [{group: core, kind: Service}]}"
                    .to_owned()
                    + &to("{name: far, namespace: edge, port: 80}"),
                &[("HTTPRoute r", "good"), ("http://h.test/", "200 far")],
            ),
            ("unknown address type", address(), &[("Accepted of Gateway", "False")]),
            (
                "beside an unsupported listener",
                gateway(
                    "{name: odd, port: 81, protocol: http, ALL}, \
                     {name: web, port: 80, protocol: HTTP, ALL}",
                ) + &parents(FRONT),
                &[
                    ("Gateway", "AttachedListenerSets=Unknown/ListenerSetsNotAllowed"),
                    ("http://h.test/", "200 chat"),
                ],
            ),
        ],
    );
}

#[test]
fn prefixes_of_2_2() {
    let prefix = |value: &str, backend: &str| {
        format!(
            "{{matches: [{{path: {{type: PathPrefix, value: {value}}}}}], backendRefs: [{backend}]}}"
        )
    };
    rows(
        "2.2",
        &[
            (
                "with a slash",
                rules(&prefix("/foo/", CHAT)),
                &[
                    ("http://h.test/foo", "404"),
                    ("http://h.test/foo?a=b", "404"),
                    ("http://h.test/foo/", "200 chat"),
                    ("http://h.test/foo/bar", "200 chat"),
                    ("http://h.test/foobar", "404"),
                ],
            ),
            (
                "without",
                rules(&prefix("/foo", CHAT)),
                &[
                    ("http://h.test/foo", "200 chat"),
                    ("http://h.test/foo/", "200 chat"),
                    ("http://h.test/foobar", "404"),
                ],
            ),
            (
                "both",
                rules(&format!(
                    "{}, {}",
                    prefix("/foo/", CHAT),
                    prefix("/foo", "{name: embed, port: 8000}")
                )),
                &[("http://h.test/foo", "200 embed"), ("http://h.test/foo/bar", "200 chat")],
            ),
        ],
    );
}
