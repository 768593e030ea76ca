//! Changes of JSON text that keep everything else byte for byte.
//!
//! Splices at the places that [`crate::gojson`] knows: the unit of indentation and the form of
//! what is new are those of its neighbours, and numbers keep their spelling (`1.0`).

mod layout;
mod member;
mod write;

use json_patch::PatchOperation;
use serde_json::Value;

use super::splice::{Splice, Trail};
use super::step::{TextStep, steps};
use crate::gojson::{self, Id, Json, JsonKind};
use crate::kube::pointer;
use layout::JsonLayout;

/// Why a text was not changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonRefusal {
    /// The byte that it is about, if one is.
    pub at: Option<usize>,
    /// A lower-case fragment.
    pub reason: String,
}

impl JsonRefusal {
    fn new(reason: impl Into<String>) -> Self {
        JsonRefusal { at: None, reason: reason.into() }
    }
}

/// Applies operations to a text that is one JSON document.
///
/// # Errors
/// Where the text is no JSON, where a name on the way is there twice, where an operation does not
/// apply, and where the new text would not read as the patched old one.
pub fn edit(text: &str, operations: &[PatchOperation]) -> Result<Trail, JsonRefusal> {
    let mut value = read(text)?;
    let mut trail = Trail::new(text.to_owned());
    for operation in operations {
        let steps = steps(&value, operation).map_err(JsonRefusal::new)?;
        for step in &steps {
            let json = gojson::parse(trail.text()).map_err(unreadable)?;
            let splices = made(&json, step)?;
            trail.splice(splices);
        }
        json_patch::patch(&mut value, std::slice::from_ref(operation))
            .map_err(|error| JsonRefusal::new(error.kind.to_string()))?;
    }
    match read(trail.text())? == value {
        true => Ok(trail),
        false => Err(JsonRefusal::new("the new text would not read as the patched one")),
    }
}

fn unreadable(error: gojson::JsonError) -> JsonRefusal {
    let says = crate::text::clean(&error.says);
    JsonRefusal { at: Some(error.at), reason: format!("the text is not JSON: {says}") }
}

fn read(text: &str) -> Result<Value, JsonRefusal> {
    // Go's reader first: it says where.
    gojson::parse(text).map_err(unreadable)?;
    serde_json::from_str(text).map_err(|_| JsonRefusal::new("the text is not JSON"))
}

/// The splices of one step.
fn made(json: &Json, step: &TextStep) -> Result<Vec<Splice>, JsonRefusal> {
    let layout = JsonLayout::of(json);
    match step {
        TextStep::Replace(at, value) => {
            let id = find(json, at)?;
            let (start, end) = json.range(id);
            let text = layout.value(value, &layout.indent(start), layout.opens_lines(id));
            Ok(vec![Splice::new(start..end, text)])
        }
        TextStep::Add(at, name, value) => {
            let parent = find(json, at)?;
            Ok(member::add(&layout, parent, Some(name), None, value))
        }
        TextStep::Insert(at, index, value) => {
            let parent = find(json, at)?;
            Ok(member::add(&layout, parent, None, Some(*index), value))
        }
        TextStep::Remove(at) => Ok(vec![member::remove(json, find(json, at)?)]),
        TextStep::Rename(at, name) => {
            let (start, end) = json.key_range(find(json, at)?);
            Ok(vec![Splice::new(start..end, write::string(name))])
        }
    }
}

/// Follows a pointer.
fn find(json: &Json, at: &str) -> Result<Id, JsonRefusal> {
    let mut id = Json::ROOT;
    let absent = || JsonRefusal::new(format!("there is no {}", pointer::dotted(at)));
    for segment in pointer::segments(at) {
        id = match json.kind(id) {
            JsonKind::Object => {
                let mut named = json.children(id).filter(|child| json.key(*child) == segment);
                let found = named.next().ok_or_else(absent)?;
                if let Some(second) = named.next() {
                    return Err(JsonRefusal {
                        at: Some(json.key_range(second).0),
                        reason: "a name is there twice: which one counts depends on the reader"
                            .into(),
                    });
                }
                found
            }
            JsonKind::List => {
                let index: usize = segment.parse().map_err(|_| absent())?;
                json.children(id).nth(index).ok_or_else(absent)?
            }
            _ => return Err(absent()),
        };
    }
    Ok(id)
}

#[cfg(test)]
mod tests;
