//! A JSON document inside an object.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use igw_core::fix::{self, MovedSecret, Set};
use igw_core::kube::pointer;
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
