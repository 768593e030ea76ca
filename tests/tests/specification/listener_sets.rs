//! Section 3, third part: ListenerSets (GEP-1713, ls:90-96).

use super::world::{SpecWorld, world};

fn gateway(allowed: &str, objects: &str) -> SpecWorld {
    world(&format!(
        "
kind: Gateway
metadata: {{name: gw}}
spec:
  gatewayClassName: example
  {allowed}
  listeners: [{{name: l, port: 80, protocol: HTTP, hostname: gw.io}}]
---
{objects}"
    ))
}

const ALL: &str = "allowedListeners: {namespaces: {from: All}}";

fn set(meta: &str, listeners: &str) -> String {
    format!(
        "
kind: ListenerSet
metadata: {{{meta}}}
spec:
  parentRef: {{name: gw, namespace: infra}}
  listeners: [{listeners}]
---
"
    )
}

fn route(name: &str, parent: &str) -> String {
    format!(
        "
kind: HTTPRoute
metadata: {{name: {name}}}
spec: {{parentRefs: [{{{parent}}}], rules: [{{backendRefs: [{{name: {name}, port: 8080}}]}}]}}
---
"
    )
}

const OWN: &str = "{name: l, port: 80, protocol: HTTP, hostname: ls.io}";

/// ListenerSetHTTPRouting: a route belongs to the object that it names, never to the other.
/// Listener names are unique within one object only.
#[test]
fn routes_belong_to_what_they_name() {
    let world = gateway(
        ALL,
        &[
            set("name: ls", OWN),
            route("a", "name: gw"),
            route("b", "name: ls, kind: ListenerSet"),
            route("c", "name: ls, kind: ListenerSet, sectionName: other"),
        ]
        .concat(),
    );
    world.listeners(&[
        ("http://gw.io/", "gw/l 200 a"),
        ("http://ls.io/", "ls/l 200 b"),
        ("http://other.io/", "404"),
    ]);
    assert_eq!(
        world.status("ListenerSet ls"),
        ["Accepted=True/Accepted Programmed=True/Programmed", "l 1 [HTTPRoute GRPCRoute] good",]
    );
    assert_eq!(
        world.status("Gateway gw"),
        ["Accepted=True/Accepted Programmed=True/Programmed", "l 1 [HTTPRoute GRPCRoute] good",]
    );
    assert_eq!(
        world.status("HTTPRoute b"),
        ["ls: Accepted=True/Accepted ResolvedRefs=True/ResolvedRefs"]
    );
    assert_eq!(
        world.status("HTTPRoute c"),
        ["ls#other: Accepted=False/NoMatchingParent ResolvedRefs=True/ResolvedRefs"]
    );
}

/// gw:327-360, ListenerSetAllowedNamespaces: the default is None.
#[test]
fn allowed_listeners() {
    let (good, bad) = (
        "Accepted=True/Accepted Programmed=True/Programmed",
        "Accepted=False/NotAllowed Programmed=False/NotAllowed",
    );
    let selector =
        "allowedListeners: {namespaces: {from: Selector, selector: {matchLabels: {tier: web}}}}";
    for (allowed, infra, apps) in [
        ("", bad, bad),
        ("allowedListeners: {}", bad, bad),
        ("allowedListeners: {namespaces: {from: None}}", bad, bad),
        ("allowedListeners: {namespaces: {from: Same}}", good, bad),
        (selector, bad, good),
        (ALL, good, good),
    ] {
        let far = OWN.replace("ls.io", "far.io");
        let sets = [set("name: ls", OWN), set("name: ls, namespace: apps", &far)];
        let world = gateway(allowed, &sets.concat());
        assert_eq!(world.status("ListenerSet ls")[0], infra, "{allowed}");
        assert_eq!(world.status("ListenerSet apps/ls")[0], apps, "{allowed}");
    }
}

/// A ListenerSet that is not let in serves nothing, and its routes get no entry.
#[test]
fn not_allowed_serves_nothing() {
    let world = gateway(
        "",
        &[
            set("name: ls", OWN),
            set("name: far", "{name: l, port: 81, protocol: HTTP}"),
            route("b", "name: ls, kind: ListenerSet"),
        ]
        .concat(),
    );
    world.answers(&[("http://ls.io/", "404"), ("http://ls.io:81/", "none")]);
    assert!(world.status("HTTPRoute b").is_empty());
}

/// The default of `allowedRoutes` is the namespace of the ListenerSet, not the Gateway's.
#[test]
fn same_namespace_is_the_sets() {
    let world = gateway(
        ALL,
        &[
            set("name: ls, namespace: apps", OWN),
            "
kind: HTTPRoute
metadata: {name: web, namespace: apps}
spec:
  parentRefs: [{name: ls, kind: ListenerSet}]
  rules: [{backendRefs: [{name: web, port: 8080}]}]
---
"
            .to_owned(),
            route("a", "name: ls, kind: ListenerSet, namespace: apps"),
        ]
        .concat(),
    );
    world.answers(&[("http://ls.io/", "200 apps/web")]);
    assert_eq!(
        world.status("HTTPRoute a"),
        ["ls: Accepted=False/NotAllowedByListeners ResolvedRefs=True/ResolvedRefs"]
    );
}

