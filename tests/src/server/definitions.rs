//! The CustomResourceDefinitions of what the stand-in serves.

use serde_json::{Value, json};

use super::resources::RESOURCES;

/// The definitions of the gateways' kinds, as a cluster that serves them has them; none, if the
/// fixture has definitions of its own. They are read by name, and in no list.
pub(super) fn standard(objects: &[Value]) -> Vec<Value> {
    if objects.iter().any(|object| object["kind"] == "CustomResourceDefinition") {
        return Vec::new();
    }
    let mut out = Vec::new();
    for (plural, kind, version, namespaced) in RESOURCES {
        let Some((group, version)) = version.split_once('/') else { continue };
        if !group.starts_with("gateway.") {
            continue;
        }
        out.push(json!({
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {
                "name": format!("{plural}.{group}"),
                "uid": "00000000-0000-0000-0000-000000000000",
            },
            "spec": {
                "group": group,
                "names": { "kind": kind, "plural": plural },
                "scope": if namespaced { "Namespaced" } else { "Cluster" },
                "versions": [{ "name": version, "served": true, "storage": true }],
            },
            "status": { "storedVersions": [version] },
        }));
    }
    out
}
