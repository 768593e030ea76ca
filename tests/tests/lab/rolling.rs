//! A cluster in which workloads get pods: the real controllers, and the node of kwok.

use std::path::Path;
use std::sync::OnceLock;

use igw_tests::lab::{CrdChannel, LabCluster, wait};
use serde_json::{Value, json};

/// It is shared: each test has a namespace of its own.
pub fn rolling() -> &'static LabCluster {
    static ROLLING: OnceLock<LabCluster> = OnceLock::new();
    ROLLING.get_or_init(|| {
        let lab = LabCluster::own(Path::new(env!("CARGO_BIN_EXE_lab")), CrdChannel::Standard);
        lab.start_controllers().expect("controllers");
        lab.start_kwok().expect("kwok");
        lab
    })
}

/// A namespace that is taken away when this is dropped.
pub struct RollingNamespace(&'static str);

impl RollingNamespace {
    pub fn new(name: &'static str) -> RollingNamespace {
        let own = RollingNamespace(name);
        rolling().put(&own.object()).expect("admitted");
        own
    }

    fn object(&self) -> Value {
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.0}})
    }
}

impl Drop for RollingNamespace {
    fn drop(&mut self) {
        if let Err(refused) = rolling().delete(&self.object()) {
            eprintln!("Namespace {} stays: {refused}", self.0);
        }
    }
}

/// Waits until a workload has this many pods, and all of them are ready.
pub fn ready(kind: &str, namespace: &str, name: &str, pods: usize) {
    wait(&format!("{kind} {namespace}/{name} is not ready"), || {
        let own = rolling().get("apps/v1", kind, namespace, name).map_err(|e| e.to_string())?;
        let status = &own["status"];
        let names = match kind {
            "DaemonSet" => ["numberAvailable", "updatedNumberScheduled", "currentNumberScheduled"],
            _ => ["readyReplicas", "updatedReplicas", "replicas"],
        };
        let seen = status["observedGeneration"] == own["metadata"]["generation"];
        let all = names.iter().all(|name| status[*name].as_u64() == Some(pods as u64));
        if seen && all { Ok(()) } else { Err(status.to_string()) }
    })
    .unwrap_or_else(|error| panic!("{error}"));
}

/// The pods that are not being deleted and have a label `app` with this value.
pub fn pods(namespace: &str, app: &str) -> Vec<Value> {
    let path = format!("/api/v1/namespaces/{namespace}/pods?labelSelector=app%3D{app}");
    let list = rolling().api.read(&path).expect("pods");
    let mut all = list["items"].as_array().cloned().unwrap_or_default();
    all.retain(|pod| pod["metadata"]["deletionTimestamp"].is_null());
    all
}

/// Merges a patch into an object by its path, as `who`.
pub fn patch(path: &str, who: &str, patch: &Value) -> Value {
    let path = format!("{path}?fieldManager={who}");
    let merged = rolling().api.send("PATCH", &path, "application/merge-patch+json", Some(patch));
    merged.unwrap_or_else(|refused| panic!("{path}: {refused}"))
}
