//! Section 2: Gateway, class, parameters, listeners.

use super::world::{FRONT, gateway, parents, rows, secret};

const PARAMETERS: &str = "\n---\nkind: GatewayParameters\nmetadata: {name: params, namespace: other}\nspec: {kube: {}}\n";

fn with_class(reference: &str) -> String {
    format!(
        "kind: GatewayClass\nmetadata: {{name: mine}}\n\
         spec: {{controllerName: kgateway.dev/kgateway, parametersRef: {{{reference}}}}}"
    ) + &gateway("{name: web, port: 80, protocol: HTTP, ALL}").replace(": kgateway,", ": mine,")
        + &parents(FRONT)
        + PARAMETERS
}

fn with_parameters(reference: &str) -> String {
    gateway("{name: web, port: 80, protocol: HTTP, ALL}").replace(
        ": kgateway,",
        &format!(": kgateway, infrastructure: {{parametersRef: {{{reference}}}}},"),
    ) + &parents(FRONT)
        + PARAMETERS
}

#[test]
fn parameters_that_are_missing() {
    let seen: &[(&str, &str)] = &[
        ("Gateway", "Accepted=False/InvalidParameters"),
        ("Gateway web", "1 good"),
        ("HTTPRoute r", "good"),
        ("http://h.test/", "none"),
    ];
    let kgateway = "group: gateway.kgateway.dev, kind: GatewayParameters";
    rows(
        "2.4",
        &[
            (
                "class: kind GatewayClassConfig",
                with_class("group: kgateway.dev, kind: GatewayClassConfig, name: kgateway-config"),
                seen,
            ),
            ("class: no namespace", with_class(&format!("{kgateway}, name: params")), seen),
            (
                "class: wrong namespace",
                with_class(&format!("{kgateway}, name: params, namespace: edge")),
                seen,
            ),
            (
                "Gateway: other namespace",
                with_parameters(&format!("{kgateway}, name: params")),
                seen,
            ),
            ("Gateway: missing", with_parameters(&format!("{kgateway}, name: absent")), seen),
            (
                "Gateway: group kgateway.dev",
                with_parameters("group: kgateway.dev, kind: GatewayParameters, name: params"),
                seen,
            ),
        ],
    );
}

#[test]
fn class_group_and_kind_are_ignored() {
    rows(
        "2.4",
        &[(
            "GatewayClassConfig that is found as GatewayParameters",
            with_class(
                "group: kgateway.dev, kind: GatewayClassConfig, name: params, namespace: other",
            ),
            &[("Gateway", "good"), ("http://h.test/", "200 chat")],
        )],
    );
}

#[test]
fn protocols() {
    let world = gateway("{name: web, port: 80, protocol: http, ALL}") + &parents(FRONT);
    rows(
        "2.4",
        &[
            (
                "small letters, the only listener",
                world,
                &[
                    ("Gateway", "Accepted=False/ListenersNotValid Programmed=False/Invalid"),
                    ("Gateway web", "1 [] Accepted=False/UnsupportedProtocol"),
                    ("http://h.test/", "none"),
                ],
            ),
            (
                "small letters, beside another",
                gateway(
                    "{name: web, port: 80, protocol: http, ALL}, {name: b, port: 81, protocol: HTTP, ALL}",
                ) + &parents(FRONT),
                &[
                    ("Gateway web", "1 [] Accepted=False/UnsupportedProtocol"),
                    ("Accepted of Gateway", "True"),
                    ("http://h.test/", "none"),
                    ("http://h.test:81/", "200 chat"),
                ],
            ),
            (
                "HTTP and HTTPS on one port: the first is served",
                gateway(
                    "{name: a, port: 443, protocol: HTTP, ALL}, \
                     {name: b, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: tls}]}, ALL}",
                ) + &secret("edge", "tls", "h.test")
                    + &parents(FRONT),
                &[
                    ("Gateway a", "1 good"),
                    (
                        "Gateway b",
                        "1 Accepted=False/ProtocolConflict Conflicted=True/ProtocolConflict Programmed=False/ProtocolConflict",
                    ),
                    ("http://h.test:443/", "200 chat"),
                    ("https://h.test/", "none"),
                ],
            ),
        ],
    );
}

