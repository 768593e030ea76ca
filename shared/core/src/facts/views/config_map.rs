//! Namespace and ConfigMap.

use std::collections::BTreeMap;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::Value;

use super::data_write::DataWrite;
use crate::facts::{Notes, View};
use crate::kube::{Hidden, Meta};
use crate::mask;
use crate::schema::Refusal;

/// A Namespace; its labels matter for `allowedRoutes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace {
    pub meta: Meta,
}

/// A ConfigMap; the routing rules only check whether it exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigMap {
    pub meta: Meta,
    /// Entries by key; they may contain secrets.
    pub data: BTreeMap<String, DataEntry>,
    /// When its data was written, where that is known.
    pub writes: Vec<DataWrite>,
    pub immutable: bool,
}

/// An entry of a ConfigMap or a Secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataEntry {
    /// The member that holds it: `data`, `binaryData` or `stringData`.
    pub member: &'static str,
    /// The decoded text; `None` if it is masked or not UTF-8.
    pub text: Option<Hidden>,
}

impl View for Namespace {
    fn read(_: &mut Notes, _: &Value, meta: Meta) -> Result<Self, Refusal> {
        Ok(Namespace { meta })
    }
}

impl View for ConfigMap {
    fn read(_: &mut Notes, object: &Value, meta: Meta) -> Result<Self, Refusal> {
        Ok(ConfigMap {
            meta,
            data: entries(object),
            writes: DataWrite::all(object),
            immutable: object["immutable"] == true,
        })
    }
}

/// The entries of a ConfigMap or a Secret. A Secret's `stringData` overrides its `data`.
pub(super) fn entries(object: &Value) -> BTreeMap<String, DataEntry> {
    let secret = object["kind"] == "Secret";
    let mut out = BTreeMap::new();
    for member in ["data", "binaryData", "stringData"] {
        for (key, value) in object[member].as_object().into_iter().flatten() {
            let Some(value) = value.as_str() else { continue };
            let plain = member == "stringData" || (member == "data" && !secret);
            let text = match plain {
                true if mask::is_masked(value) => None,
                true => Some(value.to_owned()),
                false => unpacked(value).and_then(|bytes| String::from_utf8(bytes).ok()),
            };
            out.insert(key.clone(), DataEntry { member, text: text.map(Hidden::new) });
        }
    }
    out
}

/// Base64, decoded. `kubectl` wraps nothing, but people do.
pub(super) fn unpacked(encoded: &str) -> Option<Vec<u8>> {
    BASE64_STANDARD.decode(encoded.split_ascii_whitespace().collect::<String>()).ok()
}
