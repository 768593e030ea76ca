//! Section 5, more: what Envoy refuses, and what it takes.

use super::world::{CHAT, FRONT, gateway, named, rows};

/// Route `r` with this rule, and a good route `s` of another host.
fn world(rule: &str) -> String {
    named("r", &format!("parentRefs: [{FRONT}], rules: [{{{rule}, backendRefs: [{CHAT}]}}]"))
        + &named(
            "s",
            &format!(
                "parentRefs: [{FRONT}], hostnames: [s.test], rules: [{{backendRefs: [{CHAT}]}}]"
            ),
        )
}

fn filter(kind: &str, member: &str, change: &str) -> String {
    format!("filters: [{{type: {kind}, {member}: {{{change}}}}}]")
}

fn request(change: &str) -> String {
    filter("RequestHeaderModifier", "requestHeaderModifier", change)
}

const DOWN: &[(&str, &str)] = &[
    ("http://h.test/", "404"),
    ("http://s.test/", "404"),
    ("HTTPRoute r", "good"),
    ("HTTPRoute s", "good"),
    ("Gateway", "good"),
    ("Gateway web", "2 good"),
];

const UP: &[(&str, &str)] =
    &[("http://h.test/", "200 chat"), ("http://s.test/", "200 chat"), ("HTTPRoute r", "good")];

#[test]
fn refused() {
    let regex =
        |value: &str| format!("matches: [{{path: {{type: RegularExpression, value: '{value}'}}}}]");
    let header = "matches: [{headers: [{type: RegularExpression, name: x-a, value: 'a('}]}]";
    let query = "matches: [{queryParams: [{type: RegularExpression, name: a, value: 'a('}]}]";
    let response = filter(
        "ResponseHeaderModifier",
        "responseHeaderModifier",
        "set: [{name: x-a, value: '100%'}]",
    );
    let set = |value: &str| request(&format!("set: [{{name: x-a, value: {value}}}]"));
    let table: Vec<(&str, String)> = vec![
        ("bracket", regex("/a[")),
        ("negative look-ahead", regex("/(?!a).*")),
        ("look-behind", regex("/(?<=a)b")),
        ("nothing to repeat", regex("*/a")),
        ("a header's regex", header.to_owned()),
        ("a query parameter's regex", query.to_owned()),
        ("100%", set("'100%'")),
        ("% in the middle", set("'50% off'")),
        ("%NOPE(", set("'%NOPE('")),
        ("%NOPE(a", set("'%NOPE(a'")),
        ("a response header", response),
        ("add", request("add: [{name: x-a, value: '100%'}]")),
        ("line feed", set("\"a\\nb\"")),
        ("host", request("set: [{name: host, value: x.test}]")),
        ("add Host", request("add: [{name: Host, value: x.test}]")),
        ("remove Host", request("remove: [Host]")),
        ("remove :path", request("remove: [':path']")),
    ];
    for (name, rule) in table {
        rows("2.4", &[(name, world(&rule), DOWN)]);
    }
}

#[test]
fn a_name_with_a_colon_is_refused_before() {
    let rule = request("set: [{name: ':path', value: /x}]");
    let seen: &[(&str, &str)] = &[
        ("refused", "HTTPRoute models/r"),
        ("http://h.test/", "404"),
        ("http://s.test/", "200 chat"),
    ];
    rows("2.4", &[(":path", world(&rule), seen)]);
}

/// All plain listeners of a port share a route table; another port has its own.
#[test]
fn refused_for_all_listeners_of_the_port() {
    let listeners = gateway(
        "{name: a, port: 80, protocol: HTTP, hostname: a.test, ALL}, \
         {name: b, port: 80, protocol: HTTP, hostname: b.test, ALL}, \
         {name: c, port: 8080, protocol: HTTP, ALL}",
    );
    let to = |name: &str, listener: &str, matches: &str| {
        let parent = format!("{{name: front, namespace: edge, sectionName: {listener}}}");
        named(name, &format!("parentRefs: [{parent}], rules: [{{{matches}backendRefs: [{CHAT}]}}]"))
    };
    let bad = "matches: [{path: {type: RegularExpression, value: '/a('}}], ";
    rows(
        "2.4",
        &[(
            "three listeners",
            listeners + &to("r", "a", bad) + &to("s", "b", "") + &to("t", "c", ""),
            &[
                ("http://a.test/", "404"),
                ("http://b.test/", "404"),
                ("http://b.test:8080/", "200 chat"),
                ("HTTPRoute s", "good"),
            ],
        )],
    );
}

#[test]
fn refused_on_2_2() {
    let rule = "matches: [{path: {type: RegularExpression, value: '/a('}}]";
    let seen: &[(&str, &str)] =
        &[("http://h.test/", "404"), ("http://s.test/", "404"), ("HTTPRoute r", "good")];
    rows("2.2", &[("bad regex", world(rule), seen)]);
}

#[test]
fn taken() {
    let set = |value: &str| request(&format!("set: [{{name: x-a, value: '{value}'}}]"));
    rows(
        "2.4",
        &[
            ("%% is a percent sign", world(&set("100%%")), UP),
            ("a command", world(&set("%REQ(x-b)%")), UP),
            ("plain", world(&set("on")), UP),
            (
                "a regex",
                world("matches: [{path: {type: RegularExpression, value: '/[a-z]*'}}]"),
                UP,
            ),
        ],
    );
}

#[test]
fn a_bad_route_that_is_not_attached_does_no_harm() {
    let bad = |parent: &str, more: &str| {
        let matches = "matches: [{path: {type: RegularExpression, value: '/a('}}]";
        named(
            "r",
            &format!("parentRefs: [{parent}], {more}rules: [{{{matches}, backendRefs: [{CHAT}]}}]"),
        ) + &named("s", &format!("parentRefs: [{FRONT}], rules: [{{backendRefs: [{CHAT}]}}]"))
    };
    let front = gateway("{name: web, port: 80, protocol: HTTP, hostname: '*.acme.test', ALL}");
    let good: &[(&str, &str)] = &[("http://a.acme.test/", "200 chat"), ("HTTPRoute s", "good")];
    rows(
        "2.4",
        &[
            ("no such Gateway", front.clone() + &bad("{name: front}", ""), good),
            (
                "no such listener",
                front.clone() + &bad("{name: front, namespace: edge, sectionName: x}", ""),
                good,
            ),
            ("no hostname", front + &bad(FRONT, "hostnames: [x.test], "), good),
        ],
    );
}

#[test]
fn strict() {
    let set = |value: &str| request(&format!("set: [{{name: x-a, value: {value}}}]"));
    let replaced: &[(&str, &str)] = &[
        ("http://h.test/", "500"),
        ("http://s.test/", "200 chat"),
        ("HTTPRoute r", "kgateway.dev/Programmed=False/RouteRuleReplaced"),
        ("HTTPRoute s", "good"),
    ];
    let dropped: &[(&str, &str)] = &[
        ("http://h.test/", "404"),
        ("http://s.test/", "200 chat"),
        ("HTTPRoute r", "kgateway.dev/Programmed=False/RouteRuleDropped"),
        ("HTTPRoute s", "good"),
    ];
    rows(
        "2.4 strict",
        &[
            ("%NOPE(", world(&set("'%NOPE('")), replaced),
            ("line feed", world(&set("\"a\\nb\"")), replaced),
            ("Host", world(&request("set: [{name: Host, value: x.test}]")), replaced),
            (
                "look-ahead",
                world("matches: [{path: {type: RegularExpression, value: '/(?=a).*'}}]"),
                dropped,
            ),
        ],
    );
}
