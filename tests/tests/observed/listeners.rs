//! Section 2, more: classes, certificates, protocols, kinds, ListenerSets.

use super::world::{CHAT, FRONT, gateway, named, parents, rows, secret};

fn of_class(class: &str) -> String {
    gateway("{name: web, port: 80, protocol: HTTP, ALL}")
        .replace(": kgateway,", &format!(": {class},"))
        + &parents(FRONT)
}

fn class(name: &str, controller: &str) -> String {
    format!(
        "\n---\nkind: GatewayClass\nmetadata: {{name: {name}}}\nspec: {{controllerName: {controller}}}\n"
    )
}

#[test]
fn classes_that_nobody_serves() {
    let pending: &[(&str, &str)] = &[
        ("all Gateway", "Accepted=Unknown/Pending Programmed=Unknown/Pending"),
        ("HTTPRoute r", "no status"),
        ("Gateway web", "no listener"),
    ];
    rows(
        "2.4",
        &[
            ("missing", of_class("absent"), pending),
            ("foreign", class("nginx", "nginx.org/gateway") + &of_class("nginx"), pending),
            (
                "the guide's controllerName",
                class("ai", "kgateway.dev/kgateway-controller") + &of_class("ai"),
                pending,
            ),
        ],
    );
    rows("2.4", &[("missing", of_class("absent"), &[("http://h.test/", "none")])]);
}

#[test]
fn classes_of_kgateway() {
    let good: &[(&str, &str)] = &[("Gateway", "good"), ("http://h.test/", "200 chat")];
    rows("2.4", &[("another name", class("ai", "kgateway.dev/kgateway") + &of_class("ai"), good)]);
    // The API server refuses the second controllerName: the class stays as kgateway made it.
    rows(
        "2.4 typed",
        &[(
            "the guide's 03 over a running kgateway",
            class("kgateway", "kgateway.dev/kgateway-controller") + &of_class("kgateway"),
            good,
        )],
    );
}

#[test]
fn parameters_that_are_there() {
    let good: &[(&str, &str)] =
        &[("Gateway", "good"), ("Gateway web", "1 good"), ("http://h.test/", "200 chat")];
    let made = |namespace: &str| {
        format!(
            "\n---\nkind: GatewayParameters\nmetadata: {{name: params, namespace: {namespace}}}\nspec: {{kube: {{}}}}\n"
        )
    };
    let kind = "group: gateway.kgateway.dev, kind: GatewayParameters, name: params";
    let own = gateway("{name: web, port: 80, protocol: HTTP, ALL}").replace(
        ": kgateway,",
        &format!(": kgateway, infrastructure: {{parametersRef: {{{kind}}}}},"),
    ) + &parents(FRONT);
    let by_class = class(
        "ai",
        &format!("kgateway.dev/kgateway, parametersRef: {{{kind}, namespace: kgateway-system}}"),
    ) + &of_class("ai");
    rows(
        "2.4",
        &[
            ("Gateway", own + &made("edge"), good),
            ("class", by_class + &made("kgateway-system"), good),
        ],
    );
}

/// The guide's 04 is refused (no such kind), so that nothing of that name is there.
#[test]
fn a_gateway_class_config_is_no_parameters() {
    let config = "\n---\napiVersion: kgateway.dev/v1alpha1\nkind: GatewayClassConfig\n\
                  metadata: {name: kgateway-config}\nspec: {}\n";
    let reference = "group: kgateway.dev, kind: GatewayClassConfig, name: kgateway-config";
    let world = |more: &str| {
        let controller = format!("kgateway.dev/kgateway, parametersRef: {{{reference}{more}}}");
        class("ai", &controller) + &of_class("ai") + config
    };
    let seen: &[(&str, &str)] = &[
        ("Gateway", "Accepted=False/InvalidParameters"),
        ("Programmed of Gateway", "True"),
        ("Gateway web", "1 good"),
        ("HTTPRoute r", "good"),
        ("http://h.test/", "none"),
    ];
    rows(
        "2.4",
        &[("as printed", world(""), seen), ("a namespace", world(", namespace: edge"), seen)],
    );
}

#[test]
fn addresses() {
    let with = |kind: &str| {
        gateway("{name: web, port: 80, protocol: HTTP, ALL}").replace(
            ": kgateway,",
            &format!(": kgateway, addresses: [{{type: {kind}, value: a}}],"),
        ) + &parents(FRONT)
    };
    rows(
        "2.4 only",
        &[(
            "NamedAddress: no proxy",
            with("NamedAddress"),
            &[
                ("Gateway", "Accepted=False/UnsupportedAddress"),
                ("Programmed of Gateway", "True"),
                ("http://h.test/", "none"),
            ],
        )],
    );
}

