//! Section 10: SNI and Host.

use super::world::{SpecWorld, world};

/// A Gateway with these listeners, a route to Service `a`, and a Secret `cert` of unseen content.
pub fn gateway(listeners: &str, objects: &str) -> SpecWorld {
    world(&format!(
        "
kind: Gateway
metadata: {{name: gw}}
spec: {{gatewayClassName: example, listeners: [{listeners}]}}
---
kind: HTTPRoute
metadata: {{name: r}}
spec: {{parentRefs: [{{name: gw}}], rules: [{{backendRefs: [{{name: a, port: 8080}}]}}]}}
---
kind: Secret
metadata: {{name: cert}}
---
{objects}"
    ))
}

fn https(name: &str, hostname: &str) -> String {
    format!(
        "{{name: {name}, port: 443, protocol: HTTPS, hostname: '{hostname}', tls: {{certificateRefs: [{{name: cert}}]}}}}"
    )
}

/// HTTPRouteHTTPSListener: SNI picks the listener.
#[test]
fn sni_picks_the_listener() {
    let world = gateway(&[https("x", "x.io"), https("wild", "*.x.io")].join(", "), "");
    world.listeners(&[
        ("https://x.io/", "gw/x 200 a"),
        ("https://a.x.io/", "gw/wild 200 a"),
        ("https://a.b.x.io/", "gw/wild 200 a"),
        ("https://X.io/", "gw/x 200 a"),
        ("https://y.io/", "none"),
    ]);
}

/// HTTPRouteHTTPSListenerDetectMisdirectedRequests (gw:376-406): another listener has the Host:
/// 421; none has it: 404.
#[test]
fn misdirected_requests() {
    let listeners = [
        https("exact", "example.org"),
        https("second", "second-example.org"),
        https("wild", "*.wildcard.org"),
        https("deep", "very.specific.wildcard.org"),
    ];
    let world = gateway(&listeners.join(", "), "");
    world.answers(&[
        ("https://example.org/", "200 a"),
        ("https://example.org/ Host:example.org:443", "200 a"),
        ("https://example.org/ Host:second-example.org", "421"),
        ("https://second-example.org/ Host:example.org", "421"),
        ("https://example.org/ Host:any.wildcard.org", "421"),
        ("https://one.wildcard.org/ Host:two.wildcard.org", "200 a"),
        ("https://one.wildcard.org/ Host:very.specific.wildcard.org", "421"),
        ("https://very.specific.wildcard.org/ Host:one.wildcard.org", "421"),
        ("https://example.org/ Host:unknown.org", "404"),
    ]);
}

/// A listener without hostname takes any Host that no other listener has.
#[test]
fn misdirected_beside_any() {
    let any = "{name: any, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: cert}]}}";
    let world = gateway(&format!("{any}, {}", https("x", "x.io")), "");
    world.answers(&[
        ("https://y.io/", "200 a"),
        ("https://y.io/ Host:x.io", "421"),
        ("https://x.io/ Host:y.io", "421"),
    ]);
}

#[test]
fn misdirected_is_per_port() {
    let other = https("other", "y.io").replace("443", "8443");
    let world = gateway(&format!("{}, {other}", https("x", "x.io")), "");
    world.answers(&[("https://x.io/ Host:y.io", "404")]);
}

/// GatewayOverlappingTLSConfigHostnames (gw:1668-1713): HTTPS listeners of a port whose hostnames
/// overlap; never set False.
#[test]
fn overlapping_hostnames() {
    let other_port = https("port", "foo.example.com").replace("443", "8443");
    let listeners = [
        https("foo", "foo.example.com"),
        https("bar", "bar.example.com"),
        https("wild", "*.example.com"),
        https("apart", "example.org"),
        other_port,
    ];
    let world = gateway(&listeners.join(", "), "");
    let overlapping = "OverlappingTLSConfig=True/OverlappingHostnames";
    let line = |name: &str, state: &str| format!("{name} 1 [HTTPRoute GRPCRoute] {state}");
    assert_eq!(
        world.status("Gateway gw"),
        [
            "Accepted=True/Accepted Programmed=True/Programmed".to_owned(),
            line("foo", overlapping),
            line("bar", overlapping),
            line("wild", overlapping),
            line("apart", "good"),
            line("port", "good"),
        ]
    );
}
