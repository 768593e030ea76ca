//! Recorded starts of kgateway: each as a cluster with what was installed, the pod as it was, and its
//! log, gives its code.

use std::fs;

use igw_tests::server::StandIn;
use serde_json::{Value, json};

use crate::program::{directory, run_against};

/// What each start is about. The one without an API server is told by its log alone.
const STARTS: [(&str, &[&str]); 8] = [
    ("start-downgrade", &["IGW0602"]),
    ("start-gatewayclass-crd-missing", &["IGW0601"]),
    ("start-good", &[]),
    ("start-httproute-crd-missing", &["IGW0601"]),
    ("start-no-api-server", &["IGW0605"]),
    ("start-no-gateway-api", &["IGW0601"]),
    ("start-no-kgateway-crds", &["IGW0603"]),
    ("start-referencegrant-crd-missing", &["IGW0601"]),
];

const GATEWAY_API: [(&str, &str, &str); 6] = [
    ("gatewayclasses", "GatewayClass", "v1"),
    ("gateways", "Gateway", "v1"),
    ("httproutes", "HTTPRoute", "v1"),
    ("grpcroutes", "GRPCRoute", "v1"),
    ("backendtlspolicies", "BackendTLSPolicy", "v1"),
    ("referencegrants", "ReferenceGrant", "v1beta1"),
];

const KGATEWAY: [(&str, &str); 7] = [
    ("backends", "Backend"),
    ("backendconfigpolicies", "BackendConfigPolicy"),
    ("directresponses", "DirectResponse"),
    ("gatewayextensions", "GatewayExtension"),
    ("gatewayparameters", "GatewayParameters"),
    ("listenerpolicies", "ListenerPolicy"),
    ("trafficpolicies", "TrafficPolicy"),
];

fn definition(group: &str, plural: &str, kind: &str, version: &str, bundle: &str) -> Value {
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": format!("{plural}.{group}"),
            "annotations": {
                "gateway.networking.k8s.io/bundle-version": bundle,
                "gateway.networking.k8s.io/channel": "standard",
            },
        },
        "spec": {
            "group": group,
            "names": { "kind": kind, "plural": plural },
            "scope": "Namespaced",
            "versions": [{ "name": version, "served": true, "storage": true }],
        },
        "status": { "storedVersions": [version] },
    })
}

/// The definitions that a start had, by what its recording says was installed.
fn definitions(setup: &[&str]) -> Vec<Value> {
    let says = |words: &str| setup.iter().any(|line| line.starts_with(words));
    let away = says("nothing listens");
    let without = setup.iter().find_map(|line| line.strip_prefix("Gateway API without "));
    let applied = setup.iter().find_map(|line| line.strip_prefix("then 1.4.1: "));
    let mut out = Vec::new();
    if away || without.is_some() || says("Gateway API 1.6.1") {
        for (plural, kind, version) in GATEWAY_API.into_iter().filter(|own| Some(own.0) != without)
        {
            let applied_to = format!("{plural}.gateway.networking.k8s.io serverside-applied");
            let older = applied.is_some_and(|text| text.contains(&applied_to));
            let bundle = if older { "v1.4.1" } else { "v1.6.1" };
            out.push(definition("gateway.networking.k8s.io", plural, kind, version, bundle));
        }
    }
    let downgrade = applied.is_some();
    if away || downgrade || says("kgateway CRDs") {
        let own = |(plural, kind)| definition("gateway.kgateway.dev", plural, kind, "v1alpha1", "");
        out.extend(KGATEWAY.map(own));
    }
    out
}

fn cluster(case: &Value) -> String {
    let list = |at: &str| -> Vec<&str> {
        case.pointer(at)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    };
    let last = case["start"]["readyz"].as_array().and_then(|all| all.last());
    let ready = last.is_some_and(|last| last["readyz"] == 200);
    let labels = json!({ "kgateway": "kgateway", "app.kubernetes.io/name": "kgateway" });
    // The recorded program is the line after 2.4, which no image has.
    let image = "cr.kgateway.dev/kgateway-dev/kgateway:v2.4.0";
    let container = json!({ "name": "controller", "image": image });
    let mut all = definitions(&list("/setup"));
    all.push(json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": { "name": "kgateway", "namespace": "gw", "labels": labels },
        "spec": {
            "selector": { "matchLabels": labels },
            "template": { "metadata": { "labels": labels }, "spec": { "containers": [container] } },
        },
    }));
    all.push(json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {
            "name": "kgateway-0", "namespace": "gw", "labels": labels,
            "annotations": { "log/controller": list("/start/log_lines").join("\n") },
        },
        "spec": { "containers": [container] },
        "status": {
            "phase": "Running",
            "conditions": [{ "type": "Ready", "status": if ready { "True" } else { "False" } }],
            "containerStatuses": [{
                "name": "controller", "image": image, "ready": ready, "restartCount": 0,
                "state": { "running": { "startedAt": "2026-11-20T08:00:00Z" } },
            }],
        },
    }));
    let texts: Vec<String> = all.iter().map(Value::to_string).collect();
    texts.join("\n---\n")
}

#[test]
fn each_start_gives_its_code() {
    let root = directory().join("recorded/kgateway-start");
    let mut names: Vec<String> = fs::read_dir(&root)
        .expect("the recordings can be listed")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, STARTS.map(|(name, _)| name));
    for (name, expected) in STARTS {
        let text = fs::read_to_string(root.join(name).join("case.json")).expect("a recording");
        let case: Value = serde_json::from_str(&text).expect("it is JSON");
        let server = StandIn::of(&cluster(&case));
        let ran = run_against(&server, "default", &["-A", "-o", "json"]);
        let report: Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
        let found: Vec<&str> = report["findings"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|finding| finding["code"].as_str())
            .collect();
        assert_eq!(found, expected, "{name}: {report:#}");
        if name == "start-no-api-server" {
            let title = report["findings"][0]["title"].as_str().unwrap_or_default();
            assert!(title.contains("the API server does not answer it"), "{title}");
        }
    }
}
