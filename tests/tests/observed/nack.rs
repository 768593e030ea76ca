//! Section 5: one bad route takes its port down.

use super::world::{CHAT, gateway, named, rows};

/// Routes `r` (bad) and `s` (good) on port 80, and `t` (good) on port 8080.
fn world(bad: &str) -> String {
    let route = |name: &str, section: &str, rule: &str| {
        let parent = format!("{{name: front, namespace: edge, sectionName: {section}}}");
        named(name, &format!("parentRefs: [{parent}], rules: [{{{rule}, backendRefs: [{CHAT}]}}]"))
    };
    gateway(
        "{name: web, port: 80, protocol: HTTP, ALL}, {name: alt, port: 8080, protocol: HTTP, ALL}",
    ) + &route("r", "web", bad)
        + &route("s", "web", "matches: [{path: {type: PathPrefix, value: /good}}]")
        + &route("t", "alt", "matches: [{path: {type: PathPrefix, value: /good}}]")
}

fn regex(value: &str) -> String {
    world(&format!("matches: [{{path: {{type: RegularExpression, value: '{value}'}}}}]"))
}

fn header(name: &str, value: &str) -> String {
    let filter = format!("set: [{{name: {name}, value: {value}}}]");
    world(&format!(
        "matches: [{{path: {{type: PathPrefix, value: /bad}}}}], \
         filters: [{{type: RequestHeaderModifier, requestHeaderModifier: {{{filter}}}}}]"
    ))
}

fn causes() -> Vec<(&'static str, String)> {
    vec![
        ("bad regex", regex("/bad(")),
        ("look-ahead", regex("/bad(?=x).*")),
        ("100%", header("x-a", "'100%'")),
        ("%NOPE(", header("x-a", "'%NOPE('")),
        ("line feed", header("x-a", "\"a\\nb\"")),
        ("Host", header("Host", "x.test")),
    ]
}

const DOWN: &[(&str, &str)] = &[
    ("http://h.test/good", "404"),
    ("http://h.test/bad", "404"),
    ("http://h.test:8080/good", "200 chat"),
    ("HTTPRoute r", "good"),
    ("HTTPRoute s", "good"),
    ("Gateway", "good"),
];

#[test]
fn the_whole_port_is_down() {
    let table = causes();
    let table: Vec<_> = table.iter().map(|(name, yaml)| (*name, yaml.clone(), DOWN)).collect();
    rows("2.4", &table);
}

#[test]
fn the_same_on_2_3() {
    let table = causes();
    let table: Vec<_> = table.iter().map(|(name, yaml)| (*name, yaml.clone(), DOWN)).collect();
    rows("2.3", &table);
}

#[test]
fn bad_regex_on_2_2() {
    rows(
        "2.2",
        &[(
            "bad regex",
            regex("/bad("),
            &[
                ("http://h.test/good", "404"),
                ("http://h.test/bad", "404"),
                ("http://h.test:8080/good", "200 chat"),
                ("HTTPRoute r", "good"),
                ("HTTPRoute s", "good"),
                ("Gateway", "AttachedListenerSets=Unknown/ListenerSetsNotAllowed"),
            ],
        )],
    );
}

#[test]
fn strict_mode() {
    rows(
        "2.4 strict",
        &[
            (
                "100%",
                header("x-a", "'100%'"),
                &[
                    ("http://h.test/bad", "500"),
                    ("http://h.test/good", "200 chat"),
                    ("HTTPRoute r", "kgateway.dev/Programmed=False/RouteRuleReplaced"),
                    ("HTTPRoute s", "good"),
                ],
            ),
            (
                "bad regex",
                regex("/bad("),
                &[
                    ("http://h.test/bad", "404"),
                    ("http://h.test/good", "200 chat"),
                    ("HTTPRoute r", "kgateway.dev/Programmed=False/RouteRuleDropped"),
                    ("HTTPRoute s", "good"),
                ],
            ),
        ],
    );
}
