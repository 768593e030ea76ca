//! Section 6: delegation.

use super::world::{CHAT, FRONT, named, rows, rules, unknown};

const UNRESOLVED: &[(&str, &str)] = &[
    ("http://h.test/r/a", "500"),
    ("HTTPRoute r", "ResolvedRefs=False/BackendNotFound"),
    ("HTTPRoute child", "no status"),
];

fn parent(reference: &str) -> String {
    rules(&format!("{{matches: [{{path: {{type: PathPrefix, value: /r}}}}], {}}}", to(reference)))
}

fn to(reference: &str) -> String {
    format!("backendRefs: [{{group: gateway.networking.k8s.io, kind: HTTPRoute, {reference}}}]")
}

const CHILD: &str = "name: child, namespace: models";

fn child(path: &str) -> String {
    let matches = format!("matches: [{{path: {{type: PathPrefix, value: {path}}}}}]");
    named("child", &format!("rules: [{{{matches}, backendRefs: [{CHAT}]}}]"))
}

#[test]
fn no_child() {
    rows(
        "2.4",
        &[
            ("missing", parent(CHILD), UNRESOLVED),
            ("missing, namespace left out", parent("name: child"), UNRESOLVED),
            (
                "of another namespace",
                parent("name: child, namespace: edge") + &child("/r"),
                UNRESOLVED,
            ),
            ("outside of the prefix", parent(CHILD) + &child("/x"), UNRESOLVED),
            ("above the prefix", parent(CHILD) + &child("/"), UNRESOLVED),
            (
                "without matches",
                parent(CHILD) + &named("child", &format!("rules: [{{backendRefs: [{CHAT}]}}]")),
                UNRESOLVED,
            ),
        ],
    );
}

#[test]
fn paths_that_no_child_has() {
    let seen: &[(&str, &str)] =
        &[("http://h.test/r/b", "404"), ("http://h.test/r", "404"), ("http://h.test/x", "404")];
    rows(
        "2.4",
        &[
            ("by namespace and name", parent(CHILD) + &child("/r/a"), seen),
            ("namespace left out", parent("name: child") + &child("/r/a"), seen),
            (
                "one match of two is outside",
                parent("name: child")
                    + &named(
                        "child",
                        &format!(
                            "rules: [{{matches: [{{path: {{value: /x}}}}, {{path: {{value: /r/a}}}}], \
                             backendRefs: [{CHAT}]}}]"
                        ),
                    ),
                seen,
            ),
        ],
    );
}

fn other(path: &str) -> String {
    let matches = format!("matches: [{{path: {{type: PathPrefix, value: {path}}}}}]");
    let rule = format!("{{{matches}, backendRefs: [{{name: embed, port: 8000}}]}}");
    named("s", &format!("parentRefs: [{FRONT}], rules: [{rule}]"))
}

#[test]
fn other_routes() {
    rows(
        "2.4",
        &[
            (
                "beside a child that is missing",
                parent(CHILD) + &other("/s"),
                &[
                    ("http://h.test/s", "200 embed"),
                    ("HTTPRoute s", "good"),
                    ("http://h.test/r/a", "500"),
                ],
            ),
            (
                "outside of a rule that delegates",
                parent(CHILD) + &child("/r/a") + &other("/"),
                &[("http://h.test/", "200 embed")],
            ),
        ],
    );
}

/// What a child does with what it takes was not seen, nor how its other fields count.
#[test]
fn declined() {
    let one = format!("matches: [{{path: {{value: /r/a}}}}], backendRefs: [{CHAT}]");
    let special = |more: &str| named("child", &format!("{more}rules: [{{{one}}}]"));
    let inherits = child("/a").replace(
        "metadata: {name: child}",
        "metadata: {name: child, annotations: {delegation.kgateway.dev/inherit-parent-matcher: 'true'}}",
    );
    let header = rules(&format!(
        "{{matches: [{{path: {{value: /r}}, headers: [{{name: x-a, value: a}}]}}], {}}}",
        to(CHILD)
    ));
    let table = [
        ("taken", parent(CHILD) + &child("/r/a"), "http://h.test/r/a"),
        (
            "a longer match of the child",
            parent(CHILD) + &child("/r/a/b") + &other("/r/a"),
            "http://h.test/r/a/b",
        ),
        (
            "another route would take what no child takes",
            parent(CHILD) + &child("/r/a") + &other("/"),
            "http://h.test/r/b",
        ),
        ("beside the prefix", parent(CHILD) + &child("/rx"), "http://h.test/r/b"),
        ("inherits the parent's match", parent(CHILD) + &inherits, "http://h.test/r/b"),
        (
            "hostnames of its own",
            parent(CHILD) + &special("hostnames: [h.test], "),
            "http://h.test/r/b",
        ),
        (
            "another parent",
            parent(CHILD) + &special(&format!("parentRefs: [{FRONT}], ")),
            "http://h.test/r/b",
        ),
        ("every route of the namespace", parent("name: '*'") + &child("/r/a"), "http://h.test/r/b"),
        ("a header in the parent's match", header + &child("/r/a"), "http://h.test/r/b x-a:a"),
    ];
    for (row, yaml, question) in table {
        unknown(row, &yaml, question);
    }
}
