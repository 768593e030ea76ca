//! Section 1: what backendRefs and filters do to the status of a route.

use super::world::{CHAT, rows, rules};

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
