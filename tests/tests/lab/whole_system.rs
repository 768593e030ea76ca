//! An inference gateway as the guide prints it, repaired by the front door on the real API server.

use std::collections::BTreeSet;
use std::path::Path;

use igw_core::fix::normal;
use igw_tests::lab::LabCluster;
use serde_json::{Value, json};

use super::plugin::TimedRun;
use super::repairs::run_in;
use super::rolling::{patch, ready, rolling};
use super::world::objects;

/// What the files of the guide's system show, at its gateway, its routes, Bifrost, vLLM and Langfuse.
const FAULTS: &str = "IGW0103 IGW0206 IGW0215 IGW0302 IGW0401 IGW0407 IGW0505 IGW0611 IGW0701 \
     IGW0703 IGW0705";

const WORKLOADS: [(&str, &str, usize); 4] = [
    ("llm-proxy", "bifrost", 3),
    ("models", "vllm-glm", 1),
    ("langfuse", "langfuse-web", 1),
    ("langfuse", "langfuse-worker", 1),
];

fn igw(state: &Path, arguments: &str) -> TimedRun {
    run_in("", state, rolling().admin(), arguments)
}

fn report(state: &Path) -> Value {
    let ran = igw(state, "check -A -o json");
    serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran}"))
}

/// The codes of what is wrong.
fn faults(report: &Value) -> BTreeSet<&str> {
    let all = report["findings"].as_array().into_iter().flatten();
    let grave = all.filter(|one| one["severity"] != "info");
    grave.filter_map(|one| one["code"].as_str()).collect()
}

/// Writes what kgateway would write, as the tool predicts it: kgateway itself cannot run here.
fn conditions(state: &Path) {
    let ran = run_in("routes", state, rolling().admin(), "status -A -o json");
    let list: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran}"));
    for item in list["items"].as_array().expect("a list") {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let meta = &item["metadata"];
        let (version, kind) = (text(&item["apiVersion"]), text(&item["kind"]));
        let own = rolling().get(&version, &kind, &text(&meta["namespace"]), &text(&meta["name"]));
        let own = own.unwrap_or_else(|refused| panic!("{kind}: {refused}"));
        let (path, _) = rolling().collection(&own).expect("a kind that is served");
        let path = format!("{path}/{}/status", text(&meta["name"]));
        let generation = &own["metadata"]["generation"];
        let mut status = item["status"].clone();
        complete(&mut status, generation);
        patch(&path, "kgateway", &json!({ "status": status }));
    }
}

/// Fills in what the API server demands of a condition.
fn complete(value: &mut Value, generation: &Value) {
    match value {
        Value::Object(members) => {
            if members.contains_key("reason") && members.contains_key("type") {
                members.insert("lastTransitionTime".into(), "2026-11-28T00:00:00Z".into());
                members.insert("observedGeneration".into(), generation.clone());
                members.entry("message").or_insert_with(|| "".into());
            }
            members.values_mut().for_each(|member| complete(member, generation));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| complete(item, generation)),
        _ => {}
    }
}

/// What people wrote, by kind and name.
fn stored(lab: &LabCluster, all: &[Value]) -> Vec<(String, Value)> {
    let now = |object: &Value| {
        let text = |pointer: &str| {
            object.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let (kind, name) = (text("/kind"), text("/metadata/name"));
        let own = lab.get(&text("/apiVersion"), &kind, &text("/metadata/namespace"), &name);
        (
            format!("{kind}/{name}"),
            normal(&own.unwrap_or_else(|refused| panic!("{name}: {refused}"))),
        )
    };
    all.iter().map(now).collect()
}

#[test]
fn the_system_of_the_guide_passes_after_its_repairs() {
    let state = tempfile::tempdir().expect("a directory");
    let place = state.path();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lab/printed.yaml");
    let mut all = objects(&file);
    for object in &mut all {
        if object["kind"] == "Deployment" {
            // There is no scheduler here, and one node.
            object["spec"]["template"]["spec"]["nodeName"] = "lab".into();
        }
        rolling().put(object).unwrap_or_else(|refused| panic!("{object}: {refused}"));
    }
    for (namespace, name, pods) in WORKLOADS {
        ready("Deployment", namespace, name, pods);
    }
    conditions(place);
    let before = report(place);
    let found = faults(&before);
    let missed: Vec<&str> =
        FAULTS.split_whitespace().filter(|code| !found.contains(code)).collect();
    assert_eq!(missed, Vec::<&str>::new(), "found {found:?}");
    let old = stored(rolling(), &all);
    let mut rounds = 0;
    loop {
        rounds += 1;
        let ran = igw(place, "fix -A --yes --unsafe --timeout 20s");
        conditions(place);
        let after = report(place);
        if faults(&after).is_empty() {
            break;
        }
        assert!(rounds < 3, "{ran}\n{:?}\n{}", faults(&after), igw(place, "check -A"));
    }
    let passes = igw(place, "check -A");
    assert_eq!(passes.code, Some(0), "{passes}");
    // The objects in which nothing is wrong are as they were.
    let new = stored(rolling(), &all);
    let changed: Vec<&str> = old
        .iter()
        .zip(&new)
        .filter_map(|((name, old), (_, new))| (old != new).then_some(name.as_str()))
        .collect();
    let expected = [
        "Gateway/shared",
        "HTTPRoute/chat",
        "HTTPRoute/tracing-ui",
        "HTTPRoute/tracing-otel",
        "ConfigMap/bifrost-config",
        "Deployment/bifrost",
        "Deployment/vllm-glm",
        "Deployment/langfuse-web",
    ];
    assert_eq!(changed, expected, "after {rounds} rounds");
    for object in all.iter().rev() {
        let _ = rolling().delete(object);
    }
}
