//! A JSON document inside an object, and what may be shown of changes of objects.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use igw_core::fix::{self, MovedSecret, Set};
use igw_core::kube::pointer;
use igw_core::mask::{self, ObjectMask};
use json_patch::PatchOperation;
use serde_json::Value;

use crate::input::files::edit::{self, Spot, TextEdit};
use crate::repair::moved;

/// The document with changes; format and order of what stays are kept.
///
/// # Errors
/// Why it cannot be changed, as a fragment.
pub fn edited(text: &str, sets: &[Set]) -> Result<String, String> {
    let document: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let ops = fix::patched(&document, sets)?.ops;
    let spot = Spot { document: 0, item: None };
    let edit = TextEdit { spot, inner: None, ops };
    edit::edit(text, &[edit]).map(|own| own.text).map_err(|refusal| refusal.reason)
}

/// The Secret of a text that stands in an object.
///
/// # Errors
/// Why there is none, as a fragment.
pub fn secret(from: &Value, moved: &MovedSecret) -> Result<Value, String> {
    let document = match &moved.from.inner {
        None => from.clone(),
        Some(at) => {
            let held = from.pointer(at).and_then(Value::as_str);
            let held = held.ok_or_else(|| format!("{} is not text", pointer::dotted(at)))?;
            serde_json::from_str(held).map_err(|error| error.to_string())?
        }
    };
    let encoded = |value: &str| BASE64_STANDARD.encode(value);
    moved::secret(from, &document, moved, ("data", encoded))
}

/// The document without what its members' names call secret.
pub fn shown(text: &str) -> String {
    let Ok(document) = serde_json::from_str::<Value>(text) else { return String::new() };
    let mut out = text.to_owned();
    let mut secrets = Vec::new();
    secrets_of("", &document, &mut secrets);
    for secret in secrets {
        let spelled = Value::from(secret).to_string();
        out = out.replace(&spelled, "\"<masked>\"");
    }
    out
}

fn secrets_of<'a>(name: &str, value: &'a Value, out: &mut Vec<&'a str>) {
    match value {
        Value::String(text) if mask::value(name, text) != text && !text.starts_with("env.") => {
            out.push(text);
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
        Value::Array(items) => items.iter().for_each(|item| secrets_of(name, item, out)),
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| secrets_of(name, member, out));
        }
    }
}

/// Operations with what may be shown of their values: those that make the same of the masked object.
pub fn shown_ops(before: &Value, ops: &[PatchOperation]) -> Vec<PatchOperation> {
    let mut masked = before.clone();
    ObjectMask::default().apply(&mut masked);
    let value = |path: &str, value: &Value| match (before.pointer(path), masked.pointer(path)) {
        (Some(own), Some(shown)) if own == value => shown.clone(),
        _ => masked_text(value),
    };
    let shown = |op: &PatchOperation| {
        let mut op = op.clone();
        match &mut op {
            PatchOperation::Test(own) => own.value = value(own.path.as_str(), &own.value),
            PatchOperation::Add(own) => own.value = masked_text(&own.value),
            PatchOperation::Replace(own) => own.value = masked_text(&own.value),
            _ => {}
        }
        op
    };
    ops.iter().map(shown).collect()
}

/// A text that is a document is shown as one.
fn masked_text(value: &Value) -> Value {
    match value.as_str() {
        Some(text) if text.trim_start().starts_with('{') => shown(text).into(),
        Some(text) => mask::text(text).into(),
        None => value.clone(),
    }
}