#[test]
fn one_port_two_protocols() {
    rows(
        "2.4",
        &[(
            "HTTPS first",
            gateway(
                "{name: b, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: tls}]}, ALL}, \
                 {name: a, port: 443, protocol: HTTP, ALL}",
            ) + &secret("edge", "tls", "h.test")
                + &parents(FRONT),
            &[
                ("Gateway b", "1 good"),
                (
                    "Gateway a",
                    "1 Accepted=False/ProtocolConflict Conflicted=True/ProtocolConflict Programmed=False/ProtocolConflict",
                ),
                ("https://h.test/", "200 chat"),
                ("http://h.test:443/", "none"),
            ],
        )],
    );
}

#[test]
fn protocols_that_are_unknown() {
    let only = |protocol: &str| {
        gateway(&format!("{{name: web, port: 80, protocol: {protocol}, ALL}}")) + &parents(FRONT)
    };
    let seen: &[(&str, &str)] = &[
        ("Gateway", "Accepted=False/ListenersNotValid Programmed=False/Invalid"),
        ("Gateway web", "1 [] Accepted=False/UnsupportedProtocol"),
        ("http://h.test/", "none"),
    ];
    rows(
        "2.4",
        &[
            ("Http", only("Http"), seen),
            ("https", only("https"), seen),
            ("HTTP2", only("HTTP2"), seen),
            ("of a domain", only("x.test/odd"), seen),
        ],
    );
}

#[test]
fn kinds_that_are_unknown() {
    let kinds = |kinds: &str| {
        gateway(&format!(
            "{{name: web, port: 80, protocol: HTTP, \
             allowedRoutes: {{namespaces: {{from: All}}, kinds: [{kinds}]}}}}"
        )) + &parents(FRONT)
    };
    let seen: &[(&str, &str)] = &[
        ("Accepted of Gateway", "False"),
        ("Gateway web", "0 [] ResolvedRefs=False/InvalidRouteKinds"),
        ("http://h.test/", "none"),
    ];
    rows(
        "2.4",
        &[
            ("one", kinds("{kind: WebRoute}"), seen),
            ("two", kinds("{kind: WebRoute}, {kind: httproute}"), seen),
            ("HTTPRoute of a foreign group", kinds("{kind: HTTPRoute, group: x.test}"), seen),
            ("HTTPRoute of the core group", kinds("{kind: HTTPRoute, group: ''}"), seen),
        ],
    );
}

#[test]
fn listener_sets_that_are_not_let_in() {
    let set = |allowed: &str, parent: &str| {
        let set = "\n---\nkind: ListenerSet\nmetadata: {name: ports}\n\
             spec: {parentRef: {name: front, namespace: edge}, \
             listeners: [{name: team, port: 8090, protocol: HTTP}]}\n";
        gateway("{name: web, port: 80, protocol: HTTP, ALL}")
            .replace(": kgateway,", &format!(": kgateway, {allowed}"))
            + set
            + &named(
                "r",
                &format!("parentRefs: [{{{parent}}}], rules: [{{backendRefs: [{CHAT}]}}]"),
            )
    };
    let own = "name: ports, kind: ListenerSet, group: gateway.networking.k8s.io";
    let none = "allowedListeners: {namespaces: {from: None}},";
    let seen: &[(&str, &str)] = &[
        ("ListenerSet ports", "Accepted=False/NotAllowed Programmed=False/NotAllowed"),
        ("HTTPRoute r", "no status"),
        ("http://h.test:8090/", "none"),
        ("http://h.test/", "404"),
        ("Gateway", "good"),
        ("Gateway web", "0 good"),
    ];
    rows(
        "2.4",
        &[
            ("nothing said", set("", own), seen),
            ("None", set(none, own), seen),
            ("empty", set("allowedListeners: {},", own), seen),
            ("by sectionName", set("", &format!("{own}, sectionName: team")), seen),
        ],
    );
}

#[test]
fn listeners_side_by_side() {
    let refused: &[(&str, &str)] = &[("refused", "Gateway edge/front")];
    let two = |a: &str, b: &str| gateway(&format!("{{{a}}}, {{{b}}}")) + &parents(FRONT);
    rows(
        "2.4",
        &[
            (
                "duplicate hostname",
                two(
                    "name: a, port: 80, protocol: HTTP, hostname: h.test",
                    "name: b, port: 80, protocol: HTTP, hostname: h.test",
                ),
                refused,
            ),
            (
                "duplicate name, otherwise distinct",
                two(
                    "name: a, port: 80, protocol: HTTP",
                    "name: a, port: 81, protocol: HTTP, hostname: h.test",
                ),
                refused,
            ),
            (
                "another hostname",
                two(
                    "name: a, port: 80, protocol: HTTP, hostname: h.test, ALL",
                    "name: b, port: 80, protocol: HTTP, hostname: x.test, ALL",
                ),
                &[("Gateway a", "1 good"), ("Gateway b", "1 good"), ("http://x.test/", "200 chat")],
            ),
            ("port 65536", gateway("{name: a, port: 65536, protocol: HTTP}"), refused),
            ("port -1", gateway("{name: a, port: -1, protocol: HTTP}"), refused),
        ],
    );
}
