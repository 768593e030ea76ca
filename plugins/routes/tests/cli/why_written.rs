//! What controllers wrote is stronger than what is predicted, and `why` says both.

use serde_json::Value;

use crate::program::run_with;

/// A Gateway and a ListenerSet of a class, each with a route; `{…}` are places for conditions.
const WORLD: &str = r#"
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: edge}
spec: {controllerName: {controller}}
---
apiVersion: v1
kind: Namespace
metadata: {name: pay}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: door, namespace: pay, generation: 2}
spec:
  gatewayClassName: edge
  allowedListeners: {namespaces: {from: Same}}
  listeners: [{name: web, port: 80, protocol: HTTP}]
status:
  conditions:
  - {type: Accepted, status: "True", reason: Accepted, observedGeneration: 2}
  {gateway}
  listeners:
  - name: web
    conditions:
    - {type: Accepted, status: "True", reason: Accepted, observedGeneration: 2}
    {listener}
---
apiVersion: gateway.networking.k8s.io/v1
kind: ListenerSet
metadata: {name: side, namespace: pay, generation: 1}
spec:
  parentRef: {name: door}
  listeners: [{name: more, port: 8080, protocol: HTTP}]
status:
  conditions:
  - {type: Accepted, status: "True", reason: Accepted, observedGeneration: 1}
  {set}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: bills, namespace: pay, generation: 4}
spec:
  parentRefs: [{name: door}]
  rules: [{backendRefs: [{name: bills, port: 80}]}]
status:
  parents:
  - controllerName: {controller}
    parentRef: {name: door}
    conditions:
    - {type: Accepted, status: "{accepted}", reason: "{because}", observedGeneration: {seen}}
    {route}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: bills-more, namespace: pay, generation: 1}
spec:
  parentRefs: [{kind: ListenerSet, name: side}]
  rules: [{backendRefs: [{name: bills, port: 80}]}]
