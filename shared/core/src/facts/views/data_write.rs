//! When the data of a ConfigMap or Secret was written.

use serde_json::Value;

use crate::facts::fields::{items, keys, text};

/// An entry of `metadata.managedFields` that is about data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataWrite {
    pub manager: String,
    /// RFC 3339. Something that the manager has written last changed then: that may have been a
    /// label.
    pub time: String,
    /// The entries that it has written; empty: all.
    pub keys: Vec<String>,
}

impl DataWrite {
    /// The writes of an object, where it carries its managed fields.
    pub(super) fn all(object: &Value) -> Vec<DataWrite> {
        let entries = items(&object["metadata"]["managedFields"]);
        entries.filter(|entry| entry["subresource"].is_null()).filter_map(DataWrite::of).collect()
    }

    fn of(entry: &Value) -> Option<DataWrite> {
        let fields = &entry["fieldsV1"];
        let mut taken: Vec<String> = Vec::new();
        let mut any = !fields.is_object();
        for member in ["f:data", "f:binaryData", "f:stringData"] {
            let Some(own) = fields.get(member) else { continue };
            let names = keys(own);
            if names.is_empty() {
                // A field without its members: all of them.
                return DataWrite::signed(entry, Vec::new());
            }
            any = true;
            taken.extend(names.iter().filter_map(|name| Some(name.strip_prefix("f:")?.to_owned())));
        }
        any.then(|| DataWrite::signed(entry, taken)).flatten()
    }

    fn signed(entry: &Value, keys: Vec<String>) -> Option<DataWrite> {
        let time = Some(text(entry, "time")).filter(|time| !time.is_empty())?;
        Some(DataWrite { manager: text(entry, "manager"), time, keys })
    }

    /// The newest write of some entries; of all, where none are named.
    pub fn newest<'a>(all: &'a [DataWrite], keys: &[String]) -> Option<&'a DataWrite> {
        let about = |own: &&DataWrite| {
            keys.is_empty() || own.keys.is_empty() || own.keys.iter().any(|key| keys.contains(key))
        };
        all.iter().filter(about).max_by(|a, b| a.time.cmp(&b.time))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_writes_of_data_count() {
        let object = json!({"metadata": {"managedFields": [
            {"manager": "a", "time": "2026-11-01T08:00:00Z", "fieldsV1": {"f:data": {}}},
            {"manager": "b", "time": "2026-11-03T08:00:00Z", "fieldsV1": {"f:data": {".": {}, "f:x": {}}}},
            {"manager": "c", "time": "2026-11-09T08:00:00Z", "fieldsV1": {"f:metadata": {"f:labels": {}}}},
        ]}});
        let all = DataWrite::all(&object);
        let newest = |keys: &[&str]| {
            let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
            DataWrite::newest(&all, &keys).map(|own| own.manager.clone())
        };
        assert_eq!(newest(&[]).as_deref(), Some("b"));
        assert_eq!(newest(&["y"]).as_deref(), Some("a"));
        assert_eq!(newest(&["x"]).as_deref(), Some("b"));
    }
}
