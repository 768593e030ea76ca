//! Section 3, more: which match wins.

use super::precedence::{EMBED, route};
use super::world::{CHAT, FRONT, gateway, rows, rules, secret};

fn one(matches: &str, backend: &str) -> String {
    format!("{{matches: [{{{matches}}}], backendRefs: [{backend}]}}")
}

#[test]
fn the_better_match_wins() {
    let exact = "path: {type: Exact, value: /v1/a}";
    let regex = "path: {type: RegularExpression, value: '/v1/.*'}";
    let (long, short) =
        ("path: {type: PathPrefix, value: /v1/a}", "path: {type: PathPrefix, value: /v1}");
    let method = "method: GET";
    let header = "headers: [{name: x-a, value: a}]";
    let headers = "headers: [{name: x-a, value: a}, {name: x-b, value: b}]";
    let query = "queryParams: [{name: q, value: '1'}]";
    let better = [
        ("exact over regex", exact, regex),
        ("exact over prefix", exact, long),
        ("regex over prefix", regex, long),
        ("long over short", long, short),
        ("short with method over short", &format!("{short}, {method}"), short),
        ("long over short with method", long, &format!("{short}, {method}, {header}")),
        (
            "method over header",
            &format!("{short}, {method}"),
            &format!("{short}, {headers}, {query}"),
        ),
        ("two headers over one", &format!("{short}, {headers}"), &format!("{short}, {header}")),
        ("header over query", &format!("{short}, {header}"), &format!("{short}, {query}")),
        ("query over none", &format!("{short}, {query}"), short),
    ];
    let request = "http://h.test/v1/a?q=1 x-a:a x-b:b";
    for (name, good, other) in better {
        for list in [
            format!("{}, {}", one(good, CHAT), one(other, EMBED)),
            format!("{}, {}", one(other, EMBED), one(good, CHAT)),
        ] {
            rows("2.4", &[(name, rules(&list), &[(request, "200 chat")])]);
        }
    }
}

#[test]
fn ties() {
    let route = |name: &str, namespace: &str, created: &str, backend: &str| {
        format!(
            "\n---\nkind: HTTPRoute\nmetadata: {{name: {name}, namespace: {namespace}, \
             creationTimestamp: '{created}'}}\nspec: {{parentRefs: [{FRONT}], \
             rules: [{{backendRefs: [{backend}]}}]}}\n"
        )
    };
    let (early, late) = ("2026-11-22T20:00:00Z", "2026-11-22T21:00:00Z");
    rows(
        "2.4",
        &[
            (
                "the older",
                route("a", "models", late, EMBED) + &route("b", "models", early, CHAT),
                &[("http://h.test/", "200 chat")],
            ),
            (
                "of equal age the first by name",
                route("b", "models", early, EMBED) + &route("a", "models", early, CHAT),
                &[("http://h.test/", "200 chat")],
            ),
            (
                "of equal age the first by namespace",
                route("a", "models", early, EMBED)
                    + &route("z", "edge", early, "{name: x, port: 80}"),
                &[("http://h.test/", "500")],
            ),
            (
                "rules in order",
                rules(&format!("{{backendRefs: [{CHAT}]}}, {{backendRefs: [{EMBED}]}}")),
                &[("http://h.test/", "200 chat")],
            ),
        ],
    );
}

#[test]
fn paths_that_do_not_match() {
    let prefix =
        |value: &str| rules(&one(&format!("path: {{type: PathPrefix, value: '{value}'}}"), CHAT));
    let exact = rules(&one("path: {type: Exact, value: /v1}", CHAT));
    rows(
        "2.4",
        &[
            (
                "prefix",
                prefix("/v1"),
                &[
                    ("http://h.test/v1?x=/v1x", "200 chat"),
                    ("http://h.test/v1%2F", "404"),
                    ("http://h.test/v2/..%2Fv1", "404"),
                    ("http://h.test/V1/x", "404"),
                    ("http://h.test/", "404"),
                ],
            ),
            (
                "exact",
                exact,
                &[
                    ("http://h.test/v1", "200 chat"),
                    ("http://h.test//v1", "200 chat"),
                    ("http://h.test/v1/", "404"),
                    ("http://h.test/v1?a=b", "200 chat"),
                ],
            ),
        ],
    );
}

#[test]
fn wildcard_tls_listeners() {
    let world = gateway(
        "{name: w, port: 443, protocol: HTTPS, hostname: '*.acme.test', \
         tls: {certificateRefs: [{name: w}]}, ALL}, \
         {name: a, port: 443, protocol: HTTPS, hostname: a.acme.test, \
         tls: {certificateRefs: [{name: a}]}, ALL}",
    ) + &secret("edge", "w", "*.acme.test")
        + &secret("edge", "a", "a.acme.test")
        + &route("r", "w", "", "/", CHAT)
        + &route("s", "a", "", "/", EMBED);
    rows(
        "2.4",
        &[(
            "SNI picks the listener, the Host the route",
            world,
            &[
                ("https://b.acme.test/", "200 chat"),
                ("https://a.acme.test/", "200 embed"),
                ("https://a.acme.test/ Host:b.acme.test", "404"),
                ("https://acme.test/", "none"),
                ("https://x.test/ Host:a.acme.test", "none"),
                ("http://a.acme.test:443/", "none"),
            ],
        )],
    );
}
