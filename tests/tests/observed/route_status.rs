//! Section 1: route status.

use super::world::{CHAT, FRONT, gateway, named, parents, rows, rules};

#[test]
fn parent_refs_that_are_not_ours_leave_no_status() {
    let nowhere: &[(&str, &str)] =
        &[("HTTPRoute r", "no status"), ("http://h.test/", "404"), ("Gateway web", "0 good")];
    rows(
        "2.4",
        &[
            ("wrong namespace", parents("{name: front, namespace: models}"), nowhere),
            ("namespace that is missing", parents("{name: front, namespace: absent}"), nowhere),
            ("no namespace", parents("{name: front}"), nowhere),
            ("wrong name", parents("{name: other, namespace: edge}"), nowhere),
            ("kind Ingress", parents("{name: front, namespace: edge, kind: Ingress}"), nowhere),
            (
                "kind Service",
                parents("{name: front, namespace: edge, kind: Service, group: ''}"),
                nowhere,
            ),
            ("group wrong", parents("{name: front, namespace: edge, group: x.test}"), nowhere),
            ("group empty", parents("{name: front, namespace: edge, group: ''}"), nowhere),
            ("empty list", parents(""), nowhere),
            ("no parentRefs", named("r", &format!("rules: [{{backendRefs: [{CHAT}]}}]")), nowhere),
        ],
    );
}

#[test]
fn parent_refs_some_good() {
    rows(
        "2.4",
        &[
            (
                "two parentRefs, one missing: one entry",
                parents("{name: front, namespace: edge}, {name: absent, namespace: edge}"),
                &[("HTTPRoute r", "good"), ("http://h.test/", "200 chat")],
            ),
            (
                "the same parentRef twice",
                parents("{name: front, namespace: edge}, {name: front, namespace: edge}"),
                &[("refused", "HTTPRoute models/r")],
            ),
            (
                "one with and one without sectionName",
                parents(
                    "{name: front, namespace: edge}, {name: front, namespace: edge, sectionName: web}",
                ),
                &[("refused", "HTTPRoute models/r")],
            ),
        ],
    );
}

/// Listeners `open` (80) and `shut` (8080), for its own namespace only.
fn two() -> String {
    gateway("{name: open, port: 80, protocol: HTTP, ALL}, {name: shut, port: 8080, protocol: HTTP}")
}