#[test]
fn route_kinds() {
    let kinds = |kinds: &str| {
        gateway(&format!(
            "{{name: web, port: 80, protocol: HTTP, \
             allowedRoutes: {{namespaces: {{from: All}}, kinds: [{kinds}]}}}}"
        )) + &parents(FRONT)
    };
    rows(
        "2.4",
        &[
            (
                "an unknown one beside HTTPRoute",
                kinds("{kind: HTTPRoute}, {kind: WebRoute}"),
                &[
                    ("Gateway web", "1 [HTTPRoute] ResolvedRefs=False/InvalidRouteKinds"),
                    ("HTTPRoute r", "good"),
                    ("http://h.test/", "200 chat"),
                ],
            ),
            ("only an unknown one", kinds("{kind: WebRoute}"), &[("http://h.test/", "none")]),
            (
                "HTTPRoute of a foreign group",
                kinds("{kind: HTTPRoute, group: x.test}"),
                &[("http://h.test/", "none")],
            ),
        ],
    );
}

#[test]
fn selectors() {
    let select = |selector: &str| {
        gateway(&format!(
            "{{name: web, port: 80, protocol: HTTP, \
             allowedRoutes: {{namespaces: {{from: Selector{selector}}}}}}}"
        )) + &parents(FRONT)
    };
    let nobody: &[(&str, &str)] = &[
        ("Gateway", "good"),
        ("Gateway web", "0 good"),
        ("HTTPRoute r", "Accepted=False/NotAllowedByListeners"),
        ("http://h.test/", "404"),
    ];
    rows(
        "2.4",
        &[
            ("no selector", select(""), nobody),
            (
                "unknown operator",
                select(", selector: {matchExpressions: [{key: tier, operator: Is, values: [ai]}]}"),
                nobody,
            ),
            (
                "empty selector",
                select(", selector: {}"),
                &[("Gateway web", "1 good"), ("http://h.test/", "200 chat")],
            ),
        ],
    );
}

#[test]
fn listener_set_that_is_not_allowed() {
    let set = "\n---\nkind: ListenerSet\nmetadata: {name: ports}\n\
               spec: {parentRef: {name: front, namespace: edge, kind: Gateway, \
               group: gateway.networking.k8s.io}, listeners: [{name: team, port: 8090, \
               protocol: HTTP}]}\n";
    rows(
        "2.4",
        &[(
            "no allowedListeners",
            set.to_owned()
                + &parents("{name: ports, kind: ListenerSet, group: gateway.networking.k8s.io}"),
            &[
                ("ListenerSet ports", "Accepted=False/NotAllowed Programmed=False/NotAllowed"),
                ("HTTPRoute r", "no status"),
                ("http://h.test:8090/", "none"),
            ],
        )],
    );
}

#[test]
fn listeners_that_the_api_server_refuses() {
    let refused: &[(&str, &str)] = &[("refused", "Gateway edge/front")];
    rows(
        "2.4",
        &[
            (
                "duplicate port, protocol, hostname",
                gateway("{name: a, port: 80, protocol: HTTP}, {name: b, port: 80, protocol: HTTP}"),
                refused,
            ),
            (
                "duplicate name",
                gateway("{name: a, port: 80, protocol: HTTP}, {name: a, port: 81, protocol: HTTP}"),
                refused,
            ),
            ("no listener", gateway(""), refused),
            ("port 0", gateway("{name: a, port: 0, protocol: HTTP}"), refused),
            (
                "tls on HTTP",
                gateway("{name: a, port: 80, protocol: HTTP, tls: {certificateRefs: [{name: x}]}}"),
                refused,
            ),
            (
                "Passthrough on HTTPS",
                gateway("{name: a, port: 443, protocol: HTTPS, tls: {mode: Passthrough}}"),
                refused,
            ),
        ],
    );
}
