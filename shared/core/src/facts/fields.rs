//! Reading the fields of an object.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::kube::Pairs;
use crate::schema::{Gate, Refusal};

/// A part of an object, its default where it is missing; a value of the wrong type is what the API
/// server would refuse.
///
/// # Errors
/// When the value has the wrong type.
pub fn part<T: DeserializeOwned + Default>(value: &Value, pointer: &str) -> Result<T, Refusal> {
    match value.pointer(pointer) {
        None | Some(Value::Null) => Ok(T::default()),
        Some(value) => T::deserialize(value).map_err(|error| Refusal {
            gate: Gate::Rule,
            pointer: pointer.to_owned(),
            // serde's message names types and words of ours, never a value of the manifest's
            // longer than a number; it is clipped all the same.
            message: format!("cannot be read: {}", crate::text::clip(&error.to_string(), 120)),
            instead: None,
        }),
    }
}

pub fn items(value: &Value) -> impl Iterator<Item = &Value> + Clone {
    value.as_array().into_iter().flatten()
}

pub fn text(object: &Value, key: &str) -> String {
    object[key].as_str().unwrap_or_default().to_owned()
}

pub fn keys(map: &Value) -> Vec<String> {
    map.as_object().into_iter().flatten().map(|(key, _)| key.clone()).collect()
}

pub fn strings(map: &Value) -> Pairs {
    let entries = map.as_object().into_iter().flatten();
    entries.filter_map(|(k, v)| Some((k.clone(), v.as_str()?.to_owned()))).collect()
}

/// A copy without members that are null: for the API server they are not there.
pub fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(_, member)| !member.is_null());
            kept.map(|(name, member)| (name.clone(), without_nulls(member))).collect()
        }
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}
