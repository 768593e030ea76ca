//! Section 1, more of what rules refer to: backends, extensions, several errors.

use super::world::{CHAT, rows, rules};

fn at(path: &str, more: &str) -> String {
    format!("{{matches: [{{path: {{type: PathPrefix, value: {path}}}}}], {more}}}")
}

fn to(path: &str, backend: &str) -> String {
    at(path, &format!("backendRefs: [{{{backend}}}]"))
}

const ABSENT: &str = "name: absent, port: 8000";
const FAR: &str = "name: absent, namespace: edge, port: 8000";
const ODD: &str = "name: chat, port: 8000, kind: Deployment";
const REPLACED: &str = "kgateway.dev/Programmed=False/RouteRuleReplaced";

#[test]
fn kinds_and_groups() {
    let invalid: &[(&str, &str)] =
        &[("HTTPRoute r", "ResolvedRefs=False/InvalidKind"), ("http://h.test/", "500")];
    let backend = |backend: &str| rules(&format!("{{backendRefs: [{{{backend}}}]}}"));
    let port = "name: chat, port: 8000";
    rows(
        "2.4",
        &[
            ("service", backend(&format!("{port}, kind: service")), invalid),
            ("Pod", backend(&format!("{port}, kind: Pod")), invalid),
            (
                "Ingress",
                backend(&format!("{port}, kind: Ingress, group: networking.k8s.io")),
                invalid,
            ),
            ("group core", backend(&format!("{port}, group: core")), invalid),
            (
                "Backend of another group",
                backend("name: chat, kind: Backend, group: x.test"),
                invalid,
            ),
            (
                "Service of kgateway's group",
                backend(&format!("{port}, group: gateway.kgateway.dev")),
                invalid,
            ),
            (
                "InferencePool of the older group",
                backend("name: p, kind: InferencePool, group: inference.networking.x-k8s.io"),
                invalid,
            ),
            (
                "InferencePool with a port",
                backend(
                    "name: p, port: 8000, kind: InferencePool, group: inference.networking.k8s.io",
                ),
                invalid,
            ),
            ("Service without a port", backend("name: chat"), &[("refused", "HTTPRoute models/r")]),
        ],
    );
}

#[test]
fn backends_of_kgateway() {
    let made = "\n---\nkind: Backend\nmetadata: {name: ext}\n\
                spec: {type: Static, static: {hosts: [{host: 10.77.0.9, port: 80}]}}\n";
    let aws = "\n---\nkind: Backend\nmetadata: {name: ext}\n\
               spec: {type: AWS, aws: {accountId: '1', auth: {type: Secret, \
               secretRef: {name: absent}}, lambda: {functionName: f}}}\n";
    let to = |more: &str| {
        rules(&format!(
            "{{backendRefs: [{{name: ext, kind: Backend, group: gateway.kgateway.dev{more}}}]}}"
        ))
    };
    rows(
        "2.4",
        &[
            ("good", to("") + made, &[("HTTPRoute r", "good"), ("http://h.test/", "200 ext")]),
            (
                "with a port",
                to(", port: 80") + made,
                &[("HTTPRoute r", "ResolvedRefs=False/BackendNotFound"), ("http://h.test/", "500")],
            ),
            (
                "missing",
                to(""),
                &[("HTTPRoute r", "ResolvedRefs=False/BackendNotFound"), ("http://h.test/", "500")],
            ),
            (
                "other namespace, no grant",
                to(", namespace: edge"),
                &[("HTTPRoute r", "ResolvedRefs=False/RefNotPermitted"), ("http://h.test/", "500")],
            ),
        ],
    );
    rows(
        "2.4 only",
        &[(
            "invalid itself: its secret is missing",
            to("") + aws,
            &[("HTTPRoute r", "good"), ("http://h.test/", "500")],
        )],
    );
}

