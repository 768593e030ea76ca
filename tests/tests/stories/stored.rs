//! The same worlds as an API server stores them: with defaults and metadata of its own. Findings
//! and traces must not differ from those of the manifests as people type them.

use igw_core::facts::{Openness, Said, Store, decode};
use igw_core::kube::{Kind, Origin};
use igw_core::schema::{self, Channel};
use igw_tests::compare::{keys, requests, traces};
use igw_tests::story::{self, Story};
use serde_json::{Value, json};

/// One object as the API server would give it back, or `None` if it would refuse it.
fn stored(mut object: Value, number: usize) -> Option<Value> {
    let text = |key: &str| object[key].as_str().unwrap_or_default().to_owned();
    let api_version = text("apiVersion");
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let kind = Kind::of(group, &text("kind"));
    let admission = match kind {
        Some(kind) => schema::admit(kind, &mut object, false, Channel::Unsaid),
        None => schema::admit_other(&mut object, false, Channel::Unsaid),
    };
    if !admission.refusals.is_empty() {
        return None;
    }
    if let Some(kind) = kind {
        core_defaults(kind, &mut object);
    }
    let metadata = &mut object["metadata"];
    metadata["uid"] = format!("7b1d8a52-0000-4000-8000-{number:012}").into();
    if metadata["creationTimestamp"].is_null() {
        metadata["creationTimestamp"] = "2026-11-22T08:00:00Z".into();
    }
    metadata["resourceVersion"] = format!("{}", 1000 + number).into();
    if metadata["generation"].is_null() {
        metadata["generation"] = 1.into();
    }
    metadata["managedFields"] = json!([{
        "manager": "kubectl-client-side-apply", "operation": "Update",
        "apiVersion": api_version, "time": "2026-11-22T08:00:00Z",
        "fieldsType": "FieldsV1", "fieldsV1": {"f:spec": {}},
    }]);
    Some(object)
}

/// Defaults of the core kinds, of which the schema tables have none.
fn core_defaults(kind: Kind, object: &mut Value) {
    let name = object["metadata"]["name"].clone();
    match kind {
        Kind::Service => {
            let spec = &mut object["spec"];
            if spec["type"].is_null() {
                spec["type"] = "ClusterIP".into();
                spec["clusterIP"] = "10.96.7.8".into();
            }
            spec["sessionAffinity"] = "None".into();
            for port in spec["ports"].as_array_mut().into_iter().flatten() {
                port["protocol"] = "TCP".into();
                if port["targetPort"].is_null() {
                    port["targetPort"] = port["port"].clone();
                }
            }
        }
        Kind::Namespace => {
            object["metadata"]["labels"]["kubernetes.io/metadata.name"] = name;
            object["spec"] = json!({"finalizers": ["kubernetes"]});
            object["status"] = json!({"phase": "Active"});
        }
        // A status that the story tells stays.
        Kind::Gateway if object["status"]["conditions"].is_null() => {
            let addresses = object["status"]["addresses"].take();
            object["status"] = json!({"conditions": [], "listeners": [], "addresses": addresses});
        }
        Kind::HttpRoute if object["status"].is_null() => object["status"] = json!({"parents": []}),
        _ => {}
    }
}

fn stored_store(story: &Story) -> Store {
    let path = story.file.to_string_lossy().into_owned();
    let input = igw::input::files::read(&[path], &mut std::io::empty());
    let mut store = Store::for_files(Openness::Given, Said::default());
    for (number, manifest) in input.manifests.into_iter().enumerate() {
        if let Some(object) = stored(manifest.value, number) {
            decode(&mut store, object, Origin::default(), "default");
        }
    }
    store
}

#[test]
fn findings_are_the_same() {
    for story in story::of(&igw_routes::ROUTES) {
        let typed = keys(&igw_routes::ROUTES, &story.session().store);
        assert_eq!(keys(&igw_routes::ROUTES, &stored_store(&story)), typed, "{}", story.name);
    }
}

#[test]
fn traces_are_the_same() {
    let mut traced = 0;
    for story in story::of(&igw_routes::ROUTES) {
        let typed = story.session().store;
        let stored = stored_store(&story);
        // What is stored was admitted; of what is typed that may not be known.
        if !typed.doubted.is_empty() {
            continue;
        }
        for request in requests(&typed) {
            let one = traces(&typed, &request);
            let other = traces(&stored, &request);
            let what = format!("{}: {} {}", story.name, request.method, request.typed);
            assert_eq!(other, one, "{what}");
            traced += 1;
        }
    }
    assert!(traced > 500, "only {traced} requests");
}