---
apiVersion: v1
kind: Service
metadata: {name: bills, namespace: pay}
spec: {ports: [{port: 80}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: bills-1, namespace: pay, labels: {kubernetes.io/service-name: bills}}
addressType: IPv4
endpoints: [{addresses: [10.0.0.9]}]
ports: [{port: 80}]
"#;

const CONTROLLERS: [(&str, &str); 3] = [
    ("kgateway.dev/kgateway", "kgateway"),
    ("gateway.envoyproxy.io/gatewayclass-controller", "Envoy Gateway"),
    ("example.net/gateway-controller", "example.net/gateway-controller"),
];

/// A place that is filled, as a whole entry of a list.
fn entry(kind: &str, status: &str, reason: &str, seen: u32) -> String {
    format!(
        "- {{type: {kind}, status: \"{status}\", reason: {reason}, observedGeneration: {seen}}}"
    )
}

fn world(controller: &str, filled: &[(&str, &str)]) -> String {
    let mut out = WORLD.replace("{controller}", controller);
    for (place, text) in filled {
        out = out.replace(&format!("{{{place}}}"), text);
    }
    let good = [("accepted", "True"), ("because", "Accepted"), ("seen", "4")];
    let rest = ["gateway", "listener", "set", "route"].map(|place| (place, ""));
    for (place, text) in good.iter().chain(&rest) {
        out = out.replace(&format!("{{{place}}}"), text);
    }
    out
}

fn verdict(url: &str, world: &str) -> Value {
    let outcome = run_with(&["why", url, "-f", "-", "-o", "json"], world);
    let trace: Value =
        serde_json::from_str(&outcome.stdout).unwrap_or_else(|_| panic!("{outcome}"));
    trace["verdict"].clone()
}

const URL: &str = "http://bills.example.org/";

#[test]
fn what_is_well_changes_nothing() {
    for (controller, _) in CONTROLLERS {
        for url in [URL, "http://bills.example.org:8080/"] {
            assert_eq!(verdict(url, &world(controller, &[]))["status"], 200, "{controller}");
        }
    }
}

#[test]
fn a_refusal_beats_the_prediction() {
    let gateway = entry("Programmed", "False", "Invalid", 2);
    let listener = entry("Programmed", "False", "Invalid", 2);
    let conflict = entry("Conflicted", "True", "HostnameConflict", 2);
    let route = entry("ResolvedRefs", "False", "BackendNotFound", 4);
    let of_route = [("accepted", "False"), ("because", "NotAllowedByListeners"), ("seen", "4")];
    for (controller, who) in CONTROLLERS {
        for (filled, says) in [
            (
                &of_route[..],
                "wrote Accepted=False NotAllowedByListeners for HTTPRoute pay/bills at Gateway pay/door",
            ),
            (
                &[("route", route.as_str())],
                "wrote ResolvedRefs=False BackendNotFound for HTTPRoute pay/bills at Gateway pay/door",
            ),
            (
                &[("gateway", gateway.as_str())],
                "wrote Programmed=False Invalid for Gateway pay/door",
            ),
            (
                &[("listener", listener.as_str())],
                "wrote Programmed=False Invalid for listener web of Gateway pay/door",
            ),
            (
                &[("listener", conflict.as_str())],
                "wrote Conflicted=True HostnameConflict for listener web of Gateway pay/door",
            ),
        ] {
            let verdict = verdict(URL, &world(controller, filled));
            let unknown = verdict["unknown"].as_str().unwrap_or_default();
            let wanted = format!("200 from a backend is predicted, but {who} {says}");
            assert!(unknown.starts_with(&wanted), "{controller}: {verdict}");
        }
    }
}

#[test]
fn a_listener_set_is_weighed_too() {
    let set = entry("Programmed", "False", "Invalid", 1);
    for (controller, who) in CONTROLLERS {
        let world = world(controller, &[("set", set.as_str())]);
        let verdict = verdict("http://bills.example.org:8080/", &world);
        let wanted = format!(
            "200 from a backend is predicted, but {who} wrote Programmed=False Invalid for ListenerSet pay/side"
        );
        assert_eq!(verdict["unknown"], wanted.as_str(), "{controller}");
        // The Gateway's own listener has nothing to do with it.
        assert_eq!(self::verdict(URL, &world)["status"], 200, "{controller}");
        let report = run_with(&["-f", "-", "-o", "json"], &world);
        assert!(report.stdout.contains("for ListenerSet pay/side"), "{report}");
    }
}

#[test]
fn what_was_said_of_an_older_version_is_no_evidence() {
    let old = [("accepted", "False"), ("because", "NotAllowedByListeners"), ("seen", "3")];
    for (controller, _) in CONTROLLERS {
        assert_eq!(verdict(URL, &world(controller, &old))["status"], 200, "{controller}");
    }
}

#[test]
fn an_address_is_beside_the_point() {
    let waits = entry("Programmed", "False", "AddressNotAssigned", 2);
    for (controller, who) in CONTROLLERS {
        let world = world(controller, &[("gateway", waits.as_str())]);
        let outcome = run_with(&["why", URL, "-f", "-"], &world);
        assert_eq!(outcome.code, Some(0), "{outcome}");
        let flat = outcome.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        let wanted = format!("{who} wrote Programmed=False AddressNotAssigned");
        assert!(flat.contains(&wanted), "{outcome}");
    }
}

#[test]
fn a_policy_that_is_refused() {
    let policy = |api: &str, kind: &str, controller: &str| {
        format!(
            "---
apiVersion: {api}
kind: {kind}
metadata: {{name: wait, namespace: pay, generation: 1}}
spec:
  targetRefs: [{{group: gateway.networking.k8s.io, kind: HTTPRoute, name: bills}}]
  timeouts: {{request: 5s}}
status:
  ancestors:
  - controllerName: {controller}
    ancestorRef: {{kind: Gateway, name: door}}
    conditions:
    - {{type: Accepted, status: \"False\", reason: Invalid, observedGeneration: 1}}
"
        )
    };
    let [(kgateway, _), (envoy_gateway, _), (other, _)] = CONTROLLERS;
    let own = policy("gateway.kgateway.dev/v1alpha1", "TrafficPolicy", kgateway);
    let known = verdict(URL, &(world(kgateway, &[]) + &own));
    assert_eq!(
        known["unknown"],
        "200 from a backend is predicted, but kgateway.dev/kgateway wrote Accepted=False Invalid for TrafficPolicy pay/wait, with which it is 500"
    );
    for controller in [envoy_gateway, other] {
        let own = policy("example.net/v1", "WaitPolicy", controller);
        let verdict = verdict(URL, &(world(controller, &[]) + &own));
        let unknown = verdict["unknown"].as_str().unwrap_or_default();
        let wanted = format!("{controller} wrote Accepted=False Invalid");
        assert!(unknown.ends_with(&wanted), "{unknown}");
    }
}
