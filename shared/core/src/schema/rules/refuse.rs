//! What all rules need.

use serde_json::Value;

use crate::schema::admission::{Gate, Refusal};

pub type Out = Vec<Refusal>;

pub fn refuse(out: &mut Out, pointer: String, message: impl Into<String>) {
    out.push(Refusal { gate: Gate::Rule, pointer, message: message.into(), instead: None });
}

pub fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

pub fn needs_port(backend: &Value, at: &str, out: &mut Out) {
    let service = text(backend, "group").is_empty() && text(backend, "kind") == "Service";
    if service && backend["port"].is_null() {
        refuse(out, at.to_owned(), "must have port for Service reference");
    }
}
