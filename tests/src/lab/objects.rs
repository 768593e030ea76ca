//! Objects as text, and where the API server has them.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde::Deserialize as _;
use serde_json::Value;

use super::api::Api;

/// The objects of a YAML text; the items of a List each for itself.
pub fn documents(yaml: &str) -> Result<Vec<Value>, String> {
    let mut out = Vec::new();
    for document in serde_yaml::Deserializer::from_str(yaml) {
        let object = Value::deserialize(document).map_err(|e| format!("not YAML: {e}"))?;
        match &object["items"] {
            Value::Array(items) if object["kind"] == "List" => out.extend(items.clone()),
            _ if object.is_null() => {}
            _ => out.push(object),
        }
    }
    Ok(out)
}

pub fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

#[derive(Debug, Clone)]
struct LabResource {
    plural: String,
    namespaced: bool,
}

/// What the API server serves, asked once for each group and version.
#[derive(Debug, Default)]
pub struct Discovery {
    known: Mutex<BTreeMap<(String, String), LabResource>>,
}

impl Discovery {
    /// The path of the collection, and whether the kind has namespaces.
    pub fn collection(
        &self,
        api: &Api,
        api_version: &str,
        kind: &str,
        namespace: &str,
    ) -> Result<(String, bool), String> {
        let root = if api_version.contains('/') { "apis" } else { "api" };
        let LabResource { plural, namespaced } = self.resource(api, root, api_version, kind)?;
        let namespace = if namespace.is_empty() { "default" } else { namespace };
        let path = match namespaced {
            true => format!("/{root}/{api_version}/namespaces/{namespace}/{plural}"),
            false => format!("/{root}/{api_version}/{plural}"),
        };
        Ok((path, namespaced))
    }

    fn resource(
        &self,
        api: &Api,
        root: &str,
        api_version: &str,
        kind: &str,
    ) -> Result<LabResource, String> {
        let key = (api_version.to_owned(), kind.to_owned());
        let mut known = self.known.lock().map_err(|_| "a test broke discovery".to_owned())?;
        if let Some(resource) = known.get(&key) {
            return Ok(resource.clone());
        }
        let served = api.read(&format!("/{root}/{api_version}")).map_err(|e| e.to_string())?;
        for resource in served["resources"].as_array().into_iter().flatten() {
            let plural = text(resource, "/name");
            if !plural.contains('/') {
                let namespaced = resource["namespaced"] == true;
                let value = LabResource { plural: plural.to_owned(), namespaced };
                known.insert((api_version.to_owned(), text(resource, "/kind").to_owned()), value);
            }
        }
        let found = known.get(&key).cloned();
        found.ok_or(format!("the API server does not serve {kind} of {api_version}"))
    }
}
