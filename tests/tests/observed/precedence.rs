//! Section 3, more: hosts that are odd, hostnames and listeners that hide others, precedence.

use super::world::{CHAT, FRONT, gateway, named, rows};

pub const EMBED: &str = "{name: embed, port: 8000}";

pub fn route(name: &str, parent: &str, hosts: &str, path: &str, backend: &str) -> String {
    let hosts = if hosts.is_empty() { String::new() } else { format!("hostnames: [{hosts}], ") };
    let parent = if parent.is_empty() {
        FRONT.to_owned()
    } else {
        format!("{{name: front, namespace: edge, sectionName: {parent}}}")
    };
    let matches = format!("matches: [{{path: {{type: PathPrefix, value: {path}}}}}]");
    named(
        name,
        &format!("parentRefs: [{parent}], {hosts}rules: [{{{matches}, backendRefs: [{backend}]}}]"),
    )
}

#[test]
fn odd_hosts() {
    rows(
        "2.4",
        &[
            (
                "a route without hostname",
                route("r", "", "", "/", CHAT),
                &[
                    ("http://h.test/ Host:192.0.2.10", "200 chat"),
                    ("http://h.test/ Host:192.0.2.10:8080", "200 chat"),
                    ("http://h.test/ Host:[::1]", "200 chat"),
                    ("http://h.test/ Host:[::1]:80", "200 chat"),
                    ("http://h.test/ Host:", "200 chat"),
                    ("http://h.test/ Host:h.test.", "200 chat"),
                    ("http://h.test/ Host:a␠b", "400"),
                ],
            ),
            (
                "a route with one",
                route("r", "", "h.test", "/", CHAT),
                &[
                    ("http://h.test/ Host:", "404"),
                    ("http://h.test/ Host:192.0.2.10:80", "404"),
                    ("http://h.test/ Host:[::1]", "404"),
                    ("http://h.test/ Host:h.test:1", "200 chat"),
                    ("http://h.test/ Host:H.Test:80", "200 chat"),
                    ("http://h.test/ Host:h.test.:80", "404"),
                    ("http://h.test/ Host:a␠b", "400"),
                ],
            ),
            (
                "a wildcard",
                route("r", "", "'*.acme.test'", "/", CHAT),
                &[
                    ("http://a.acme.test/", "200 chat"),
                    ("http://A.B.acme.TEST:81/ Host:a.b.acme.test:81", "none"),
                    ("http://x.test/ Host:a.b.acme.test:81", "200 chat"),
                    ("http://acme.test/", "404"),
                    ("http://a.acme.test/ Host:a.acme.test.", "404"),
                ],
            ),
        ],
    );
}

#[test]
fn hostnames_that_the_api_server_refuses() {
    let refused: &[(&str, &str)] = &[("refused", "HTTPRoute models/r"), ("http://h.test/", "404")];
    for host in [
        "'*'",
        "a.*",
        "'*a.test'",
        "A.test",
        "'a.test:80'",
        "a_b.test",
        "'https://a.test'",
        "a.test.",
        "''",
    ] {
        rows("2.4", &[(host, route("r", "", host, "/", CHAT), refused)]);
    }
}

#[test]
fn hostnames_hide_wider_ones() {
    let wide =
        || route("all", "", "", "/", EMBED) + &route("wild", "", "'*.acme.test'", "/w", EMBED);
    rows(
        "2.4",
        &[
            (
                "a name hides the wildcard and the catch-all",
                wide() + &route("r", "", "a.acme.test", "/a", CHAT),
                &[
                    ("http://a.acme.test/a", "200 chat"),
                    ("http://a.acme.test/w", "404"),
                    ("http://a.acme.test/", "404"),
                    ("http://b.acme.test/w", "200 embed"),
                    ("http://b.acme.test/", "404"),
                    ("http://b.test/", "200 embed"),
                ],
            ),
            (
                "the longer wildcard hides the shorter",
                wide() + &route("r", "", "'*.b.acme.test'", "/a", CHAT),
                &[
                    ("http://a.b.acme.test/a", "200 chat"),
                    ("http://a.b.acme.test/w", "404"),
                    ("http://b.acme.test/w", "200 embed"),
                ],
            ),
            (
                "the same name in two routes: merged",
                route("r", "", "a.acme.test", "/a", CHAT)
                    + &route("s", "", "a.acme.test", "/b", EMBED),
                &[("http://a.acme.test/a", "200 chat"), ("http://a.acme.test/b", "200 embed")],
            ),
        ],
    );
}

/// Listeners `open`, `wild` (`*.acme.test`) and `own` (`a.acme.test`) of port 80.
fn three() -> String {
    gateway(
        "{name: open, port: 80, protocol: HTTP, ALL}, \
         {name: wild, port: 80, protocol: HTTP, hostname: '*.acme.test', ALL}, \
         {name: own, port: 80, protocol: HTTP, hostname: a.acme.test, ALL}",
    )
}

#[test]
fn listeners_hide_wider_ones() {
    rows(
        "2.4",
        &[
            (
                "an exact one with a route",
                three()
                    + &route("r", "own", "", "/own", CHAT)
                    + &route("s", "wild", "", "/wild", EMBED)
                    + &route("t", "open", "", "/open", EMBED),
                &[
                    ("http://a.acme.test/own", "200 chat"),
                    ("http://a.acme.test/wild", "404"),
                    ("http://a.acme.test/open", "404"),
                    ("http://b.acme.test/wild", "200 embed"),
                    ("http://b.acme.test/open", "404"),
                    ("http://x.test/open", "200 embed"),
                    ("HTTPRoute r", "good"),
                    ("HTTPRoute s", "good"),
                    ("HTTPRoute t", "good"),
                ],
            ),
            (
                "an exact one without any route",
                three() + &route("t", "open", "", "/open", EMBED),
                &[
                    ("http://a.acme.test/open", "200 embed"),
                    ("http://b.acme.test/open", "200 embed"),
                    ("Gateway own", "0 good"),
                    ("Gateway open", "1 good"),
                ],
            ),
            (
                "an exact one without any route, the open one's route has the host",
                three() + &route("t", "open", "a.acme.test", "/open", EMBED),
                &[("http://a.acme.test/open", "200 embed"), ("http://b.acme.test/open", "404")],
            ),
        ],
    );
}

#[test]
fn a_host_that_another_listener_owns() {
    let world = |hosts: &str| {
        three()
            + &route("r", "own", "a.acme.test", "/own", CHAT)
            + &route("t", "open", hosts, "/open", EMBED)
    };
    let both =
        route("r", "", "a.acme.test", "/own", CHAT) + &route("t", "open", "x.test", "/", CHAT);
    rows(
        "2.4 only",
        &[
            (
                "unreachable",
                world("a.acme.test"),
                &[
                    ("http://a.acme.test/open", "404"),
                    ("http://a.acme.test/own", "200 chat"),
                    ("HTTPRoute t", "good"),
                    ("Gateway open", "1 good"),
                ],
            ),
            (
                "its other host is served",
                world("a.acme.test, x.test"),
                &[("http://a.acme.test/open", "404"), ("http://x.test/open", "200 embed")],
            ),
        ],
    );
    let merged: &[(&str, &str)] =
        &[("http://a.acme.test/open", "200 embed"), ("http://a.acme.test/own", "200 chat")];
    rows("2.3", &[("merged", world("a.acme.test"), merged)]);
    rows("2.2", &[("merged", world("a.acme.test"), merged)]);
    rows(
        "2.4",
        &[("attached to both", three() + &both, &[("http://a.acme.test/own", "200 chat")])],
    );
}
