//! A text that moves into a Secret.

use igw_core::fix::MovedSecret;
use igw_core::kube::pointer;
use serde_json::{Value, json};

/// The Secret of a text that stands in a document of an object, under `data` or `stringData` as `spell`
/// makes it.
///
/// # Errors
/// When it does not stand there, as a fragment.
pub fn secret(
    object: &Value,
    document: &Value,
    moved: &MovedSecret,
    (field, spell): (&str, impl FnOnce(&str) -> String),
) -> Result<Value, String> {
    let value = document.pointer(&moved.pointer).and_then(Value::as_str);
    let value = value.ok_or_else(|| format!("{} is not there", pointer::dotted(&moved.pointer)))?;
    let mut metadata = json!({ "name": moved.secret.name });
    if let Some(namespace) = object["metadata"]["namespace"].as_str() {
        metadata["namespace"] = namespace.into();
    }
    Ok(json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "Opaque",
        field: { &moved.key: spell(value) },
    }))
}
