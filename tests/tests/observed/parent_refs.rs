//! Section 1, more of the parentRefs: several of them, and listeners that refuse.

use super::world::{CHAT, FRONT, gateway, named, parents, rows, rules};

#[test]
fn one_of_two_is_ours() {
    let good: &[(&str, &str)] =
        &[("HTTPRoute r", "good"), ("http://h.test/", "200 chat"), ("Gateway web", "1 good")];
    let with = |other: &str| parents(&format!("{{{other}}}, {FRONT}"));
    rows(
        "2.4",
        &[
            ("the first missing", with("name: absent, namespace: edge"), good),
            ("the first in the route's namespace", with("name: front"), good),
            ("the first a Service", with("name: chat, kind: Service, group: ''"), good),
            (
                "the first an Ingress",
                with("name: front, namespace: edge, kind: Ingress, group: networking.k8s.io"),
                good,
            ),
            (
                "the first of group x.test",
                with("name: front, namespace: edge, group: x.test"),
                good,
            ),
        ],
    );
}

#[test]
fn nothing_is_ours_in_small_letters_either() {
    let nowhere: &[(&str, &str)] = &[("HTTPRoute r", "no status"), ("http://h.test/", "404")];
    rows(
        "2.4",
        &[
            ("kind gateway", parents("{name: front, namespace: edge, kind: gateway}"), nowhere),
            (
                "Ingress of its own group",
                parents("{name: front, namespace: edge, kind: Ingress, group: networking.k8s.io}"),
                nowhere,
            ),
            ("two, both missing", parents("{name: front}, {name: x, namespace: edge}"), nowhere),
        ],
    );
}

fn two() -> String {
    gateway("{name: open, port: 80, protocol: HTTP, ALL}, {name: shut, port: 8080, protocol: HTTP}")
}

#[test]
fn each_parent_ref_has_its_own_entry() {
    let by_name = |names: &[&str]| {
        let refs: Vec<String> = names
            .iter()
            .map(|name| format!("{{name: front, namespace: edge, sectionName: {name}}}"))
            .collect();
        two() + &parents(&refs.join(", "))
    };
    rows(
        "2.4",
        &[
            (
                "open, and one that is not there",
                by_name(&["open", "nope"]),
                &[
                    ("HTTPRoute r", "good; Accepted=False/NoMatchingParent"),
                    ("http://h.test/", "200 chat"),
                    ("Gateway open", "1 good"),
                ],
            ),
            (
                "open, and one that refuses",
                by_name(&["open", "shut"]),
                &[
                    ("HTTPRoute r", "good; Accepted=False/NoMatchingParent"),
                    ("http://h.test/", "200 chat"),
                    ("http://h.test:8080/", "404"),
                    ("Gateway shut", "0 good"),
                ],
            ),
            (
                "the same sectionName twice",
                by_name(&["open", "open"]),
                &[("refused", "HTTPRoute models/r"), ("http://h.test/", "404")],
            ),
            (
                "all listeners: those that refuse are not told",
                two() + &parents(FRONT),
                &[
                    ("HTTPRoute r", "good"),
                    ("http://h.test/", "200 chat"),
                    ("http://h.test:8080/", "404"),
                    ("Gateway open", "1 good"),
                    ("Gateway shut", "0 good"),
                ],
            ),
        ],
    );
}

