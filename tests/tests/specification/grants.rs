//! Section 9: references across namespaces.

use super::world::{SpecWorld, routes};

const ROUTE: &str = "
kind: HTTPRoute
metadata: {name: r}
spec:
  parentRefs: [{name: gw}]
  rules: [{backendRefs: [{name: far, namespace: backends, port: 8080}]}]
---
";

fn grant(namespace: &str, from: &str, to: &str) -> String {
    format!(
        "
kind: ReferenceGrant
metadata: {{name: g-{}, namespace: {namespace}}}
spec: {{from: [{from}], to: [{to}]}}
---
",
        from.len() * 1000 + to.len()
    )
}

const FROM: &str = "{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: infra}";
const TO: &str = "{group: '', kind: Service}";

fn granted(world: &SpecWorld) {
    world.answers(&[("http://x.io/", "200 backends/far")]);
    let status = ["gw: Accepted=True/Accepted ResolvedRefs=True/ResolvedRefs"];
    assert_eq!(world.status("HTTPRoute r"), status);
}

/// Never 404 (gateway-api #1902, #4804), and `Accepted` stays True.
fn refused(world: &SpecWorld) {
    world.answers(&[("http://x.io/", "500 backends/far")]);
    let status = ["gw: Accepted=True/Accepted ResolvedRefs=False/RefNotPermitted"];
    assert_eq!(world.status("HTTPRoute r"), status);
}

/// HTTPRouteInvalidCrossNamespaceBackendRef.
#[test]
fn none() {
    refused(&routes(ROUTE));
}

/// HTTPRouteReferenceGrant: of all Services, of this one, of one among several entries; entries
/// are ORed in both lists and over grants.
#[test]
fn what_is_enough() {
    let this = "{group: '', kind: Service, name: far}";
    let other = "{group: '', kind: Service, name: other}";
    let elsewhere = "{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: elsewhere}";
    for (from, to) in [
        (FROM.to_owned(), TO.to_owned()),
        (FROM.to_owned(), this.to_owned()),
        (FROM.to_owned(), format!("{other}, {this}")),
        (format!("{elsewhere}, {FROM}"), TO.to_owned()),
    ] {
        granted(&routes(&format!("{ROUTE}{}", grant("backends", &from, &to))));
    }
    let two = [grant("backends", elsewhere, TO), grant("backends", FROM, this)].concat();
    granted(&routes(&format!("{ROUTE}{two}")));
    // One grant has the right `from`, another the right `to`: that is none.
    let halves = [grant("backends", elsewhere, TO), grant("backends", FROM, other)].concat();
    refused(&routes(&format!("{ROUTE}{halves}")));
}

/// HTTPRouteInvalidReferenceGrant: each field but one right.
#[test]
fn what_is_not() {
    let gateway_api = "gateway.networking.k8s.io";
    let from = |group: &str, kind: &str, namespace: &str| {
        format!("{{group: {group}, kind: {kind}, namespace: {namespace}}}")
    };
    for (namespace, from, to) in [
        ("infra", FROM.to_owned(), TO),
        ("backends", from(gateway_api, "HTTPRoute", "backends"), TO),
        ("backends", from("''", "HTTPRoute", "infra"), TO),
        ("backends", from("networking.k8s.io", "HTTPRoute", "infra"), TO),
        ("backends", from(gateway_api, "GRPCRoute", "infra"), TO),
        ("backends", from(gateway_api, "Gateway", "infra"), TO),
        ("backends", FROM.to_owned(), "{group: v1, kind: Service}"),
        ("backends", FROM.to_owned(), "{group: core, kind: Service}"),
        ("backends", FROM.to_owned(), "{group: '', kind: Secret}"),
        ("backends", FROM.to_owned(), "{group: '', kind: Service, name: other}"),
    ] {
        refused(&routes(&format!("{ROUTE}{}", grant(namespace, &from, to))));
    }
}

/// rg:20-160: group, kind and namespace are required, `group: ''` too.
#[test]
fn required_fields() {
    for (from, to) in [
        ("{kind: HTTPRoute, namespace: infra}", TO),
        ("{group: gateway.networking.k8s.io, kind: HTTPRoute}", TO),
        (FROM, "{kind: Service}"),
        (FROM, "{group: ''}"),
    ] {
        let world = routes(&grant("backends", from, to));
        assert_eq!(world.refusals().len(), 1, "{from} {to}");
    }
}

/// The grant is asked for before existence, so that names cannot be probed (#1902).
#[test]
fn grant_before_existence() {
    let missing = ROUTE.replace("name: far", "name: nobody");
    let world = routes(&missing);
    world.answers(&[("http://x.io/", "500 backends/nobody")]);
    assert_eq!(
        world.status("HTTPRoute r"),
        ["gw: Accepted=True/Accepted ResolvedRefs=False/RefNotPermitted"]
    );
    let world = routes(&format!("{missing}{}", grant("backends", FROM, TO)));
    world.answers(&[("http://x.io/", "500 backends/nobody")]);
    assert_eq!(
        world.status("HTTPRoute r"),
        ["gw: Accepted=True/Accepted ResolvedRefs=False/BackendNotFound"]
    );
}

/// Never needed: within a namespace (also when it is written out), and from route to Gateway
/// (HTTPRouteCrossNamespace).
#[test]
fn where_none_is_needed() {
    let world = routes(
        "
kind: HTTPRoute
metadata: {name: r, namespace: apps}
spec:
  parentRefs: [{name: gw, namespace: infra}]
  rules: [{backendRefs: [{name: web, namespace: apps, port: 8080}]}]
",
    );
    world.answers(&[("http://x.io/", "200 apps/web")]);
    assert_eq!(
        world.status("HTTPRoute apps/r"),
        ["gw: Accepted=True/Accepted ResolvedRefs=True/ResolvedRefs"]
    );
}

/// HTTPRoutePartiallyInvalidViaInvalidReferenceGrant: the granted rule works, the other is 500.
#[test]
fn partly_granted() {
    let world = routes(&format!(
        "
kind: HTTPRoute
metadata: {{name: r}}
spec:
  parentRefs: [{{name: gw}}]
  rules:
  - {{matches: [{{path: {{value: /v1}}}}], backendRefs: [{{name: a, port: 8080}}]}}
  - {{matches: [{{path: {{value: /v2}}}}], backendRefs: [{{name: far, namespace: backends, port: 8080}}]}}
---
{}",
        grant("backends", FROM, "{group: '', kind: Service, name: other}")
    ));
    world.answers(&[("http://x.io/v1", "200 a"), ("http://x.io/v2", "500 backends/far")]);
    assert_eq!(
        world.status("HTTPRoute r"),
        ["gw: Accepted=True/Accepted ResolvedRefs=False/RefNotPermitted"]
    );
}

/// v1beta1 and v1 are the same object.
#[test]
fn versions() {
    for version in ["v1", "v1beta1"] {
        let grant = grant("backends", FROM, TO);
        let api = format!("\napiVersion: gateway.networking.k8s.io/{version}");
        granted(&routes(&format!("{ROUTE}{api}{grant}")));
    }
}