const CONFLICT: &str = "Accepted=False/HostnameConflict Conflicted=True/HostnameConflict Programmed=False/HostnameConflict";

/// ListenerSetHostnameConflict: the Gateway's listener wins; a set with another listener stays
/// accepted, one without is not.
#[test]
fn the_gateway_comes_first() {
    let clash = "{name: clash, port: 80, protocol: HTTP, hostname: gw.io}";
    let world = gateway(
        ALL,
        &[
            set("name: some", &format!("{clash}, {OWN}")),
            set("name: none", clash),
            route("a", "name: gw"),
            route("b", "name: some, kind: ListenerSet"),
        ]
        .concat(),
    );
    world.listeners(&[("http://gw.io/", "gw/l 200 a"), ("http://ls.io/", "some/l 200 b")]);
    assert_eq!(
        world.status("ListenerSet some"),
        [
            "Accepted=True/ListenersNotValid Programmed=True/Programmed".to_owned(),
            format!("clash 1 [HTTPRoute GRPCRoute] {CONFLICT}"),
            "l 1 [HTTPRoute GRPCRoute] good".to_owned(),
        ]
    );
    assert_eq!(
        world.status("ListenerSet none"),
        [
            "Accepted=False/ListenersNotValid Programmed=False/ListenersNotValid".to_owned(),
            format!("clash 0 [HTTPRoute GRPCRoute] {CONFLICT}"),
        ]
    );
    let gateway = world.status_of("Gateway gw");
    assert_eq!(world.status("Gateway gw")[1], "l 1 [HTTPRoute GRPCRoute] good");
    // Only a set that is accepted counts as attached (ls, "Gateway Integration").
    assert_eq!(gateway["attachedListenerSets"], 1);
}

/// Among sets the older wins, then the one whose `namespace/name` comes first.
#[test]
fn older_then_name() {
    let (old, new) = (
        ", creationTimestamp: '2026-01-01T00:00:00Z'",
        ", creationTimestamp: '2026-02-01T00:00:00Z'",
    );
    for (first, second, winner) in [
        (format!("name: u{new}"), format!("name: v{old}"), "v"),
        (format!("name: u{old}"), format!("name: v{new}"), "u"),
        (format!("name: v{old}"), format!("name: u{old}"), "u"),
        (format!("name: a{old}"), format!("name: z, namespace: apps{old}"), "z"),
    ] {
        let world = gateway(ALL, &[set(&first, OWN), set(&second, OWN)].concat());
        world.listeners(&[("http://ls.io/", &format!("{winner}/l 404"))]);
    }
}

/// ListenerSetProtocolConflict; and a listener that has lost is in nobody's way.
#[test]
fn a_loser_does_not_conflict() {
    let at = |name: &str, day: u8| {
        format!("name: {name}, creationTimestamp: '2026-01-0{day}T00:00:00Z'")
    };
    let world = gateway(
        ALL,
        &[
            set(&at("tcp", 1), "{name: l, port: 80, protocol: TCP}"),
            set(&at("http", 2), OWN),
            route("b", "name: http, kind: ListenerSet"),
        ]
        .concat(),
    );
    assert_eq!(
        world.status("ListenerSet tcp"),
        [
            "Accepted=False/ListenersNotValid Programmed=False/ListenersNotValid",
            "l 0 [TCPRoute] Accepted=False/ProtocolConflict Conflicted=True/ProtocolConflict Programmed=False/ProtocolConflict",
        ]
    );
    assert_eq!(
        world.status("ListenerSet http")[0],
        "Accepted=True/Accepted Programmed=True/Programmed"
    );
    world.answers(&[("http://ls.io/", "200 b")]);
}

/// Up to 1.4: XListenerSet of the experimental group.
#[test]
fn x_listener_set() {
    let objects = [
        "apiVersion: gateway.networking.x-k8s.io/v1alpha1".to_owned(),
        set("name: ls", OWN).replace("kind: ListenerSet", "kind: XListenerSet"),
        route("b", "name: ls, group: gateway.networking.x-k8s.io, kind: XListenerSet"),
    ];
    let world = gateway(ALL, &objects.concat());
    world.listeners(&[("http://ls.io/", "ls/l 200 b")]);
}

/// A set whose Gateway does not exist has no status.
#[test]
fn no_gateway() {
    let world = world(&set("name: ls", OWN));
    assert_eq!(world.status_of("ListenerSet ls"), serde_json::json!({}));
}
