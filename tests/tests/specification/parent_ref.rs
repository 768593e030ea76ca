//! Section 1: from a parentRef to listeners.

use super::world::{SpecWorld, bare, routes, world};

const GATEWAY: &str = "
kind: Gateway
metadata: {name: gw}
spec:
  gatewayClassName: example
  listeners:
  - {name: one, port: 80, protocol: HTTP, hostname: one.io}
  - {name: two, port: 80, protocol: HTTP, hostname: two.io}
  - {name: three, port: 8080, protocol: HTTP}
---
";

fn with_parent(parent: &str) -> SpecWorld {
    world(&format!(
        "{GATEWAY}
kind: HTTPRoute
metadata: {{name: r}}
spec: {{parentRefs: [{parent}], rules: [{{backendRefs: [{{name: a, port: 8080}}]}}]}}
"
    ))
}

/// Group gateway.networking.k8s.io, kind Gateway, the route's namespace.
#[test]
fn defaults() {
    let status = with_parent("{name: gw}").status_of("HTTPRoute r");
    let expected = serde_json::json!({ "parents": [ {
        "parentRef": { "group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "gw" },
        "controllerName": "example.net/controller",
        "conditions": [
            { "type": "Accepted", "status": "True", "reason": "Accepted" },
            { "type": "ResolvedRefs", "status": "True", "reason": "ResolvedRefs" },
        ],
    } ] });
    assert_eq!(status, expected);
    assert_eq!(with_parent("{}").refusals(), ["HTTPRoute infra/r /spec/parentRefs/0/name"]);
}

/// `sectionName` is a listener's name, `port` stands for all listeners of that port, and with
/// both one listener must have both (HTTPRouteInvalidParentRefNotMatchingSectionName,
/// -ListenerPort, -SectionNamePort).
#[test]
fn section_name_and_port() {
    for (parent, attached) in [
        ("{name: gw}", "one two three"),
        ("{name: gw, sectionName: two}", "two"),
        ("{name: gw, port: 80}", "one two"),
        ("{name: gw, port: 8080}", "three"),
        ("{name: gw, sectionName: two, port: 80}", "two"),
        ("{name: gw, sectionName: two, port: 8080}", ""),
        ("{name: gw, sectionName: four}", ""),
        ("{name: gw, sectionName: o-n-e}", ""),
        ("{name: gw, port: 81}", ""),
    ] {
        let world = with_parent(parent);
        let listeners = world.attached();
        let names: Vec<&str> = listeners.iter().filter_map(|l| l.split(':').next()).collect();
        assert_eq!(names.join(" "), attached, "{parent}");
        let status = world.status("HTTPRoute r").concat();
        let accepted = match attached {
            "" => ": Accepted=False/NoMatchingParent ",
            _ => ": Accepted=True/Accepted ",
        };
        assert!(status.contains(accepted), "{parent}: {status}");
    }
}

/// sh:106-113: one listener that accepts is enough; only `attachedRoutes` tells which.
#[test]
fn partly_attached() {
    let world = world(&format!(
        "{GATEWAY}
kind: HTTPRoute
metadata: {{name: r}}
spec: {{parentRefs: [{{name: gw}}], hostnames: [one.io], rules: [{{}}]}}
"
    ));
    assert_eq!(
        world.status("HTTPRoute r"),
        ["gw: Accepted=True/Accepted ResolvedRefs=True/ResolvedRefs"]
    );
    assert_eq!(
        world.status("Gateway gw")[1..],
        [
            "one 1 [HTTPRoute GRPCRoute] good",
            "two 0 [HTTPRoute GRPCRoute] good",
            "three 1 [HTTPRoute GRPCRoute] good",
        ]
    );
}

/// sh:518-523, 573-576: a parent that does not exist, that no controller serves or that is no
/// Gateway (group "" kind Service is the mesh's): no entry at all.
#[test]
fn no_entry() {
    for parent in [
        "{name: nothing}",
        "{name: gw, namespace: apps}",
        "{name: a, group: '', kind: Service, port: 8080}",
        "{name: gw, group: example.net}",
        "{name: gw, kind: ListenerSet}",
    ] {
        let world = with_parent(parent);
        assert!(world.status("HTTPRoute r").is_empty(), "{parent}");
        assert!(world.attached().is_empty(), "{parent}");
        world.answers(&[("http://x.io:8080/", "404")]);
    }
    let classless = bare(
        "
kind: GatewayClass
metadata: {name: other}
spec: {controllerName: example.net/controller}
---
kind: Gateway
metadata: {name: gw}
spec: {gatewayClassName: nobody, listeners: [{name: http, port: 80, protocol: HTTP}]}
---
kind: HTTPRoute
metadata: {name: r}
spec: {parentRefs: [{name: gw}], rules: [{}]}
",
    );
    assert!(classless.status("HTTPRoute r").is_empty());
}

/// Of several parents those that exist get an entry, in the order of the spec.
#[test]
fn several_parents() {
    let world = with_parent(
        "{name: gw, sectionName: three}, {name: nothing}, {name: gw, sectionName: one}",
    );
    assert_eq!(
        world.status("HTTPRoute r"),
        [
            "gw#three: Accepted=True/Accepted ResolvedRefs=True/ResolvedRefs",
            "gw#one: Accepted=True/Accepted ResolvedRefs=True/ResolvedRefs",
        ]
    );
}

/// rg:34-35, HTTPRouteCrossNamespace: a Gateway elsewhere needs no ReferenceGrant.
#[test]
fn cross_namespace() {
    let world = routes(
        "
kind: HTTPRoute
metadata: {name: r, namespace: apps}
spec:
  parentRefs: [{name: gw, namespace: infra}]
  rules: [{backendRefs: [{name: web, port: 8080}]}]
",
    );
    world.answers(&[("http://x.io/", "200 apps/web")]);
}

/// CEL of the standard channel: parentRefs to one object all have a `sectionName`, each its own;
/// their `port` is not looked at.
#[test]
fn parents_are_distinct() {
    let specified = "sectionName must be specified when parentRefs includes 2 or more references to the same parent";
    let unique = "sectionName must be unique when parentRefs includes 2 or more references to the same parent";
    for (parents, complaint) in [
        ("{name: gw}, {name: gw}", unique),
        ("{name: gw, sectionName: one}, {name: gw, sectionName: one}", unique),
        ("{name: gw, sectionName: one}, {name: gw}", specified),
        ("{name: gw, port: 80}, {name: gw, port: 8080}", unique),
        ("{name: gw, sectionName: one}, {name: gw, port: 80}", specified),
        ("{name: gw, sectionName: one, port: 80}, {name: gw, sectionName: one, port: 81}", unique),
    ] {
        let world = with_parent(parents);
        assert_eq!(world.complaints(), [complaint], "{parents}");
        let at = ["HTTPRoute infra/r /spec/parentRefs/1"];
        assert_eq!(world.refusals(), at, "{parents}");
    }
    for parents in [
        "{name: gw, sectionName: one}, {name: gw, sectionName: two}",
        "{name: gw, sectionName: one, port: 80}, {name: gw, sectionName: two}",
        "{name: gw}, {name: other}",
        "{name: gw}, {name: gw, namespace: apps}",
        "{name: gw}, {name: gw, kind: ListenerSet}",
    ] {
        assert!(with_parent(parents).refusals().is_empty(), "{parents}");
    }
}

/// No parentRefs: a valid object that is attached to nothing and has no status.
#[test]
fn no_parents() {
    for spec in ["parentRefs: []", "rules: [{}]"] {
        let world = routes(&format!("kind: HTTPRoute\nmetadata: {{name: r}}\nspec: {{{spec}}}"));
        world.answers(&[("http://x.io/", "404")]);
        assert!(world.status("HTTPRoute r").is_empty());
    }
}

/// `useDefaultGateways` and `defaultScope` are of the experimental channel.
#[test]
fn default_gateways() {
    let route = routes(
        "kind: HTTPRoute\nmetadata: {name: r}\nspec: {useDefaultGateways: All, rules: [{}]}",
    );
    assert_eq!(route.doubts(), ["HTTPRoute infra/r /spec/useDefaultGateways"]);
    let gateway = world(
        "
kind: Gateway
metadata: {name: gw}
spec: {gatewayClassName: example, defaultScope: All, listeners: [{name: h, port: 80, protocol: HTTP}]}
",
    );
    assert_eq!(gateway.doubts(), ["Gateway infra/gw /spec/defaultScope"]);
}
