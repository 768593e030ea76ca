//! Stories, laid into the API server one after the other: they share names.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use igw_core::facts::{Openness, Store, decode};
use igw_core::kube::Origin;
use igw_tests::lab::{ApiRefusal, LabCluster};
use igw_tests::story::standard_channel;
use serde_json::{Value, json};

/// What the API server made of a story. It is taken away when this is dropped.
pub struct LaidWorld<'l> {
    /// What it refused: `Kind namespace/name`, and why.
    pub refused: Vec<(String, ApiRefusal)>,
    pub stored: Vec<Value>,
    lab: &'l LabCluster,
    _alone: MutexGuard<'static, ()>,
}

pub fn objects(file: &Path) -> Vec<Value> {
    let path = file.to_string_lossy().into_owned();
    let input = igw::input::files::read(&[path], &mut std::io::empty());
    assert_eq!(input.problems, [], "{}", file.display());
    let mut objects: Vec<Value> = input.manifests.into_iter().map(|m| m.value).collect();
    objects.iter_mut().filter(|o| o["kind"] == "Secret").for_each(fill);
    objects
}

/// Stories leave the content of certificates out, recordings put `CERT(host)` for it; the API
/// server wants some.
fn fill(secret: &mut Value) {
    let text = secret["data"].to_string() + &secret["stringData"].to_string();
    if text.contains("CERT(") || secret["type"] == "kubernetes.io/tls" && text == "nullnull" {
        secret["data"] = Value::Null;
        let pair = rcgen::generate_simple_self_signed(["story.example".to_owned()]);
        let pair = pair.expect("a pair");
        secret["stringData"] =
            json!({"tls.crt": pair.cert.pem(), "tls.key": pair.signing_key.serialize_pem()});
    }
}

/// Applies objects: Namespaces first, as one does who applies a directory a second time. A
/// namespace that a story speaks of without making it is there.
pub fn lay<'l>(lab: &'l LabCluster, objects: &[Value]) -> LaidWorld<'l> {
    static ALONE: Mutex<()> = Mutex::new(());
    // The guard of a test that failed: what it left is taken away as well.
    let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut world = LaidWorld { refused: Vec::new(), stored: Vec::new(), lab, _alone: alone };
    let spoken: BTreeSet<&str> =
        objects.iter().filter_map(|o| o["metadata"]["namespace"].as_str()).collect();
    for name in spoken {
        let bare = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
        lab.put(&bare).unwrap_or_else(|refused| panic!("Namespace {name}: {refused}"));
    }
    let (namespaces, others): (Vec<&Value>, _) =
        objects.iter().partition(|object| object["kind"] == "Namespace");
    for object in namespaces.into_iter().chain(others) {
        match lab.put(object) {
            Ok(stored) => world.stored.push(stored),
            Err(refused) => world.refused.push((full_name(object), refused)),
        }
    }
    world
}

impl LaidWorld<'_> {
    pub fn store(&self) -> Store {
        let mut store = Store::for_files(Openness::Given, standard_channel());
        for object in &self.stored {
            let mut object = object.clone();
            // The older of two routes wins: those of a story are of one age, although the API
            // server's clock may have gone on between them.
            object["metadata"]["creationTimestamp"] = "2026-11-22T08:00:00Z".into();
            decode(&mut store, object, Origin::default(), "default");
        }
        store
    }
}

impl Drop for LaidWorld<'_> {
    fn drop(&mut self) {
        for object in self.stored.iter().filter(|object| object["kind"] != "Namespace") {
            // Its finalizer is taken away by a controller, which does not run here.
            if object["kind"] == "PersistentVolumeClaim"
                && let Err(refused) = self.lab.without_finalizers(object)
            {
                eprintln!("{} keeps its finalizers: {refused}", full_name(object));
            }
            if let Err(refused) = self.lab.delete(object) {
                eprintln!("{} stays: {refused}", full_name(object));
            }
        }
    }
}

/// `Kind namespace/name`, as findings name objects.
pub fn full_name(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (kind, name) = (text(&object["kind"]), text(&object["metadata"]["name"]));
    match object["metadata"]["namespace"].as_str() {
        Some(namespace) => format!("{kind} {namespace}/{name}"),
        None => format!("{kind} {name}"),
    }
}
