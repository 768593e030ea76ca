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
        self.mask.apply(&mut kept);
        self.objects.insert(key.map(text), kept);
    }

    /// All of them, sorted.
    pub fn objects(&self) -> impl ExactSizeIterator<Item = &Value> {
        self.objects.values()
    }
}
