//! Section 3: which route answers.

use super::world::{CHAT, FRONT, gateway, named, parents, rows, rules, secret};

const EMBED: &str = "{name: embed, port: 8000}";

fn rule(path: &str, backend: &str) -> String {
    format!(
        "{{matches: [{{path: {{type: PathPrefix, value: '{path}'}}}}], backendRefs: [{backend}]}}"
    )
}

fn isolated() -> String {
    let route = |name: &str, section: &str, path: &str, backend: &str| {
        let parent = format!("{{name: front, namespace: edge, sectionName: {section}}}");
        let rule = rule(path, backend);
        named(name, &format!("parentRefs: [{parent}], hostnames: [h.test], rules: [{rule}]"))
    };
    gateway(
        "{name: open, port: 80, protocol: HTTP, ALL}, \
         {name: own, port: 80, protocol: HTTP, hostname: h.test, ALL}",
    ) + &route("r", "open", "/a", CHAT)
        + &route("s", "own", "/b", EMBED)
}

#[test]
fn route_of_the_open_listener_for_a_host_that_another_owns() {
    let hidden: &[(&str, &str)] = &[
        ("http://h.test/a", "404"),
        ("http://h.test/b", "200 embed"),
        ("HTTPRoute r", "good"),
        ("HTTPRoute s", "good"),
    ];
    let merged: &[(&str, &str)] =
        &[("http://h.test/a", "200 chat"), ("http://h.test/b", "200 embed")];
    rows("2.4 only", &[("isolated", isolated(), hidden)]);
    rows("2.3", &[("merged", isolated(), merged)]);
}

#[test]
fn exact_listener_without_a_route_hides_nothing() {
    let front = gateway(
        "{name: open, port: 80, protocol: HTTP, ALL}, \
         {name: own, port: 80, protocol: HTTP, hostname: h.test, ALL}",
    );
    rows(
        "2.4",
        &[(
            "no route",
            front + &parents("{name: front, namespace: edge, sectionName: open}"),
            &[("http://h.test/", "200 chat"), ("http://x.test/", "200 chat")],
        )],
    );
}

#[test]
fn exact_listener_with_a_route_hides_the_wildcard_listener() {
    let front = gateway(
        "{name: wild, port: 80, protocol: HTTP, hostname: '*.acme.test', ALL}, \
         {name: own, port: 80, protocol: HTTP, hostname: a.acme.test, ALL}",
    );
    let route = |name: &str, section: &str, path: &str| {
        let parent = format!("{{name: front, namespace: edge, sectionName: {section}}}");
        named(name, &format!("parentRefs: [{parent}], rules: [{}]", rule(path, CHAT)))
    };
    let world = front + &route("r", "wild", "/wild") + &route("s", "own", "/own");
    let seen: &[(&str, &str)] = &[
        ("http://a.acme.test/wild", "404"),
        ("http://a.acme.test/own", "200 chat"),
        ("http://b.acme.test/wild", "200 chat"),
    ];
    rows("2.4", &[("hidden", world.clone(), seen)]);
    rows("2.3", &[("hidden", world, seen)]);
}

#[test]
fn hosts() {
    let route = |hosts: &str| {
        let spec = format!("parentRefs: [{FRONT}], hostnames: [{hosts}]");
        named("r", &format!("{spec}, rules: [{{backendRefs: [{CHAT}]}}]"))
    };
    let refused: &[(&str, &str)] = &[("refused", "HTTPRoute models/r")];
    rows(
        "2.4",
        &[
            (
                "request",
                route("h.test"),
                &[
                    ("http://h.test/", "200 chat"),
                    ("http://H.TEST/", "200 chat"),
                    ("http://h.test/ Host:h.test:8443", "200 chat"),
                    ("http://h.test/ Host:h.test.", "404"),
                    ("http://h.test/ Host:192.0.2.10", "404"),
                ],
            ),
            (
                "a route that hides the catch-all",
                named(
                    "r",
                    &format!(
                        "parentRefs: [{FRONT}], hostnames: [h.test], rules: [{}]",
                        rule("/a", CHAT)
                    ),
                ) + &named("s", &format!("parentRefs: [{FRONT}], rules: [{}]", rule("/", EMBED))),
                &[
                    ("http://h.test/a", "200 chat"),
                    ("http://h.test/b", "404"),
                    ("http://x.test/b", "200 embed"),
                ],
            ),
            (
                "an IP",
                route("192.0.2.10"),
                &[
                    ("HTTPRoute r", "good"),
                    ("http://h.test/ Host:192.0.2.10", "200 chat"),
                    ("http://h.test/", "404"),
                ],
            ),
            ("capitals", route("H.test"), refused),
            ("port", route("'h.test:80'"), refused),
            ("scheme", route("'http://h.test'"), refused),
            ("underscore", route("a_b.test"), refused),
            ("trailing dot", route("h.test."), refused),
            ("star", route("'*'"), refused),
            ("inner star", route("'a.*.test'"), refused),
        ],
    );
}

