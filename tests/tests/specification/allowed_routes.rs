//! Section 2: which namespaces and kinds a listener lets in, and `attachedRoutes`.

use super::world::{SpecWorld, world};

fn listener(listener: &str, objects: &str) -> SpecWorld {
    world(&format!(
        "
kind: Secret
metadata: {{name: cert}}
---
kind: Gateway
metadata: {{name: gw}}
spec:
  gatewayClassName: example
  listeners: [{{name: l, {listener}}}]
---
{objects}"
    ))
}

const FROM_APPS: &str = "
kind: HTTPRoute
metadata: {name: r, namespace: apps}
spec:
  parentRefs: [{name: gw, namespace: infra}]
  rules: [{backendRefs: [{name: web, port: 8080}]}]
";

const FROM_INFRA: &str = "
kind: HTTPRoute
metadata: {name: r}
spec: {parentRefs: [{name: gw}], rules: [{backendRefs: [{name: a, port: 8080}]}]}
";

const IN: &str = "gw: Accepted=True/Accepted ResolvedRefs=True/ResolvedRefs";
const OUT: &str = "gw: Accepted=False/NotAllowedByListeners ResolvedRefs=True/ResolvedRefs";

/// HTTPRouteInvalidCrossNamespaceParentRef: the default is the listener owner's namespace.
#[test]
fn from() {
    for (allowed, infra, apps) in [
        ("", IN, OUT),
        (", allowedRoutes: {}", IN, OUT),
        (", allowedRoutes: {namespaces: {from: Same}}", IN, OUT),
        (", allowedRoutes: {namespaces: {from: All}}", IN, IN),
    ] {
        let spec = format!("port: 80, protocol: HTTP{allowed}");
        let here = listener(&spec, FROM_INFRA);
        assert_eq!(here.status("HTTPRoute r"), [infra], "{allowed}");
        let there = listener(&spec, FROM_APPS);
        assert_eq!(there.status("HTTPRoute apps/r"), [apps], "{allowed}");
        let answer = if apps == IN { "200 apps/web" } else { "404" };
        there.answers(&[("http://x.io/", answer)]);
    }
}

/// Labels and expressions, all of them; `{}` selects all, no selector nothing. Namespace apps
/// has the labels tier=web and team=red, and the API server's own with its name.
#[test]
fn selector() {
    let expression = |text: &str| format!("selector: {{matchExpressions: [{{{text}}}]}}");
    for (selector, expected) in [
        ("selector: {matchLabels: {tier: web}}".to_owned(), IN),
        ("selector: {matchLabels: {tier: db}}".to_owned(), OUT),
        ("selector: {matchLabels: {tier: web, team: blue}}".to_owned(), OUT),
        ("selector: {matchLabels: {kubernetes.io/metadata.name: apps}}".to_owned(), IN),
        ("selector: {matchLabels: {kubernetes.io/metadata.name: infra}}".to_owned(), OUT),
        (expression("key: tier, operator: In, values: [db, web]"), IN),
        (expression("key: tier, operator: In, values: [db]"), OUT),
        (expression("key: tier, operator: NotIn, values: [db]"), IN),
        (expression("key: none, operator: NotIn, values: [db]"), IN),
        (expression("key: tier, operator: NotIn, values: [web]"), OUT),
        (expression("key: tier, operator: Exists"), IN),
        (expression("key: none, operator: Exists"), OUT),
        (expression("key: none, operator: DoesNotExist"), IN),
        (expression("key: tier, operator: DoesNotExist"), OUT),
        ("selector: {matchLabels: {tier: web}, matchExpressions: [{key: team, operator: In, values: [red]}]}".to_owned(), IN),
        ("selector: {matchLabels: {tier: web}, matchExpressions: [{key: team, operator: In, values: [blue]}]}".to_owned(), OUT),
        ("selector: {}".to_owned(), IN),
        ("selector: null".to_owned(), OUT),
    ] {
        let spec = format!(
            "port: 80, protocol: HTTP, allowedRoutes: {{namespaces: {{from: Selector, {selector}}}}}"
        );
        let status = listener(&spec, FROM_APPS).status("HTTPRoute apps/r");
        assert_eq!(status, [expected], "{selector}");
    }
}

