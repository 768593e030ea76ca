//! One object of a file, read.

use serde_json::Value;

use super::Spot;
use super::parts::{MARK, Parts};

/// The object at a place of a file's text, as kubectl reads it.
pub fn object(text: &str, spot: Spot) -> Option<Value> {
    let text = text.trim_start_matches(MARK);
    let parts = Parts::of(text);
    let value = parts.value(&text[parts.ranges.get(spot.document)?.clone()])?;
    match spot.item {
        None => Some(value),
        Some(item) => value.get("items")?.get(item as usize).cloned(),
    }
}
