//! What Envoy Gateway's translator says of listeners (`internal/gatewayapi/{listener,validate}.go` of
//! envoyproxy/gateway at commit d32f2829).

use igw_core::facts::views::GatewayClass;

use super::world::{SpecWorld, bare};

/// A class, whose EnvoyProxy may merge its Gateways, a route of every Gateway, and these objects.
fn world(merged: bool, objects: &str) -> SpecWorld {
    let controller = GatewayClass::ENVOY_GATEWAY;
    bare(&format!(
        "
kind: GatewayClass
metadata: {{name: example}}
spec:
  controllerName: {controller}
  parametersRef: {{group: gateway.envoyproxy.io, kind: EnvoyProxy, name: proxy, namespace: infra}}
---
kind: Namespace
metadata: {{name: infra}}
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: EnvoyProxy
metadata: {{name: proxy}}
spec: {{mergeGateways: {merged}}}
---
kind: Service
metadata: {{name: a}}
spec: {{ports: [{{port: 8080}}]}}
---
apiVersion: v1
kind: Secret
metadata: {{name: cert}}
type: kubernetes.io/tls
---
apiVersion: v1
kind: Secret
metadata: {{name: opaque}}
type: Opaque
---
{objects}
"
    ))
}

fn gateway(name: &str, listeners: &str) -> String {
    format!(
        "
kind: Gateway
metadata: {{name: {name}}}
spec: {{gatewayClassName: example, listeners: [{listeners}]}}
---
"
    )
}

fn https(name: &str, rest: &str, certificates: &str) -> String {
    format!(
        "{{name: {name}, port: 443, protocol: HTTPS, {rest} tls: {{certificateRefs: [{certificates}]}}}}"
    )
}

fn status(listeners: &str) -> Vec<String> {
    world(false, &gateway("gw", listeners)).status("Gateway gw")
}

const TAKES: &str = "0 [HTTPRoute GRPCRoute]";

#[test]
fn one_good_certificate_is_enough() {
    let partly = https("l", "", "{name: cert}, {name: opaque}");
    assert_eq!(
        status(&partly),
        [
            "Accepted=True/Accepted Programmed=True/Programmed".to_owned(),
            format!("l {TAKES} ResolvedRefs=False/PartiallyInvalidCertificateRef"),
        ]
    );
    let none = https("l", "", "{name: opaque}");
    assert_eq!(
        status(&none)[1],
        format!("l {TAKES} ResolvedRefs=False/InvalidCertificateRef Programmed=False/Invalid")
    );
    assert!(status(&none)[0].starts_with("Accepted=True/Accepted"), "a listener is accepted");
}

#[test]
fn https_without_tls_is_not_accepted() {
    let seen = status("{name: l, port: 443, protocol: HTTPS}");
    assert_eq!(
        seen,
        [
            "Accepted=False/ListenersNotValid Programmed=False/Invalid".to_owned(),
            format!("l {TAKES} Programmed=False/Invalid"),
        ]
    );
}

#[test]
fn https_and_tls_go_together_but_for_the_hostname() {
    let tls = |host: &str| {
        format!(
            "{{name: t, port: 443, protocol: TLS, hostname: {host}, tls: {{mode: Passthrough}}}}"
        )
    };
    let own = https("h", "hostname: a.example.com,", "{name: cert}");
    let seen = status(&format!("{own}, {}", tls("b.example.com")));
    assert!(seen[1..].iter().all(|line| line.ends_with("good")), "{seen:?}");
    let seen = status(&format!("{own}, {}", tls("a.example.com")));
    let lost = "Conflicted=True/HostnameConflict Programmed=False/Invalid";
    assert_eq!(seen[1..], [format!("h {TAKES} {lost}"), format!("t 0 [TLSRoute] {lost}")]);
}

#[test]
fn what_is_not_valid_is_in_no_way() {
    let seen = status(
        "{name: tcp, port: 80, protocol: TCP, allowedRoutes: {kinds: [{kind: HTTPRoute}]}}, \
         {name: http, port: 80, protocol: HTTP}",
    );
    assert_eq!(
        seen[1..],
        [
            "tcp 0 [] ResolvedRefs=False/InvalidRouteKinds Programmed=False/Invalid".to_owned(),
            format!("http {TAKES} good"),
        ]
    );
}

#[test]
fn authorities_of_clients() {
    let with = |kind: &str| {
        let validation =
            format!("{{caCertificateRefs: [{{group: '', kind: {kind}, name: gone}}]}}");
        world(
            false,
            &format!(
                "
kind: Gateway
metadata: {{name: gw}}
spec:
  gatewayClassName: example
  listeners: [{}]
  tls: {{frontend: {{default: {{validation: {validation}}}}}}}
",
                https("l", "", "{name: cert}")
            ),
        )
        .status("Gateway gw")
    };
    assert_eq!(
        with("ConfigMap")[1],
        format!(
            "l {TAKES} Accepted=False/NoValidCACertificate ResolvedRefs=False/InvalidCACertificateRef Programmed=False/InvalidCACertificateRef"
        )
    );
    assert!(with("Bucket")[1].contains("ResolvedRefs=False/InvalidCACertificateKind"));
}

/// Gateways of one proxy: of a port, protocol and hostname the older Gateway's listener stays.
#[test]
fn merged_gateways_are_in_each_others_way() {
    let http = |port: u16| format!("{{name: http, port: {port}, protocol: HTTP}}");
    let two = format!(
        "{}{}",
        gateway("first", &http(80)),
        gateway("second", &format!("{}, {{name: more, port: 81, protocol: HTTP}}", http(80)))
    );
    let merged = world(true, &two);
    assert_eq!(merged.status("Gateway first")[1], format!("http {TAKES} good"));
    assert_eq!(
        merged.status("Gateway second")[1..],
        [
            format!("http {TAKES} Conflicted=True/HostnameConflict Programmed=False/Invalid"),
            format!("more {TAKES} good"),
        ]
    );
    let apart = world(false, &two);
    assert_eq!(apart.status("Gateway second")[1], format!("http {TAKES} good"));
    let other = format!(
        "{}{}",
        gateway("first", &http(80)),
        gateway("second", "{name: tcp, port: 80, protocol: TCP}")
    );
    let lost = "Conflicted=True/ProtocolConflict Programmed=False/Invalid";
    let merged = world(true, &other);
    assert_eq!(merged.status("Gateway first")[1], format!("http {TAKES} {lost}"));
    assert_eq!(merged.status("Gateway second")[1], format!("tcp 0 [TCPRoute] {lost}"));
}

/// `GetRelevantGateways`: such a Gateway has no proxy, and nothing is said of what names it.
#[test]
fn a_gateway_without_its_proxy() {
    let world = world(
        false,
        "
kind: Gateway
metadata: {name: gw}
spec:
  gatewayClassName: example
  infrastructure: {parametersRef: {group: gateway.envoyproxy.io, kind: EnvoyProxy, name: gone}}
  listeners: [{name: http, port: 80, protocol: HTTP}]
---
kind: HTTPRoute
metadata: {name: r}
spec: {parentRefs: [{name: gw}], rules: [{backendRefs: [{name: a, port: 8080}]}]}
",
    );
    assert_eq!(world.status("Gateway gw"), ["Accepted=False/InvalidParameters"]);
    assert!(world.status("HTTPRoute r").is_empty());
}