#[test]
fn section_name_and_port() {
    let no_match: &[(&str, &str)] = &[
        ("HTTPRoute r", "Accepted=False/NoMatchingParent"),
        ("http://h.test/", "404"),
        ("http://h.test:8080/", "404"),
    ];
    rows(
        "2.4",
        &[
            (
                "sectionName unknown",
                two() + &parents("{name: front, namespace: edge, sectionName: nope}"),
                no_match,
            ),
            (
                "port unknown",
                two() + &parents("{name: front, namespace: edge, port: 81}"),
                no_match,
            ),
            (
                "sectionName and port of different listeners",
                two() + &parents("{name: front, namespace: edge, sectionName: open, port: 8080}"),
                no_match,
            ),
            (
                "sectionName at a refusing listener, another would allow",
                two() + &parents("{name: front, namespace: edge, sectionName: shut}"),
                no_match,
            ),
            (
                "port of the open listener",
                two() + &parents("{name: front, namespace: edge, port: 80}"),
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
fn listeners_that_refuse() {
    let refused: &[(&str, &str)] =
        &[("HTTPRoute r", "Accepted=False/NotAllowedByListeners"), ("http://h.test/", "404")];
    rows(
        "2.4",
        &[
            (
                "namespace",
                gateway("{name: web, port: 80, protocol: HTTP}") + &parents(FRONT),
                refused,
            ),
            (
                "namespace, by sectionName",
                gateway("{name: web, port: 80, protocol: HTTP}")
                    + &parents("{name: front, namespace: edge, sectionName: web}"),
                refused,
            ),
            (
                "kind",
                gateway(
                    "{name: web, port: 80, protocol: HTTP, \
                     allowedRoutes: {namespaces: {from: All}, kinds: [{kind: GRPCRoute}]}}",
                ) + &parents(FRONT),
                refused,
            ),
            (
                "a TCP listener by sectionName, an HTTP listener exists",
                gateway(
                    "{name: web, port: 80, protocol: HTTP, ALL}, \
                     {name: tcp, port: 9000, protocol: TCP, ALL}",
                ) + &parents("{name: front, namespace: edge, sectionName: tcp}"),
                &[
                    ("HTTPRoute r", "Accepted=False/NoMatchingParent"),
                    ("http://h.test:9000/", "none"),
                ],
            ),
        ],
    );
}

#[test]
fn all_conditions_of_a_good_route() {
    let route = || parents(FRONT);
    let new = "Accepted=True/Accepted ResolvedRefs=True/ResolvedRefs \
               kgateway.dev/Programmed=True/Programmed";
    rows("2.4 only", &[("good", route(), &[("all HTTPRoute r", new)])]);
    let old = "Accepted=True/Accepted ResolvedRefs=True/ResolvedRefs";
    rows("2.3", &[("good", route(), &[("all HTTPRoute r", old)])]);
    rows("2.2", &[("good", route(), &[("all HTTPRoute r", old)])]);
}

#[test]
fn hostnames() {
    let front = gateway("{name: web, port: 80, protocol: HTTP, hostname: '*.acme.test', ALL}");
    let route = |hosts: &str| {
        let spec = format!("parentRefs: [{FRONT}], hostnames: [{hosts}]");
        front.clone() + &named("r", &format!("{spec}, rules: [{{backendRefs: [{CHAT}]}}]"))
    };
    rows(
        "2.4",
        &[
            (
                "none fits",
                route("a.other.test, acme.test"),
                &[
                    ("HTTPRoute r", "Accepted=False/NoMatchingListenerHostname"),
                    ("http://a.other.test/", "404"),
                ],
            ),
            (
                "one of several fits",
                route("a.other.test, a.acme.test"),
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
fn backend_refs() {
    let to = |backend: &str| rules(&format!("{{backendRefs: [{{{backend}}}]}}"));
    let not_found: &[(&str, &str)] =
        &[("HTTPRoute r", "ResolvedRefs=False/BackendNotFound"), ("http://h.test/", "500")];
    let not_permitted: &[(&str, &str)] =
        &[("HTTPRoute r", "ResolvedRefs=False/RefNotPermitted"), ("http://h.test/", "500")];
    let invalid: &[(&str, &str)] =
        &[("HTTPRoute r", "ResolvedRefs=False/InvalidKind"), ("http://h.test/", "500")];
    rows(
        "2.4",
        &[
            ("Service missing", to("name: absent, port: 8000"), not_found),
            ("its port missing", to("name: chat, port: 8001"), not_found),
            (
                "Backend missing",
                to("name: absent, kind: Backend, group: gateway.kgateway.dev"),
                not_found,
            ),
            (
                "no grant, Service missing",
                to("name: absent, namespace: edge, port: 8000"),
                not_permitted,
            ),
            (
                "no grant",
                "kind: Service\nmetadata: {name: far, namespace: edge}\nspec: {ports: [{port: 8000}]}"
                    .to_owned()
                    + &to("name: far, namespace: edge, port: 8000"),
                not_permitted,
            ),
            ("kind unknown", to("name: chat, port: 8000, kind: Servicee"), invalid),
            ("kind Deployment, group apps", to("name: chat, port: 8000, kind: Deployment, group: apps"), invalid),
            ("kind Deployment", to("name: chat, port: 8000, kind: Deployment"), invalid),
            ("group v1", to("name: chat, port: 8000, group: v1"), invalid),
            ("group apps", to("name: chat, port: 8000, group: apps"), invalid),
            (
                "ServiceImport",
                to("name: chat, port: 8000, kind: ServiceImport, group: multicluster.x-k8s.io"),
                invalid,
            ),
            (
                "InferencePool",
                to("name: pool, kind: InferencePool, group: inference.networking.k8s.io"),
                invalid,
            ),
            ("kind Backend without group", to("name: chat, kind: Backend, port: 8000"), invalid),
            ("ExternalName without ports", external("") + &to("name: ext, port: 80"), not_found),
            (
                "ExternalName with ports",
                external(", ports: [{port: 80}]") + &to("name: ext, port: 80"),
                &[("HTTPRoute r", "good"), ("http://h.test/", "503")],
            ),
        ],
    );
}

fn external(ports: &str) -> String {
    let spec = format!("spec: {{type: ExternalName, externalName: x.test{ports}}}");
    format!("kind: Service\nmetadata: {{name: ext}}\n{spec}")
}

#[test]
fn the_last_error_is_told() {
    let first = "{matches: [{path: {value: /a}}], backendRefs: [{name: absent, port: 8000}]}";
    let last = "{matches: [{path: {value: /b}}], \
                backendRefs: [{name: absent, namespace: edge, port: 8000}]}";
    rows(
        "2.4",
        &[
            (
                "not found, not permitted",
                rules(&format!("{first}, {last}")),
                &[
                    ("HTTPRoute r", "ResolvedRefs=False/RefNotPermitted"),
                    ("http://h.test/a", "500"),
                    ("http://h.test/b", "500"),
                ],
            ),
            (
                "not permitted, not found",
                rules(&format!("{last}, {first}")),
                &[
                    ("HTTPRoute r", "ResolvedRefs=False/BackendNotFound"),
                    ("http://h.test/a", "500"),
                    ("http://h.test/b", "500"),
                ],
            ),
        ],
    );
}

/// Rules that are replaced, as (row, rules).
fn replaced() -> Vec<(&'static str, String)> {
    let reference = "{group: gateway.kgateway.dev, kind: DirectResponse, name: absent}";
    let foreign = "{group: x.test, kind: EnvoyRetry, name: absent}";
    let extension = |reference: &str| {
        let filter = format!("{{type: ExtensionRef, extensionRef: {reference}}}");
        rules(&format!("{{filters: [{filter}], backendRefs: [{CHAT}]}}"))
    };
    vec![
        ("no backendRefs", rules("{matches: [{path: {value: /}}]}")),
        ("empty backendRefs", rules("{backendRefs: []}")),
        (
            "all weights 0",
            rules(
                "{backendRefs: [{name: chat, port: 8000, weight: 0}, \
                 {name: embed, port: 8000, weight: 0}]}",
            ),
        ),
        ("ExtensionRef missing", extension(reference)),
        ("ExtensionRef of a foreign kind", extension(foreign)),
    ]
}

#[test]
fn replaced_rules() {
    let table = replaced();
    let rows_of = |seen: &'static [(&'static str, &'static str)]| {
        table.iter().map(|(name, yaml)| (*name, yaml.clone(), seen)).collect::<Vec<_>>()
    };
    rows(
        "2.4",
        &rows_of(&[
            ("HTTPRoute r", "kgateway.dev/Programmed=False/RouteRuleReplaced"),
            ("http://h.test/", "500"),
        ]),
    );
}

#[test]
fn mirrors_are_left_out_silently() {
    let mirror = |to: &str| {
        let filter = format!("{{type: RequestMirror, requestMirror: {{backendRef: {{{to}}}}}}}");
        rules(&format!("{{filters: [{filter}], backendRefs: [{CHAT}]}}"))
    };
    let seen: &[(&str, &str)] = &[("HTTPRoute r", "good"), ("http://h.test/", "200 chat")];
    let far =
        "kind: Service\nmetadata: {name: far, namespace: edge}\nspec: {ports: [{port: 8000}]}";
    rows(
        "2.4",
        &[
            ("missing", mirror("name: absent, port: 8000"), seen),
            ("no grant", far.to_owned() + &mirror("name: far, namespace: edge, port: 8000"), seen),
        ],
    );
}
