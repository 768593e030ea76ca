//! Objects of kinds that no rule reads, of a cluster: found by the schemas of their definitions.

use igw_tests::server::ServerFault;
use serde_json::Value;

use super::{StandIn, run, text};

/// A policy, and a kind that points at nothing.
const DEFINITIONS: &str = "
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: guards.guard.test}
spec:
  group: guard.test
  scope: Namespaced
  names: {plural: guards, kind: Guard}
  versions:
  - name: v1
    served: true
    schema:
      openAPIV3Schema:
        properties:
          spec:
            properties:
              targetRefs: {type: array, items: {properties: {group: {}, kind: {}, name: {}}}}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: cakes.bakery.test}
spec:
  group: bakery.test
  scope: Namespaced
  names: {plural: cakes, kind: Cake}
  versions:
  - {name: v1, served: true, schema: {openAPIV3Schema: {properties: {spec: {properties: {size: {}}}}}}}
";

const GUARD: &str = "
---
apiVersion: guard.test/v1
kind: Guard
metadata: {name: door, namespace: gw}
spec: {targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: completions}]}
";

const WHY: [&str; 4] = ["why", "http://llm.example.com/v1/completions", "-o", "json"];

fn trace(server: &StandIn) -> Value {
    let outcome = run(server, &WHY);
    serde_json::from_str(&outcome.stdout).unwrap_or_else(|_| panic!("{outcome}"))
}

#[test]
fn a_policy_of_an_unknown_kind_is_found() {
    let world = text("grant-missing-good") + DEFINITIONS;
    let server = StandIn::of(&world);
    assert_eq!(trace(&server)["verdict"]["status"], 200);
    let seen = server.seen();
    let lists = |what: &str| seen.iter().filter(|path| path.contains(what)).count();
    // The stand-in gives one item a page.
    assert_eq!(
        (lists("/customresourcedefinitions?"), lists("/guards?"), lists("/cakes")),
        (2, 1, 0)
    );

    let trace = trace(&StandIn::of(&(world.clone() + GUARD)));
    let unknown = trace["verdict"]["unknown"].as_str().unwrap_or_default();
    assert!(unknown.starts_with("Guard gw/door: its kind is not modelled"), "{unknown}");
    let report = run(&StandIn::of(&(world + GUARD)), &["-A"]);
    assert!(report.stdout.contains("1 Guard"), "{report}");
}

#[test]
fn what_may_not_be_read_is_said() {
    let world = text("grant-missing-good") + DEFINITIONS + GUARD;
    for (path, right) in [
        ("/apis/apiextensions.k8s.io", "customresourcedefinitions.apiextensions.k8s.io"),
        ("/apis/guard.test", "guards.guard.test"),
    ] {
        let server = StandIn::with(&world, &[(path, ServerFault::Status(403))], &[], false);
        let trace = trace(&server);
        assert_eq!(trace["verdict"]["status"], 200, "{trace}");
        let said =
            format!("no object of another kind changes the answer (forbidden: list {right})");
        assert_eq!(trace["assumed"][0], said.as_str(), "{trace}");
        let server = StandIn::with(&world, &[(path, ServerFault::Status(403))], &[], false);
        let report = run(&server, &["-A", "-v"]);
        let flat = report.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(&format!("(forbidden: list {right})")), "{report}");
    }
}