/// Without `kinds` the protocol decides.
#[test]
fn kinds_by_protocol() {
    for (spec, kinds) in [
        ("port: 80, protocol: HTTP", "HTTPRoute GRPCRoute"),
        (
            "port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: cert}]}",
            "HTTPRoute GRPCRoute",
        ),
        ("port: 443, protocol: TLS, tls: {mode: Passthrough}", "TLSRoute"),
        ("port: 443, protocol: TLS, tls: {certificateRefs: [{name: cert}]}", "TLSRoute TCPRoute"),
        ("port: 53, protocol: TCP", "TCPRoute"),
        ("port: 53, protocol: UDP", "UDPRoute"),
    ] {
        let status = listener(spec, "").status("Gateway gw");
        assert_eq!(status[1], format!("l 0 [{kinds}] good"), "{spec}");
    }
}

/// GatewayInvalidRouteKind: only the valid kinds are listed, perhaps none.
#[test]
fn invalid_route_kinds() {
    let bad = "ResolvedRefs=False/InvalidRouteKinds";
    for (kinds, expected) in [
        ("{kind: HTTPRoute}", "[HTTPRoute] good".to_owned()),
        ("{group: gateway.networking.k8s.io, kind: GRPCRoute}", "[GRPCRoute] good".to_owned()),
        ("{kind: InvalidRoute}", format!("[] {bad}")),
        ("{kind: InvalidRoute}, {kind: HTTPRoute}", format!("[HTTPRoute] {bad}")),
        ("{kind: TCPRoute}, {kind: HTTPRoute}", format!("[HTTPRoute] {bad}")),
        ("{group: example.net, kind: HTTPRoute}", format!("[] {bad}")),
    ] {
        let spec = format!("port: 80, protocol: HTTP, allowedRoutes: {{kinds: [{kinds}]}}");
        let status = listener(&spec, "").status("Gateway gw");
        assert_eq!(status[1], format!("l 0 {expected}"), "{kinds}");
    }
}

#[test]
fn the_good_kind_is_served() {
    let spec = "port: 80, protocol: HTTP, allowedRoutes: {kinds: [{kind: Bad}, {kind: HTTPRoute}]}";
    let world = listener(spec, FROM_INFRA);
    world.answers(&[("http://x.io/", "200 a")]);
    assert_eq!(world.status("HTTPRoute r"), [IN]);
}

/// HTTPRouteDisallowedKind: by protocol, and by `kinds`.
#[test]
fn disallowed_kind() {
    for spec in [
        "port: 443, protocol: TLS, tls: {mode: Passthrough}",
        "port: 80, protocol: TCP",
        "port: 80, protocol: HTTP, allowedRoutes: {kinds: [{kind: GRPCRoute}]}",
        "port: 80, protocol: HTTP, allowedRoutes: {kinds: [{kind: InvalidRoute}]}",
    ] {
        let world = listener(spec, FROM_INFRA);
        assert_eq!(world.status("HTTPRoute r"), [OUT], "{spec}");
        assert!(world.attached().is_empty());
    }
}

/// GatewayWithAttachedRoutes: routes that are accepted and attached to this very listener, also
/// of a listener that is itself not good (gw:1388-1409).
#[test]
fn attached_routes() {
    let world = world(
        "
kind: Gateway
metadata: {name: gw}
spec:
  gatewayClassName: example
  listeners:
  - {name: http, port: 80, protocol: HTTP, hostname: x.io, allowedRoutes: {namespaces: {from: All}}}
  - {name: alt, port: 8080, protocol: HTTP}
  - {name: bad, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: nothing}]}}
---
kind: HTTPRoute
metadata: {name: one}
spec: {parentRefs: [{name: gw, sectionName: http}, {name: gw, sectionName: bad}], rules: [{}]}
---
kind: HTTPRoute
metadata: {name: two, namespace: apps}
spec: {parentRefs: [{name: gw, namespace: infra}], hostnames: [x.io], rules: [{}]}
---
kind: HTTPRoute
metadata: {name: three}
spec: {parentRefs: [{name: gw, sectionName: http}], hostnames: [other.io], rules: [{}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata: {name: four}
spec: {parentRefs: [{name: gw, sectionName: http}]}
",
    );
    assert_eq!(
        world.status("Gateway gw")[1..],
        [
            "http 3 [HTTPRoute GRPCRoute] good",
            "alt 0 [HTTPRoute GRPCRoute] good",
            "bad 1 [HTTPRoute GRPCRoute] ResolvedRefs=False/InvalidCertificateRef Programmed=False/Invalid",
        ]
    );
}
