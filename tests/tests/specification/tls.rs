//! Section 10, and the certificates of section 3.

use super::world::{World, world};

fn gateway(listeners: &str, objects: &str) -> World {
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
    let world = gateway(
        &[https("x", "x.io"), https("wild", "*.x.io")].join(", "),
        "",
    );
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
        (
            "https://one.wildcard.org/ Host:very.specific.wildcard.org",
            "421",
        ),
        (
            "https://very.specific.wildcard.org/ Host:one.wildcard.org",
            "421",
        ),
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

/// Another port's listeners do not count.
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

fn certificate(reference: &str, objects: &str) -> String {
    let listener =
        format!("{{name: l, port: 443, protocol: HTTPS, tls: {{certificateRefs: [{reference}]}}}}");
    let status = gateway(&listener, objects)
        .status("Gateway gw")
        .split_off(1)
        .concat();
    status.replace("l 1 [HTTPRoute GRPCRoute] ", "")
}

const INVALID: &str = "ResolvedRefs=False/InvalidCertificateRef Programmed=False/Invalid";
const NOT_PERMITTED: &str = "ResolvedRefs=False/RefNotPermitted Programmed=False/Invalid";

/// GatewayInvalidTLSConfiguration: no such Secret, another group, another kind, a malformed one.
#[test]
fn invalid_certificates() {
    let broken = "
kind: Secret
metadata: {name: empty}
type: kubernetes.io/tls
data: {tls.crt: ''}
---
kind: Secret
metadata: {name: broken}
type: kubernetes.io/tls
data: {tls.crt: SGVsbG8gd29ybGQ=, tls.key: SGVsbG8gd29ybGQ=}
";
    for (reference, expected) in [
        ("{name: cert}", "good"),
        (
            "{name: cert, group: '', kind: Secret, namespace: infra}",
            "good",
        ),
        ("{name: nothing}", INVALID),
        ("{name: cert, group: example.net}", INVALID),
        ("{name: cert, kind: ConfigMap}", INVALID),
        ("{name: empty}", INVALID),
        ("{name: broken}", INVALID),
        ("{name: cert}, {name: nothing}", INVALID),
    ] {
        assert_eq!(certificate(reference, broken), expected, "{reference}");
    }
}

/// A listener without a good certificate answers nobody; the Gateway goes with its last one.
#[test]
fn bad_certificate_serves_nothing() {
    let bad = "{name: l, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: nothing}]}}";
    let world = gateway(bad, "");
    world.answers(&[("https://x.io/", "none")]);
    assert_eq!(
        world.status("Gateway gw")[0],
        "Accepted=False/ListenersNotValid Programmed=False/Invalid"
    );
    let world = gateway(
        &format!("{bad}, {{name: http, port: 80, protocol: HTTP}}"),
        "",
    );
    world.answers(&[("https://x.io/", "none"), ("http://x.io/", "200 a")]);
    assert_eq!(
        world.status("Gateway gw")[0],
        "Accepted=True/ListenersNotValid Programmed=True/Programmed"
    );
}

/// GatewaySecretMissingReferenceGrant, -InvalidReferenceGrant, -ReferenceGrantAllInNamespace,
/// -ReferenceGrantSpecific.
#[test]
fn certificates_elsewhere() {
    let grant = |namespace: &str, from: &str, to: &str| {
        format!(
            "
kind: Secret
metadata: {{name: cert, namespace: backends}}
---
kind: ReferenceGrant
metadata: {{name: g, namespace: {namespace}}}
spec:
  from: [{{group: gateway.networking.k8s.io, kind: {from}}}]
  to: [{{group: '', kind: {to}}}]
"
        )
    };
    let gateway = "Gateway, namespace: infra";
    let far = "{name: cert, namespace: backends}";
    for (objects, expected) in [
        (grant("backends", gateway, "Secret"), "good"),
        (grant("backends", gateway, "Secret, name: cert"), "good"),
        (
            grant("backends", gateway, "Secret, name: other"),
            NOT_PERMITTED,
        ),
        (grant("backends", gateway, "Service"), NOT_PERMITTED),
        (
            grant("backends", "Gateway, namespace: apps", "Secret"),
            NOT_PERMITTED,
        ),
        (
            grant("backends", "HTTPRoute, namespace: infra", "Secret"),
            NOT_PERMITTED,
        ),
        (
            grant("backends", "ListenerSet, namespace: infra", "Secret"),
            NOT_PERMITTED,
        ),
        (grant("infra", gateway, "Secret"), NOT_PERMITTED),
    ] {
        assert_eq!(certificate(far, &objects), expected, "{objects}");
    }
    // GatewaySecretMissingReferencedSecret: granted, and not there.
    let objects = grant("backends", gateway, "Secret");
    assert_eq!(
        certificate("{name: gone, namespace: backends}", &objects),
        INVALID
    );
    // Without a grant nobody learns whether it is there.
    assert_eq!(
        certificate("{name: gone, namespace: backends}", ""),
        NOT_PERMITTED
    );
}

/// ls:48-51: a Gateway's grant does not extend to its ListenerSets.
#[test]
fn grants_of_listener_sets() {
    for (kind, expected) in [("Gateway", NOT_PERMITTED), ("ListenerSet", "good")] {
        let world = world(&format!(
            "
kind: Gateway
metadata: {{name: gw}}
spec:
  gatewayClassName: example
  allowedListeners: {{namespaces: {{from: Same}}}}
  listeners: [{{name: http, port: 80, protocol: HTTP}}]
---
kind: ListenerSet
metadata: {{name: ls}}
spec:
  parentRef: {{name: gw}}
  listeners:
  - {{name: l, port: 443, protocol: HTTPS, tls: {{certificateRefs: [{{name: cert, namespace: backends}}]}}}}
---
kind: Secret
metadata: {{name: cert, namespace: backends}}
---
kind: ReferenceGrant
metadata: {{name: g, namespace: backends}}
spec:
  from: [{{group: gateway.networking.k8s.io, kind: {kind}, namespace: infra}}]
  to: [{{group: '', kind: Secret}}]
"
        ));
        let status = world.status("ListenerSet ls").split_off(1);
        assert_eq!(
            status,
            [format!("l 0 [HTTPRoute GRPCRoute] {expected}")],
            "{kind}"
        );
    }
}
