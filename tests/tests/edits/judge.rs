//! What must hold of an edit, by readers that are called here and not by the edit itself.

use std::collections::BTreeSet;

use igw::input::files::edit::{EditedText, Spot, TextEdit, edit};
use igw_core::fix;
use json_patch::PatchOperation;
use serde_json::Value;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EditOutcome {
    Right,
    Refused,
    /// Refused because the text would have been wrong.
    Caught,
    /// No document of the text can be read.
    Unreadable,
}

/// # Errors
/// What is wrong with the text that would be written.
pub fn judge(text: &str, spot: Spot, operation: &PatchOperation) -> Result<EditOutcome, String> {
    let edits = [TextEdit { spot, inner: None, ops: vec![operation.clone()] }];
    let edited = match edit(text, &edits) {
        Ok(edited) => edited,
        Err(refusal) => {
            let caught = refusal.reason.contains("would") && !refusal.reason.contains("remove");
            if caught {
                println!("caught: {}\n{operation}\n--- text\n{text}\n---", refusal.reason);
            }
            return Ok(if caught { EditOutcome::Caught } else { EditOutcome::Refused });
        }
    };
    reads(text, &edited.text, spot, operation)?;
    bytes(text, &edited)?;
    Ok(EditOutcome::Right)
}

fn reads(old: &str, new: &str, spot: Spot, operation: &PatchOperation) -> Result<(), String> {
    let (old, new) = (old.trim_start_matches('\u{feff}'), new.trim_start_matches('\u{feff}'));
    for (name, read) in [("serde-saphyr", saphyr as Read), ("serde_yaml", serde_yaml)] {
        let (Some(mut wanted), Some(is)) = (read(old), read(new)) else {
            return Err(format!("{name} does not read it:\n{new}"));
        };
        wanted.retain(|value| !value.is_null());
        let document = wanted.get_mut(spot.document).ok_or("the document is not there")?;
        let object = match spot.item {
            Some(item) => document.pointer_mut(&format!("/items/{item}")),
            None => Some(document),
        };
        let object = object.ok_or("the object is not there")?;
        json_patch::patch(object, std::slice::from_ref(operation)).map_err(|e| e.to_string())?;
        let is: Vec<_> = is.into_iter().filter(|value| !value.is_null()).collect();
        let same = is.len() == wanted.len() && is.iter().zip(&wanted).all(|(a, b)| fix::same(a, b));
        if !same {
            return Err(format!("{name} reads another value:\n{new}"));
        }
    }
    Ok(())
}

type Read = fn(&str) -> Option<Vec<Value>>;

fn serde_yaml(text: &str) -> Option<Vec<Value>> {
    use serde::de::Deserialize as _;
    let documents = serde_yaml::Deserializer::from_str(text);
    let read = |own| {
        let value = serde_yaml::Value::deserialize(own).ok()?;
        // kubectl merges, and serde_yaml does so only when it is asked to.
        let mut merged = value.clone();
        let value = if merged.apply_merge().is_ok() { merged } else { value };
        Value::deserialize(value).ok()
    };
    documents.map(read).collect()
}

fn saphyr(text: &str) -> Option<Vec<Value>> {
    serde_saphyr::from_multiple(text).ok()
}

fn names(text: &str) -> BTreeSet<&str> {
    text.match_indices("# <").filter_map(|(at, _)| text[at..].split_inclusive('>').next()).collect()
}

fn bytes(old: &str, edited: &EditedText) -> Result<(), String> {
    let new = &edited.text;
    let lost = names(old).difference(&names(new)).count();
    // Comments of other documents have no names, so all that are gone are among these.
    if lost != edited.comments_removed {
        let removed = edited.comments_removed;
        return Err(format!("{lost} comments are gone, {removed} are counted:\n{new}"));
    }
    let mut back = new.clone();
    for own in edited.undone.iter().rev() {
        back.replace_range(own.from..own.to, &own.old);
    }
    if back != old {
        return Err(format!("it cannot be taken back: {:?}", edited.undone));
    }
    if old.ends_with('\n') != new.ends_with('\n') {
        return Err(format!("the last line break is another:\n{new}"));
    }
    let mixed = |text: &str| text.matches('\n').count() != text.matches("\r\n").count();
    if old.contains("\r\n") && mixed(new) {
        return Err(format!("the line breaks are mixed:\n{new:?}"));
    }
    Ok(())
}
