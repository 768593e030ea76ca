//! What the server says that it serves, in both forms that API servers speak.

use serde_json::{Value, json};

use super::{ServedResource, ServedWorld};

impl ServedWorld {
    pub(super) fn groups(&self) -> Value {
        let mut groups: Vec<&str> =
            self.served().filter_map(|r| Some(r.2.split_once('/')?.0)).collect();
        groups.sort_unstable();
        groups.dedup();
        let versions = |group: &str| -> Vec<&str> {
            let mut out: Vec<&str> = self
                .served()
                .filter_map(|r| r.2.split_once('/').filter(|(g, _)| *g == group).map(|(_, v)| v))
                .collect();
            out.sort_unstable();
            out.dedup();
            out
        };
        if self.older {
            let group = |group: &&str| {
                let versions: Vec<Value> =
                    versions(group).iter().map(|v| json!({ "version": v })).collect();
                json!({ "name": group, "versions": versions })
            };
            let groups: Vec<Value> = groups.iter().map(group).collect();
            return json!({ "kind": "APIGroupList", "groups": groups });
        }
        let group = |group: &&str| {
            let version = |version: &&str| {
                let name = format!("{group}/{version}");
                let resources: Vec<Value> = self
                    .served()
                    .filter(|r| r.2 == name)
                    .map(|r| json!({ "resource": r.0 }))
                    .collect();
                json!({ "version": version, "resources": resources })
            };
            let versions: Vec<Value> = versions(group).iter().map(version).collect();
            json!({ "metadata": { "name": group }, "versions": versions })
        };
        let items: Vec<Value> = groups.iter().map(group).collect();
        json!({ "kind": "APIGroupDiscoveryList", "items": items })
    }

    pub(super) fn resources(&self, version: &str) -> Value {
        let own = self.served().filter(|r| r.2 == version);
        let resources: Vec<Value> = own.map(|r| json!({ "name": r.0 })).collect();
        json!({ "kind": "APIResourceList", "resources": resources })
    }
}

/// The resource of a CustomResourceDefinition, in its first version.
pub(super) fn defined(object: &Value) -> Option<ServedResource> {
    let spec =
        object["spec"].as_object().filter(|_| object["kind"] == "CustomResourceDefinition")?;
    let kept = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
    let version = format!("{}/{}", spec["group"].as_str()?, spec["versions"][0]["name"].as_str()?);
    let names = &spec["names"];
    Some((kept(names["plural"].as_str()?), kept(names["kind"].as_str()?), kept(&version), true))
}
