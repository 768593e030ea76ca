//! Section 6, more: policies in each other's way, and those of the whole Gateway.

use super::attached_policies::{GATEWAY, HTTP_ROUTE, policy, routes, traffic};
use super::world::rows;

fn fault(status: u16, percentage: u8) -> String {
    format!("faultInjection: {{abort: {{httpStatus: {status}, percentage: {percentage}}}}}")
}

#[test]
fn two_policies_with_the_same_field() {
    let two = |a: &str, first: &str, b: &str, second: &str| {
        routes()
            + &policy("TrafficPolicy", a, HTTP_ROUTE, first)
            + &policy("TrafficPolicy", b, HTTP_ROUTE, second)
    };
    let old = "creationTimestamp: '2026-11-22T20:00:00Z'";
    let new = "creationTimestamp: '2026-11-22T21:00:00Z'";
    let (a, b) = (fault(418, 100), fault(503, 100));
    rows(
        "2.4",
        &[
            (
                "the first by name",
                two("name: b", &b, "name: a", &a),
                &[("http://h.test/r", "418"), ("http://h.test/s", "200 chat")],
            ),
            (
                "the older",
                two(&format!("name: a, {new}"), &a, &format!("name: b, {old}"), &b),
                &[("http://h.test/r", "503")],
            ),
            (
                "the first aborts nothing: the other's field does not count",
                two("name: a", &fault(418, 0), "name: b", &b),
                &[("http://h.test/r", "200 chat"), ("HTTPRoute r", "good")],
            ),
            (
                "two rewrites: the first",
                two(
                    "name: a",
                    "urlRewrite: {pathRegex: {pattern: '^/r', substitution: /first}}",
                    "name: b",
                    "urlRewrite: {pathRegex: {pattern: '^/', substitution: /second/}}",
                ),
                &[("> http://h.test/r/x", "/first/x")],
            ),
            (
                "two authorizations: only the first is asked",
                two(
                    "name: a",
                    "extAuth: {extensionRef: {name: open}}",
                    "name: b",
                    "extAuth: {extensionRef: {name: shut}}",
                ) + &auth("open", ", failOpen: true")
                    + &auth("shut", "")
                    + DOWN,
                &[("http://h.test/r", "200 chat"), ("HTTPRoute r", "good")],
            ),
        ],
    );
}

/// A Service without endpoints.
const DOWN: &str = "\n---\nkind: Service\nmetadata: {name: authz}\n\
                    spec: {selector: {app: authz}, ports: [{port: 9000}]}\n";

fn auth(name: &str, more: &str) -> String {
    format!(
        "\n---\nkind: GatewayExtension\nmetadata: {{name: {name}}}\n\
         spec: {{extAuth: {{grpcService: {{backendRef: {{name: authz, port: 9000}}}}{more}}}}}\n"
    )
}

#[test]
fn auth_service_down() {
    let world = |more: &str| {
        traffic(HTTP_ROUTE, "extAuth: {extensionRef: {name: x}}") + &auth("x", more) + DOWN
    };
    rows(
        "2.4",
        &[
            (
                "refused",
                world(""),
                &[
                    ("http://h.test/r", "403"),
                    ("http://h.test/s", "200 chat"),
                    ("HTTPRoute r", "good"),
                ],
            ),
            (
                "failOpen",
                world(", failOpen: true"),
                &[("http://h.test/r", "200 chat"), ("HTTPRoute r", "good")],
            ),
        ],
    );
}

#[test]
fn faults() {
    rows(
        "2.4",
        &[
            (
                "on the route",
                traffic(HTTP_ROUTE, &fault(503, 100)),
                &[
                    ("http://h.test/r", "503"),
                    ("http://h.test/s", "200 chat"),
                    ("HTTPRoute r", "good"),
                ],
            ),
            (
                "on the Gateway",
                traffic(GATEWAY, &fault(503, 100)),
                &[("http://h.test/r", "503"), ("http://h.test/s", "503"), ("Gateway", "good")],
            ),
        ],
    );
}

#[test]
fn proxy_protocol() {
    let listener = |kind: &str, spec: &str| {
        routes() + &policy(kind, "name: p, namespace: edge", GATEWAY, spec)
    };
    let required = "default: {proxyProtocol: {}}";
    rows(
        "2.4",
        &[
            (
                "required",
                listener("ListenerPolicy", required),
                &[("http://h.test/r", "none"), ("Gateway", "good"), ("HTTPRoute r", "good")],
            ),
            (
                "of another Gateway",
                routes()
                    + &policy(
                        "ListenerPolicy",
                        "name: p, namespace: edge",
                        &GATEWAY.replace("front", "other"),
                        required,
                    ),
                &[("http://h.test/r", "200 chat")],
            ),
        ],
    );
}
