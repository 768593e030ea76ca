//! Section 1: route status.

use super::world::{CHAT, FRONT, gateway, named, parents, rows};

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
