//! What no rule reads is never passed over.

use serde_json::Value;

use crate::program::run_with;

/// A Gateway of Envoy Gateway with a route and its Service.
const WORLD: &str = "
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: eg}
spec: {controllerName: gateway.envoyproxy.io/gatewayclass-controller}
---
apiVersion: v1
kind: Namespace
metadata: {name: fin}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: fin}
spec: {gatewayClassName: eg, listeners: [{name: http, port: 80, protocol: HTTP}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: book, namespace: fin, labels: {tier: gold}}
spec:
  parentRefs: [{name: edge}]
  hostnames: [book.example.org]
  rules: [{name: all, matches: [{path: {value: /b}}], backendRefs: [{name: book, port: 80}]}]
---
apiVersion: v1
kind: Service
metadata: {name: book, namespace: fin}
spec: {ports: [{port: 80}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: book-1, namespace: fin, labels: {kubernetes.io/service-name: book}}
addressType: IPv4
endpoints: [{addresses: [10.0.0.9]}]
ports: [{port: 80}]
";

fn why(url: &str, more: &str) -> Value {
    let outcome = run_with(&["why", url, "-f", "-", "-o", "json"], &format!("{WORLD}---\n{more}"));
    serde_json::from_str(&outcome.stdout).unwrap_or_else(|_| panic!("{outcome}"))
}

fn policy(target: &str) -> String {
    format!(
        "{{apiVersion: x.example.net/v1, kind: Guard, metadata: {{name: g, namespace: fin}}, spec: {target}}}"
    )
}

#[test]
fn whatever_points_at_the_way_leaves_the_answer_open() {
    for target in [
        "{targetRefs: [{kind: HTTPRoute, name: book}]}",
        "{targetRef: {kind: HTTPRoute, name: book, sectionName: all}}",
        "{targetRef: {kind: Gateway, name: edge}}",
        "{targetRefs: [{kind: Gateway, name: edge, sectionName: http}]}",
        "{targetSelectors: [{kind: HTTPRoute, matchLabels: {tier: gold}}]}",
        "{targetRefs: [{kind: Service, name: book}]}",
    ] {
        let trace = why("http://book.example.org/b", &policy(target));
        assert_eq!(trace["verdict"]["status"], Value::Null, "{target}");
        assert_eq!(trace["unmodelled"][0]["object"]["kind"], "Guard", "{target}");
        let unknown = trace["verdict"]["unknown"].as_str().unwrap_or_default();
        assert!(unknown.starts_with("Guard fin/g: its kind is not modelled"), "{unknown}");
        let report = run_with(&["-f", "-"], &format!("{WORLD}---\n{}", policy(target)));
        assert!(report.stdout.contains("not modelled, so not judged: 1 Guard\n"), "{report}");
        assert!(report.stdout.contains("No problems seen in 1 route"), "{report}");
        assert!(report.stdout.contains("1 object not judged"), "{report}");
    }
    for target in [
        "{targetRefs: [{kind: HTTPRoute, name: other}]}",
        "{targetRefs: [{kind: HTTPRoute, name: book, sectionName: other}]}",
        "{targetRefs: [{kind: HTTPRoute, name: book, namespace: other}]}",
        "{targetRef: {kind: Gateway, name: edge, sectionName: https}}",
        "{targetSelectors: [{kind: HTTPRoute, matchLabels: {tier: iron}}]}",
        "{scaleTargetRef: {kind: Deployment, name: book}}",
    ] {
        let trace = why("http://book.example.org/b", &policy(target));
        assert_eq!(trace["verdict"]["status"], 200, "{target}");
    }
}

#[test]
fn what_makes_routes_may_take_what_nothing_else_takes() {
    let maker = |hostnames: &str| {
        format!(
            "{{apiVersion: aigateway.envoyproxy.io/v1alpha1, kind: AIGatewayRoute, metadata: {{name: ai, namespace: fin}}, spec: {{parentRefs: [{{name: edge}}]{hostnames}}}}}"
        )
    };
    let status = |url: &str, more: &str| why(url, more)["verdict"]["status"].clone();
    let any = maker("");
    assert_eq!(status("http://other.example.org/", &any), Value::Null);
    assert_eq!(status("http://book.example.org/none", &any), 404, "the host is the route's");
    assert_eq!(status("http://book.example.org/b", &any), 200);
    let own = maker(", hostnames: [book.example.org]");
    assert_eq!(status("http://book.example.org/b", &own), Value::Null);
    assert_eq!(status("http://other.example.org/", &own), 404);
}

#[test]
fn istio_selects_proxies_by_labels() {
    let world = WORLD
        .replace("gateway.envoyproxy.io/gatewayclass-controller", "istio.io/gateway-controller");
    let status = |namespace: &str, spec: &str| {
        let own = format!(
            "{world}---\n{{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {{name: p, namespace: {namespace}}}, spec: {spec}}}"
        );
        let outcome =
            run_with(&["why", "http://book.example.org/b", "-f", "-", "-o", "json"], &own);
        let trace: Value = serde_json::from_str(&outcome.stdout).expect("JSON");
        trace["verdict"]["status"].clone()
    };
    let gateway = "{selector: {matchLabels: {gateway.networking.k8s.io/gateway-name: edge}}}";
    for (namespace, spec, expected) in [
        ("fin", "{}", Value::Null),
        ("istio-system", "{}", Value::Null),
        ("fin", gateway, Value::Null),
        ("fin", "{selector: {matchLabels: {app: book}}}", 200.into()),
        ("other", "{}", 200.into()),
        ("istio-system", gateway, 200.into()),
    ] {
        assert_eq!(status(namespace, spec), expected, "{namespace} {spec}");
    }
    // Envoy Gateway reads nothing of Istio.
    let policy = "{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {name: p, namespace: fin}, spec: {}}";
    assert_eq!(why("http://book.example.org/b", policy)["verdict"]["status"], 200);
}

#[test]
fn a_backend_of_another_kind_is_there_or_not() {
    let world = WORLD
        .replace(
            "{name: book, port: 80}",
            "{group: multi.example.net, kind: Import, name: west, port: 80}",
        )
        .replace("gateway.envoyproxy.io/gatewayclass-controller", "example.net/controller");
    let run = |more: &str, args: &[&str]| run_with(args, &format!("{world}---\n{more}"));
    let import =
        "{apiVersion: multi.example.net/v1, kind: Import, metadata: {name: west, namespace: fin}}";
    let there = run(import, &["-f", "-"]);
    assert!(there.stdout.contains("not modelled, so not judged: 1 Import\n"), "{there}");
    let absent = run("", &["-f", "-"]);
    assert!(absent.stdout.contains("IGW0110 backend-not-found"), "{absent}");
    assert!(absent.stdout.contains("Import fin/west:80 does not exist"), "{absent}");
    for (more, expected) in [(import, Value::Null), ("", 500.into())] {
        let outcome = run(more, &["why", "http://book.example.org/b", "-f", "-", "-o", "json"]);
        let trace: Value = serde_json::from_str(&outcome.stdout).expect("JSON");
        assert_eq!(trace["verdict"]["status"], expected, "{outcome}");
    }
    // With an open world nothing is known of what is not given.
    let open = run("", &["-f", "-", "--world", "open"]);
    assert!(!open.stdout.contains("IGW0110"), "{open}");
}

#[test]
fn grpc_routes_of_kgateway_take_their_paths() {
    let world =
        WORLD.replace("gateway.envoyproxy.io/gatewayclass-controller", "kgateway.dev/kgateway");
    let grpc = "apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata: {name: rpc, namespace: fin}
spec:
  parentRefs: [{name: edge}]
  hostnames: [book.example.org]
  rules: [{matches: [{method: {service: b.v1.Book, method: Get}}], backendRefs: [{name: none, port: 9}]}]
";
    let backend = |url: &str, world: &str| {
        let input = format!("{world}---\n{grpc}");
        let outcome = run_with(&["why", url, "-f", "-", "-o", "json"], &input);
        let trace: Value = serde_json::from_str(&outcome.stdout).expect("JSON");
        (trace["verdict"]["status"].clone(), trace["backends"][0]["name"].clone())
    };
    let call = "http://book.example.org/b.v1.Book/Get";
    assert_eq!(backend(call, &world), (500.into(), "none".into()));
    assert_eq!(backend("http://book.example.org/b", &world), (200.into(), "book".into()));
    assert_eq!(backend(call, WORLD).0, Value::Null, "not known elsewhere");
    assert_eq!(backend("http://book.example.org/b", WORLD), (200.into(), "book".into()));
}

/// What a controller wrote is reported, whoever it is.
#[test]
fn refusals_of_any_controller_are_reported() {
    let condition = |kind: &str, status: &str, reason: &str| {
        format!(
            "{{type: {kind}, status: \"{status}\", reason: {reason}, observedGeneration: 2, message: too many}}"
        )
    };
    let world = |accepted: &str, conflicted: &str| {
        WORLD
            .replace("gateway.envoyproxy.io/gatewayclass-controller", "gateways.example.net/c")
            .replace("namespace: fin, labels", "namespace: fin, generation: 2, labels")
            .replace("{name: edge, namespace: fin}", "{name: edge, namespace: fin, generation: 2}")
            .replace(
                "protocol: HTTP}]}",
                &format!(
                    "protocol: HTTP}}]}}\nstatus: {{conditions: [{}], listeners: [{{name: http, attachedRoutes: 1, conditions: [{}]}}]}}",
                    condition("Accepted", "True", "Accepted"),
                    condition("Conflicted", conflicted, "PortTaken"),
                ),
            )
            .replace(
                "port: 80}]}]\n---",
                &format!(
                    "port: 80}}]}}]\nstatus: {{parents: [{{parentRef: {{name: edge}}, controllerName: gateways.example.net/c, conditions: [{}]}}]}}\n---",
                    condition("Accepted", accepted, "Quota"),
                ),
            )
    };
    let said = |world: &str| {
        let outcome = run_with(&["-f", "-", "-o", "name"], world);
        outcome.stdout
    };
    assert_eq!(
        said(&world("False", "True")),
        "gateway/fin/edge IGW0133\nhttproute/fin/book IGW0133\n"
    );
    assert_eq!(said(&world("True", "False")), "", "a reason of its own is no refusal");
    let text = run_with(&["-f", "-"], &world("False", "False")).stdout;
    assert!(text.contains("The controller wrote Accepted=False Quota"), "{text}");
    assert!(text.contains("The condition says: too many."), "{text}");
}

/// Of Envoy Gateway's traffic policies only what may answer leaves the answer open.
#[test]
fn fields_that_decide_about_nothing() {
    let status = |kind: &str, spec: &str| {
        let target = "targetRefs: [{kind: Gateway, name: edge}]";
        let own = format!(
            "{{apiVersion: gateway.envoyproxy.io/v1alpha1, kind: {kind}, metadata: {{name: p, namespace: fin}}, spec: {{{target}, {spec}}}}}"
        );
        why("http://book.example.org/b", &own)["verdict"]["status"].clone()
    };
    for (kind, spec, expected) in [
        (
            "BackendTrafficPolicy",
            "retry: {numRetries: 2}, timeout: {http: {requestTimeout: 9s}}",
            200.into(),
        ),
        ("BackendTrafficPolicy", "requestBuffer: {limit: 1Mi}", 200.into()),
        ("BackendTrafficPolicy", "retry: {numRetries: 2}, rateLimit: {type: Global}", Value::Null),
        ("BackendTrafficPolicy", "faultInjection: {abort: {httpStatus: 500}}", Value::Null),
        ("ClientTrafficPolicy", "tls: {minVersion: \"1.3\"}, http3: {}", 200.into()),
        ("ClientTrafficPolicy", "tls: {clientValidation: {}}", Value::Null),
        ("ClientTrafficPolicy", "path: {disableMergeSlashes: true}", Value::Null),
        ("SecurityPolicy", "timeout: {}", Value::Null),
    ] {
        assert_eq!(status(kind, spec), expected, "{kind} {spec}");
    }
}
