//! Section 3, second part: listeners of one Gateway that are not distinct (gw:168-194).

use super::world::{SpecWorld, world};

/// Objects with a uid passed an API server once, one without today's rules.
fn gateway(listeners: &str) -> SpecWorld {
    world(&format!(
        "
kind: Secret
metadata: {{name: cert}}
---
kind: Gateway
metadata: {{name: gw, uid: 0f6a}}
spec: {{gatewayClassName: example, listeners: [{listeners}]}}
---
kind: HTTPRoute
metadata: {{name: r}}
spec: {{parentRefs: [{{name: gw}}], rules: [{{backendRefs: [{{name: a, port: 8080}}]}}]}}
"
    ))
}

const TLS: &str = "tls: {certificateRefs: [{name: cert}]}";

fn conflict(reason: &str) -> String {
    format!("Accepted=False/{reason} Conflicted=True/{reason} Programmed=False/{reason}")
}

/// HTTP and HTTPS on a port: both lose, nothing is left of the Gateway.
#[test]
fn protocol_conflict() {
    let world = gateway(&format!(
        "{{name: http, port: 80, protocol: HTTP}}, {{name: https, port: 80, protocol: HTTPS, {TLS}}}"
    ));
    let conflict = conflict("ProtocolConflict");
    assert_eq!(
        world.status("Gateway gw"),
        [
            "Accepted=False/ListenersNotValid Programmed=False/Invalid".to_owned(),
            format!("http 1 [HTTPRoute GRPCRoute] {conflict}"),
            format!("https 1 [HTTPRoute GRPCRoute] {conflict}"),
        ]
    );
    world.answers(&[("http://x.io/", "none"), ("https://x.io:80/", "none")]);
}

/// A good listener remains: the Gateway is accepted with the reason ListenersNotValid.
#[test]
fn a_good_one_remains() {
    let world = gateway(&format!(
        "{{name: one, port: 80, protocol: HTTP}}, {{name: two, port: 80, protocol: HTTPS, {TLS}}}, \
         {{name: three, port: 81, protocol: HTTP}}"
    ));
    let status = world.status("Gateway gw");
    assert_eq!(status[0], "Accepted=True/ListenersNotValid Programmed=True/Programmed");
    assert_eq!(status[3], "three 1 [HTTPRoute GRPCRoute] good");
    world.answers(&[("http://x.io/", "none"), ("http://x.io:81/", "200 a")]);
}

/// Equal hostnames: all of them lose, none is picked; others on the port are served.
#[test]
fn hostname_conflict() {
    let world = gateway(
        "{name: one, port: 80, protocol: HTTP, hostname: x.io}, \
         {name: two, port: 80, protocol: HTTP, hostname: x.io}, \
         {name: three, port: 80, protocol: HTTP, hostname: y.io}",
    );
    let conflict = conflict("HostnameConflict");
    assert_eq!(
        world.status("Gateway gw"),
        [
            "Accepted=True/ListenersNotValid Programmed=True/Programmed".to_owned(),
            format!("one 1 [HTTPRoute GRPCRoute] {conflict}"),
            format!("two 1 [HTTPRoute GRPCRoute] {conflict}"),
            "three 1 [HTTPRoute GRPCRoute] good".to_owned(),
        ]
    );
    world.answers(&[("http://x.io/", "404"), ("http://y.io/", "200 a")]);
}

#[test]
fn tls_does_not_distinguish() {
    let world = gateway(
        "{name: one, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: cert}]}}, \
         {name: two, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: cert}, {name: cert}]}}",
    );
    world.answers(&[("https://x.io/", "none")]);
}

/// gw:128-141: a TCP listener on the port of others makes all of them indistinct; UDP is another
/// transport and is in nobody's way.
#[test]
fn tcp_and_udp() {
    let tcp = gateway(
        "{name: http, port: 80, protocol: HTTP, hostname: x.io}, {name: tcp, port: 80, protocol: TCP}",
    );
    let conflict = conflict("ProtocolConflict");
    assert_eq!(
        tcp.status("Gateway gw")[1..],
        [
            format!("http 1 [HTTPRoute GRPCRoute] {conflict}"),
            format!("tcp 0 [TCPRoute] {conflict}"),
        ]
    );
    tcp.answers(&[("http://x.io/", "none")]);
    let udp =
        gateway("{name: http, port: 80, protocol: HTTP}, {name: udp, port: 80, protocol: UDP}");
    assert_eq!(
        udp.status("Gateway gw"),
        [
            "Accepted=True/Accepted Programmed=True/Programmed",
            "http 1 [HTTPRoute GRPCRoute] good",
            "udp 0 [UDPRoute] good",
        ]
    );
    udp.answers(&[("http://x.io/", "200 a")]);
}

/// GatewayListenerProtocolAndRouteKindConflicts: HTTPS and TLS share a port as long as their
/// hostnames differ.
#[test]
fn https_and_tls() {
    let same = gateway(&format!(
        "{{name: https, port: 443, protocol: HTTPS, {TLS}}}, \
         {{name: tls, port: 443, protocol: TLS, tls: {{mode: Passthrough}}}}"
    ));
    let conflict = conflict("ProtocolConflict");
    assert_eq!(
        same.status("Gateway gw")[1..],
        [
            format!("https 1 [HTTPRoute GRPCRoute] {conflict}"),
            format!("tls 0 [TLSRoute] {conflict}"),
        ]
    );
    let apart = gateway(&format!(
        "{{name: https, port: 443, protocol: HTTPS, hostname: '*.x.io', {TLS}}}, \
         {{name: tls, port: 443, protocol: TLS, hostname: t.x.io, tls: {{mode: Passthrough}}}}"
    ));
    assert_eq!(apart.status("Gateway gw")[0], "Accepted=True/Accepted Programmed=True/Programmed");
    // GatewayHTTPSAndTLSPassthroughSamePort: the more specific TLS listener takes its name.
    apart.answers(&[("https://a.x.io/", "200 a"), ("https://t.x.io/", "unknown")]);
}
