//! Section 3, fourth part: the certificates of HTTPS listeners (GatewayInvalidTLSConfiguration,
//! GatewaySecret…).

use super::tls::gateway;
use super::world::world;

fn certificate(reference: &str, objects: &str) -> String {
    let listener =
        format!("{{name: l, port: 443, protocol: HTTPS, tls: {{certificateRefs: [{reference}]}}}}");
    let status = gateway(&listener, objects).status("Gateway gw").split_off(1).concat();
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
        ("{name: cert, group: '', kind: Secret, namespace: infra}", "good"),
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
    let world = gateway(&format!("{bad}, {{name: http, port: 80, protocol: HTTP}}"), "");
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
        (grant("backends", gateway, "Secret, name: other"), NOT_PERMITTED),
        (grant("backends", gateway, "Service"), NOT_PERMITTED),
        (grant("backends", "Gateway, namespace: apps", "Secret"), NOT_PERMITTED),
        (grant("backends", "HTTPRoute, namespace: infra", "Secret"), NOT_PERMITTED),
        (grant("backends", "ListenerSet, namespace: infra", "Secret"), NOT_PERMITTED),
        (grant("infra", gateway, "Secret"), NOT_PERMITTED),
    ] {
        assert_eq!(certificate(far, &objects), expected, "{objects}");
    }
    // GatewaySecretMissingReferencedSecret: granted, and not there.
    let objects = grant("backends", gateway, "Secret");
    assert_eq!(certificate("{name: gone, namespace: backends}", &objects), INVALID);
    // Without a grant nobody learns whether it is there.
    assert_eq!(certificate("{name: gone, namespace: backends}", ""), NOT_PERMITTED);
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
        assert_eq!(status, [format!("l 0 [HTTPRoute GRPCRoute] {expected}")], "{kind}");
    }
}
