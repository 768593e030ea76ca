//! Section 8: where a matched request goes.

use super::world::{SpecWorld, route, routes};

fn rule(backends: &str) -> SpecWorld {
    route(&format!("rules: [{{backendRefs: [{backends}]}}]"))
}

fn resolved(world: &SpecWorld) -> String {
    let status = world.status("HTTPRoute r").concat();
    let accepted = "gw: Accepted=True/Accepted ResolvedRefs=";
    status.strip_prefix(accepted).unwrap_or(&status).to_owned()
}

/// HTTPRouteSimpleSameNamespace: group "", kind Service, the route's namespace, weight 1.
#[test]
fn defaults() {
    let world = rule("{name: a, port: 8080}, {name: b, port: 8080}");
    world.answers(&[("http://x.io/", "200 a 0.5, 200 b 0.5")]);
    assert_eq!(resolved(&world), "True/ResolvedRefs");
}

/// The port is the Service's, not the pod's, and is required (CEL).
#[test]
fn the_port_is_the_services() {
    let world = routes(
        "
kind: Service
metadata: {name: mapped}
spec: {ports: [{port: 80, targetPort: 8000}]}
---
kind: HTTPRoute
metadata: {name: r}
spec:
  parentRefs: [{name: gw}]
  rules:
  - {matches: [{path: {value: /good}}], backendRefs: [{name: mapped, port: 80}]}
  - {matches: [{path: {value: /bad}}], backendRefs: [{name: mapped, port: 8000}]}
",
    );
    world.answers(&[("http://x.io/good", "200 mapped"), ("http://x.io/bad", "500 mapped")]);
    assert_eq!(resolved(&world), "False/BackendNotFound");
    assert_eq!(rule("{name: a}").refusals(), ["HTTPRoute infra/r /spec/rules/0/backendRefs/0"]);
}

/// HTTPRouteInvalidNonExistentBackendRef: 500, `Accepted` stays True.
#[test]
fn missing_service() {
    let world = rule("{name: nobody, port: 8080}");
    world.answers(&[("http://x.io/", "500 nobody")]);
    assert_eq!(resolved(&world), "False/BackendNotFound");
}

/// HTTPRouteInvalidBackendRefUnknownKind: which kinds a controller knows cannot be told here
/// (contract.md), so nothing is claimed.
#[test]
fn unknown_kind() {
    let backend = "{group: example.net, kind: Thing, name: a, port: 8080}";
    let world = rule(backend);
    world.answers(&[("http://x.io/", "500 a")]);
    assert_eq!(resolved(&world), "False/BackendNotFound");
    let there = routes(&format!(
        "
kind: HTTPRoute
metadata: {{name: r}}
spec: {{parentRefs: [{{name: gw}}], rules: [{{backendRefs: [{backend}]}}]}}
---
{{apiVersion: example.net/v1, kind: Thing, metadata: {{name: a}}}}"
    ));
    there.answers(&[("http://x.io/", "unknown")]);
    assert_eq!(there.status("HTTPRoute r"), ["gw: Accepted=True/Accepted"]);
}

/// HTTPRouteWeight: shares are weight / sum, 0 gets nothing.
#[test]
fn weights() {
    let world = rule(
        "{name: a, port: 8080, weight: 7}, {name: b, port: 8080, weight: 3}, {name: c, port: 8080, weight: 0}",
    );
    world.answers(&[("http://x.io/", "200 a 0.7, 200 b 0.3")]);
    rule("{name: a, port: 8080, weight: 5}").answers(&[("http://x.io/", "200 a")]);
    for weight in [-1, 1_000_001] {
        let world = rule(&format!("{{name: a, port: 8080, weight: {weight}}}"));
        let at = ["HTTPRoute infra/r /spec/rules/0/backendRefs/0/weight"];
        assert_eq!(world.refusals(), at);
    }
}

/// HTTPRouteAllBackendsWeightZero: 500, and all conditions are True.
#[test]
fn all_weights_zero() {
    for backends in [
        "{name: a, port: 8080, weight: 0}",
        "{name: a, port: 8080, weight: 0}, {name: b, port: 8080, weight: 0}",
    ] {
        let world = rule(backends);
        world.answers(&[("http://x.io/", "500")]);
        assert_eq!(resolved(&world), "True/ResolvedRefs");
    }
}

/// hr:271-286: an invalid one among several fails for its share; the verdict is the largest.
#[test]
fn one_invalid_among_several() {
    let world = rule("{name: a, port: 8080, weight: 3}, {name: nobody, port: 8080, weight: 1}");
    world.answers(&[("http://x.io/", "200 a 0.75, 500 nobody 0.25")]);
    assert_eq!(resolved(&world), "False/BackendNotFound");
    let trace = world.trace("http://x.io/").expect("a trace");
    let possible: Vec<_> = trace.verdict.possible.iter().map(|p| (p.status, p.share)).collect();
    assert_eq!(trace.verdict.status, Some(200));
    assert_eq!(possible, [(Some(200), 0.75), (Some(500), 0.25)]);
    let all = rule("{name: nobody, port: 8080}, {name: noone, port: 8080}");
    assert_eq!(all.trace("http://x.io/").expect("a trace").verdict.status, Some(500));
}

/// A backend of weight 0 is invalid all the same, and fails for no request.
#[test]
fn invalid_without_weight() {
    let world = rule("{name: a, port: 8080}, {name: nobody, port: 8080, weight: 0}");
    world.answers(&[("http://x.io/", "200 a")]);
    assert_eq!(resolved(&world), "False/BackendNotFound");
}

/// HTTPRouteOmittedBackendRefs: 500 for a rule without backends and without a redirect.
#[test]
fn no_backends() {
    let world = rule("");
    world.answers(&[("http://x.io/", "500")]);
    assert_eq!(resolved(&world), "True/ResolvedRefs");
}

/// hr:1330-1342: a bad mirror sets ResolvedRefs, and the request itself is served.
#[test]
fn bad_mirrors() {
    for (mirror, condition) in [
        ("{name: b, port: 8080}", "True/ResolvedRefs"),
        ("{name: nobody, port: 8080}", "False/BackendNotFound"),
        ("{name: b, port: 1}", "False/BackendNotFound"),
        ("{name: far, namespace: backends, port: 8080}", "False/RefNotPermitted"),
    ] {
        let world = route(&format!(
            "
rules:
- filters: [{{type: RequestMirror, requestMirror: {{backendRef: {mirror}}}}}]
  backendRefs: [{{name: a, port: 8080}}]"
        ));
        world.answers(&[("http://x.io/", "200 a")]);
        assert_eq!(resolved(&world), condition, "{mirror}");
    }
}

#[test]
fn a_bad_rule_leaves_the_others_alone() {
    let world = route(
        "
rules:
- {matches: [{path: {value: /bad}}], backendRefs: [{name: nobody, port: 8080}]}
- {matches: [{path: {value: /good}}], backendRefs: [{name: a, port: 8080}]}",
    );
    world.answers(&[("http://x.io/bad", "500 nobody"), ("http://x.io/good", "200 a")]);
    assert_eq!(resolved(&world), "False/BackendNotFound");
}
