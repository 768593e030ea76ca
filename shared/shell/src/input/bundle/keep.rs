//! What is kept of a cluster's answers while they are read.

use std::collections::BTreeMap;

use serde_json::Value;

use igw_core::mask::ObjectMask;

/// Objects by API version, kind, namespace and name, masked. An object that is read again replaces
/// what was there.
#[derive(Debug, Default)]
pub struct Kept {
    objects: BTreeMap<[String; 4], Value>,
    mask: ObjectMask,
}

impl Kept {
    pub fn add(&mut self, object: &Value) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (metadata, mut kept) = (&object["metadata"], object.clone());
        let key =
            [&object["apiVersion"], &object["kind"], &metadata["namespace"], &metadata["name"]];
        without_schemas(&mut kept);
        self.mask.apply(&mut kept);
        self.objects.insert(key.map(text), kept);
    }

    /// All of them, sorted.
    pub fn objects(&self) -> impl ExactSizeIterator<Item = &Value> {
        self.objects.values()
    }
}

/// Takes the schemas out of a CustomResourceDefinition: no rule reads them, and they are long.
fn without_schemas(object: &mut Value) {
    if object["kind"] != "CustomResourceDefinition" {
        return;
    }
    let versions = object.pointer_mut("/spec/versions").and_then(Value::as_array_mut);
    for version in versions.into_iter().flatten().filter_map(Value::as_object_mut) {
        version.remove("schema");
    }
}
