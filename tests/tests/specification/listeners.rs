//! Section 3, first part: what a listener may be, and what is said of a bad one.

use super::world::{SpecWorld, world};

fn gateway(listeners: &str) -> SpecWorld {
    world(&format!(
        "
kind: Secret
metadata: {{name: cert}}
---
kind: Gateway
metadata: {{name: gw}}
spec: {{gatewayClassName: example, listeners: [{listeners}]}}
---
kind: HTTPRoute
metadata: {{name: r}}
spec: {{parentRefs: [{{name: gw}}], rules: [{{backendRefs: [{{name: a, port: 8080}}]}}]}}
"
    ))
}

/// GatewayListenerUnsupportedProtocol, the only listener: the Gateway is not accepted.
#[test]
fn only_an_unsupported_protocol() {
    let world = gateway("{name: l, port: 80, protocol: example.net/odd}");
    assert_eq!(
        world.status("Gateway gw"),
        [
            "Accepted=False/ListenersNotValid Programmed=False/Invalid",
            // An implementation may have protocols of its own: nothing is said of the listener.
            "l 0 [] good",
        ]
    );
    world.answers(&[("http://x.io/", "unknown")]);
}

/// The same beside a good listener: accepted, and the good one is served.
#[test]
fn an_unsupported_protocol_among_others() {
    let world = gateway(
        "{name: odd, port: 81, protocol: example.net/odd}, {name: http, port: 80, protocol: HTTP}",
    );
    assert_eq!(
        world.status("Gateway gw"),
        [
            "Accepted=True/Accepted Programmed=True/Programmed",
            "odd 0 [] good",
            "http 1 [HTTPRoute GRPCRoute] good",
        ]
    );
    world.answers(&[("http://x.io/", "200 a"), ("http://x.io:81/", "unknown")]);
}

/// gw:246-251, CEL.
#[test]
fn api_server_rules() {
    let cert = "tls: {certificateRefs: [{name: cert}]}";
    for listeners in [
        format!("{{name: l, port: 80, protocol: HTTP, {cert}}}"),
        format!("{{name: l, port: 80, protocol: TCP, {cert}}}"),
        format!("{{name: l, port: 80, protocol: UDP, {cert}}}"),
        "{name: l, port: 443, protocol: HTTPS, tls: {mode: Passthrough}}".to_owned(),
        "{name: l, port: 443, protocol: HTTPS, tls: {}}".to_owned(),
        "{name: l, port: 443, protocol: TLS}".to_owned(),
        "{name: l, port: 80, protocol: TCP, hostname: x.io}".to_owned(),
        "{name: l, port: 80, protocol: HTTP}, {name: l, port: 81, protocol: HTTP}".to_owned(),
        "{name: l, port: 80, protocol: HTTP}, {name: m, port: 80, protocol: HTTP}".to_owned(),
        "{name: l, port: 80, protocol: HTTP, hostname: x.io}, {name: m, port: 80, protocol: HTTP, hostname: x.io}".to_owned(),
        "{name: l, port: 0, protocol: HTTP}".to_owned(),
        "{name: l, port: 65536, protocol: HTTP}".to_owned(),
        "{name: l, protocol: HTTP}".to_owned(),
        String::new(),
    ] {
        let refused = gateway(&listeners).refusals();
        assert!(!refused.is_empty(), "{listeners}");
    }
    for listeners in [
        "{name: l, port: 443, protocol: TLS, tls: {mode: Passthrough}}".to_owned(),
        format!("{{name: l, port: 443, protocol: TLS, {cert}}}"),
        format!("{{name: l, port: 443, protocol: HTTPS, {cert}}}"),
        format!(
            "{{name: l, port: 443, protocol: HTTPS, {cert}, hostname: x.io}}, {{name: m, port: 443, protocol: HTTPS, {cert}}}"
        ),
    ] {
        assert_eq!(gateway(&listeners).refusals(), Vec::<String>::new());
    }
}

#[test]
fn the_port_is_the_listeners() {
    let world = gateway("{name: l, port: 8080, protocol: HTTP}");
    world.answers(&[("http://x.io:8080/", "200 a"), ("http://x.io/", "none")]);
}

/// Distinct by hostname on one port, by port with one hostname.
#[test]
fn distinct() {
    let world = gateway(
        "{name: one, port: 80, protocol: HTTP, hostname: one.io}, \
         {name: two, port: 80, protocol: HTTP, hostname: two.io}, \
         {name: three, port: 81, protocol: HTTP, hostname: one.io}",
    );
    world.listeners(&[
        ("http://one.io/", "gw/one 200 a"),
        ("http://two.io/", "gw/two 200 a"),
        ("http://one.io:81/", "gw/three 200 a"),
        ("http://two.io:81/", "404"),
    ]);
}

/// Several Gateways with the port: which one is meant must be said.
#[test]
fn several_gateways() {
    let world = world(
        "
kind: Gateway
metadata: {name: one}
spec: {gatewayClassName: example, listeners: [{name: l, port: 80, protocol: HTTP}]}
---
kind: Gateway
metadata: {name: two}
spec: {gatewayClassName: example, listeners: [{name: l, port: 80, protocol: HTTP}, {name: m, port: 81, protocol: HTTP}]}
",
    );
    world.answers(&[
        // Both answer alike: it does not matter which one is asked.
        ("http://x.io/", "404"),
        ("http://x.io:81/", "404"),
    ]);
}