#[test]
fn paths() {
    let regex = |value: &str, backend: &str| {
        format!(
            "{{matches: [{{path: {{type: RegularExpression, value: '{value}'}}}}], \
             backendRefs: [{backend}]}}"
        )
    };
    rows(
        "2.3+",
        &[
            (
                "a regex beats a longer prefix",
                rules(&format!("{}, {}", rule("/v1/longer", CHAT), regex("/v1/l.*", EMBED))),
                &[("http://h.test/v1/longer", "200 embed")],
            ),
            (
                "two regexes: the first in order",
                rules(&format!("{}, {}", regex("/v1.*", CHAT), regex("/v1/longer.*", EMBED))),
                &[("http://h.test/v1/longer", "200 chat")],
            ),
            (
                "two regexes: the first in order, the longer",
                rules(&format!("{}, {}", regex("/v1/longer.*", EMBED), regex("/v1.*", CHAT))),
                &[("http://h.test/v1/longer", "200 embed"), ("http://h.test/v1", "200 chat")],
            ),
            (
                "two regexes: the first by name",
                named(
                    "b",
                    &format!("parentRefs: [{FRONT}], rules: [{}]", regex("/v1/long.*", EMBED)),
                ) + &named(
                    "a",
                    &format!("parentRefs: [{FRONT}], rules: [{}]", regex("/v.*", CHAT)),
                ),
                &[("http://h.test/v1/longer", "200 chat")],
            ),
            (
                "/v1/",
                rules(&rule("/v1/", CHAT)),
                &[
                    ("http://h.test/v1", "200 chat"),
                    ("http://h.test/v1/", "200 chat"),
                    ("http://h.test/v1/x", "200 chat"),
                    ("http://h.test/v1x", "404"),
                ],
            ),
            (
                "/v1",
                rules(&rule("/v1", CHAT)),
                &[
                    ("http://h.test/v1", "200 chat"),
                    ("http://h.test/v1/", "200 chat"),
                    ("http://h.test/v1/x", "200 chat"),
                    ("http://h.test/v1x", "404"),
                    ("http://h.test/V1", "404"),
                    ("http://h.test/v1%2Fx", "404"),
                ],
            ),
            (
                "/v1 and /v1/",
                rules(&format!("{}, {}", rule("/v1", CHAT), rule("/v1/", EMBED))),
                &[
                    ("http://h.test/v1", "200 embed"),
                    ("http://h.test/v1/", "200 embed"),
                    ("http://h.test/v1/x", "200 embed"),
                ],
            ),
            (
                "normalised",
                rules(&rule("/v1", CHAT)),
                &[
                    ("> http://h.test//v1", "/v1"),
                    ("> http://h.test/v1//a", "/v1/a"),
                    ("> http://h.test/./v1", "/v1"),
                    ("> http://h.test/v2/../v1/a", "/v1/a"),
                    ("> http://h.test/%761/chat", "/v1/chat"),
                    ("> http://h.test/v1/a%2Fb", "/v1/a%2Fb"),
                    ("> http://h.test/v1/a%20b", "/v1/a%20b"),
                    ("> http://h.test/v1/%C3%A9", "/v1/%C3%A9"),
                ],
            ),
        ],
    );
}

#[test]
fn queries_and_headers() {
    let query = "{matches: [{queryParams: [{name: model, value: glm}]}], \
                 backendRefs: [{name: chat, port: 8000}]}";
    let twice = "{matches: [{headers: [{name: x-a, value: a}, {name: X-A, value: b}]}], \
                 backendRefs: [{name: chat, port: 8000}]}";
    let header = "{matches: [{headers: [{name: x-a, value: a}]}], \
                 backendRefs: [{name: chat, port: 8000}]}";
    rows(
        "2.4",
        &[
            (
                "query",
                rules(query),
                &[
                    ("http://h.test/?model=glm", "200 chat"),
                    ("http://h.test/?model=gl%6D", "404"),
                    ("http://h.test/?model=glm&model=x", "200 chat"),
                    ("http://h.test/?model=x&model=glm", "404"),
                    ("http://h.test/?Model=glm", "404"),
                ],
            ),
            (
                "one name twice in a match: never",
                rules(twice),
                &[("http://h.test/ x-a:a", "404"), ("http://h.test/ x-a:b", "404")],
            ),
            (
                "one line a,b",
                rules(header),
                &[("http://h.test/ x-a:a", "200 chat"), ("http://h.test/ x-a:a,b", "404")],
            ),
        ],
    );
}

#[test]
fn tls() {
    let listener = |name: &str| {
        format!(
            "{{name: {name}, port: 443, protocol: HTTPS, hostname: {name}.test, \
             tls: {{certificateRefs: [{{name: {name}}}]}}, ALL}}"
        )
    };
    let route = |name: &str| {
        let spec = format!("parentRefs: [{FRONT}], hostnames: [{name}.test]");
        named(name, &format!("{spec}, rules: [{{backendRefs: [{CHAT}]}}]"))
    };
    let world = gateway(&format!("{}, {}", listener("a"), listener("b")))
        + &secret("edge", "a", "a.test")
        + &secret("edge", "b", "b.test")
        + &route("a")
        + &route("b");
    rows(
        "2.4",
        &[(
            "SNI and Host",
            world,
            &[
                ("https://a.test/", "200 chat"),
                ("https://b.test/", "200 chat"),
                ("https://a.test/ Host:b.test", "404"),
                ("https://c.test/", "none"),
                ("http://a.test:443/", "none"),
            ],
        )],
    );
}
