//! CustomResourceDefinition, without its schemas.

use serde::Deserialize;
use serde_json::Value;

use crate::facts::fields::part;
use crate::facts::{Notes, View};
use crate::kube::{GATEWAY_API, Meta};
use crate::schema::Refusal;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomResourceDefinition {
    pub meta: Meta,
    /// `spec.group`.
    pub group: String,
    /// `spec.names.kind`.
    pub kind: String,
    pub versions: Vec<DefinedVersion>,
    /// `status.storedVersions`: in which versions objects may be stored; empty in a manifest.
    pub stored_versions: Vec<String>,
    /// The release of the Gateway API that it is of, as its annotation says: `v1.4.1`.
    pub bundle: Option<String>,
    /// `standard` or `experimental`, as its annotation says.
    pub channel: Option<String>,
}

/// An entry of `spec.versions`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct DefinedVersion {
    pub name: String,
    pub served: bool,
    /// Whether objects are stored in it: one version of all.
    pub storage: bool,
}

impl CustomResourceDefinition {
    pub fn serves(&self, version: &str) -> bool {
        self.versions.iter().any(|own| own.served && own.name == version)
    }
}

impl View for CustomResourceDefinition {
    fn read(_: &mut Notes, object: &Value, meta: Meta) -> Result<Self, Refusal> {
        let annotations = &object["metadata"]["annotations"];
        let said =
            |name: &str| annotations[format!("{GATEWAY_API}/{name}")].as_str().map(str::to_owned);
        Ok(CustomResourceDefinition {
            meta,
            group: part(object, "/spec/group")?,
            kind: part(object, "/spec/names/kind")?,
            versions: part(object, "/spec/versions")?,
            stored_versions: part(object, "/status/storedVersions")?,
            bundle: said("bundle-version"),
            channel: said("channel"),
        })
    }
}