#[test]
fn several_errors() {
    let three = |a: &str, b: &str, c: &str| {
        rules(&format!("{}, {}, {}", to("/a", a), to("/b", b), to("/c", c)))
    };
    let each = |reason: &'static str| {
        [
            ("HTTPRoute r", reason),
            ("http://h.test/a", "500"),
            ("http://h.test/b", "500"),
            ("http://h.test/c", "500"),
        ]
    };
    let (found, permitted, kind) = (
        each("ResolvedRefs=False/BackendNotFound"),
        each("ResolvedRefs=False/RefNotPermitted"),
        each("ResolvedRefs=False/InvalidKind"),
    );
    rows(
        "2.4",
        &[
            ("the kind last", three(ABSENT, FAR, ODD), &kind),
            ("the grant last", three(ODD, ABSENT, FAR), &permitted),
            ("the Service last", three(FAR, ODD, ABSENT), &found),
            (
                "the last rule is good",
                three(ODD, ABSENT, "name: chat, port: 8000"),
                &[
                    ("HTTPRoute r", "ResolvedRefs=False/BackendNotFound"),
                    ("http://h.test/a", "500"),
                    ("http://h.test/b", "500"),
                    ("http://h.test/c", "200 chat"),
                ],
            ),
        ],
    );
}

fn extension(target: &str) -> String {
    format!("filters: [{{type: ExtensionRef, extensionRef: {{{target}}}}}]")
}

const DIRECT: &str = "group: gateway.kgateway.dev, kind: DirectResponse, name: gone";
const GONE: &str = "\n---\nkind: DirectResponse\nmetadata: {name: gone}\nspec: {status: 410}\n";

#[test]
fn extensions() {
    let only = |target: &str| rules(&at("/", &extension(target)));
    let and_backend =
        |target: &str| rules(&at("/", &format!("{}, backendRefs: [{CHAT}]", extension(target))));
    let replaced: &[(&str, &str)] = &[("HTTPRoute r", REPLACED), ("http://h.test/", "500")];
    rows(
        "2.4",
        &[
            (
                "DirectResponse",
                only(DIRECT) + GONE,
                &[("HTTPRoute r", "good"), ("http://h.test/", "410")],
            ),
            ("DirectResponse missing", only(DIRECT), replaced),
            ("DirectResponse and backendRefs", and_backend(DIRECT) + GONE, replaced),
            (
                "DirectResponse of another namespace",
                only(DIRECT) + &GONE.replace("name: gone}", "name: gone, namespace: edge}"),
                replaced,
            ),
            (
                "TrafficPolicy missing",
                and_backend("group: gateway.kgateway.dev, kind: TrafficPolicy, name: absent"),
                replaced,
            ),
            ("EnvoyRetry", and_backend("group: kgateway.dev, kind: EnvoyRetry, name: x"), replaced),
            ("a Service", and_backend("group: '', kind: Service, name: chat"), replaced),
        ],
    );
}

#[test]
fn one_rule_of_two_is_replaced() {
    let half: &[(&str, &str)] = &[
        ("HTTPRoute r", REPLACED),
        ("http://h.test/a", "200 chat"),
        ("http://h.test/b", "500"),
        ("Gateway web", "1 good"),
    ];
    let second =
        |more: &str| rules(&format!("{}, {}", to("/a", "name: chat, port: 8000"), at("/b", more)));
    let zero = "{name: chat, port: 8000, weight: 0}";
    rows(
        "2.4",
        &[
            ("no action", second("backendRefs: []"), half),
            (
                "a filter is no action",
                second("filters: [{type: URLRewrite, urlRewrite: {hostname: x.test}}]"),
                half,
            ),
            ("all weights 0", second(&format!("backendRefs: [{zero}, {zero}, {zero}]")), half),
            ("ExtensionRef missing", second(&extension(DIRECT)), half),
        ],
    );
}

#[test]
fn replaced_and_not_resolved() {
    rows(
        "2.4",
        &[(
            "both are told",
            rules(&format!("{}, {}", to("/a", ABSENT), at("/b", "backendRefs: []"))),
            &[
                ("ResolvedRefs of HTTPRoute r", "False"),
                ("http://h.test/a", "500"),
                ("http://h.test/b", "500"),
            ],
        )],
    );
}