#[test]
fn namespaces_that_are_let_in() {
    let from = |allowed: &str| {
        gateway(&format!("{{name: web, port: 80, protocol: HTTP, allowedRoutes: {{{allowed}}}}}"))
            + &parents(FRONT)
    };
    let refused: &[(&str, &str)] = &[
        ("HTTPRoute r", "Accepted=False/NotAllowedByListeners"),
        ("Gateway web", "0 good"),
        ("Gateway", "good"),
        ("http://h.test/", "404"),
    ];
    let good: &[(&str, &str)] = &[("HTTPRoute r", "good"), ("http://h.test/", "200 chat")];
    let select =
        |selector: &str| from(&format!("namespaces: {{from: Selector, selector: {{{selector}}}}}"));
    rows(
        "2.4",
        &[
            ("Same", from("namespaces: {from: Same}"), refused),
            (
                "None",
                from("namespaces: {from: None}"),
                // The CRD knows All, Selector and Same; only allowedListeners knows None.
                &[("refused", "Gateway edge/front")],
            ),
            ("namespaces left empty", from("namespaces: {}"), refused),
            ("a label of another value", select("matchLabels: {tier: web}"), refused),
            ("the label", select("matchLabels: {tier: ai}"), good),
            (
                "the name's label",
                select("matchLabels: {kubernetes.io/metadata.name: models}"),
                good,
            ),
            ("no requirement in the list", select("matchExpressions: []"), good),
            (
                "an operator in small letters",
                select("matchExpressions: [{key: tier, operator: in, values: [ai]}]"),
                refused,
            ),
            (
                "In",
                select("matchExpressions: [{key: tier, operator: In, values: [web, ai]}]"),
                good,
            ),
            ("one of two does not fit", select("matchLabels: {tier: ai, env: prod}"), refused),
        ],
    );
}

#[test]
fn no_hostname_in_common() {
    let route = |listener: &str, hosts: &str| {
        let spec = format!("parentRefs: [{FRONT}], hostnames: [{hosts}]");
        gateway(&format!("{{name: web, port: 80, protocol: HTTP, hostname: {listener}, ALL}}"))
            + &named("r", &format!("{spec}, rules: [{{backendRefs: [{CHAT}]}}]"))
    };
    let none: &[(&str, &str)] = &[
        ("HTTPRoute r", "Accepted=False/NoMatchingListenerHostname"),
        ("Gateway web", "0 good"),
        ("http://b.acme.test/", "404"),
    ];
    let good: &[(&str, &str)] = &[("HTTPRoute r", "good"), ("http://a.acme.test/", "200 chat")];
    rows(
        "2.4",
        &[
            ("exact, another exact", route("a.acme.test", "b.acme.test"), none),
            ("wildcard, its apex", route("'*.acme.test'", "acme.test"), none),
            ("exact, a wildcard elsewhere", route("a.acme.test", "'*.other.test'"), none),
            ("exact, a wildcard above", route("a.acme.test", "'*.acme.test'"), good),
            ("wildcard, deeper", route("'*.test'", "'*.acme.test'"), good),
            (
                "wildcard, a wildcard above: what both have in common",
                route("'*.acme.test'", "'*.test'"),
                &[
                    ("HTTPRoute r", "good"),
                    ("http://a.acme.test/", "200 chat"),
                    ("http://a.other.test/", "404"),
                ],
            ),
        ],
    );
}

#[test]
fn route_kinds_that_are_not_let_in() {
    let kinds = |kinds: &str| {
        gateway(&format!(
            "{{name: web, port: 80, protocol: HTTP, \
             allowedRoutes: {{namespaces: {{from: All}}, kinds: [{kinds}]}}}}, \
             {{name: b, port: 81, protocol: HTTP}}"
        )) + &rules(&format!("{{backendRefs: [{CHAT}]}}"))
    };
    rows(
        "2.4",
        &[
            (
                "GRPCRoute",
                kinds("{kind: GRPCRoute}"),
                &[
                    ("HTTPRoute r", "Accepted=False/NotAllowedByListeners"),
                    ("Gateway web", "0 [GRPCRoute] good"),
                    ("http://h.test/", "404"),
                ],
            ),
            (
                "GRPCRoute and an unknown one",
                kinds("{kind: GRPCRoute}, {kind: WebRoute}"),
                &[
                    ("HTTPRoute r", "Accepted=False/NotAllowedByListeners"),
                    ("Gateway web", "0 [GRPCRoute] ResolvedRefs=False/InvalidRouteKinds"),
                    ("http://h.test/", "404"),
                ],
            ),
        ],
    );
}
