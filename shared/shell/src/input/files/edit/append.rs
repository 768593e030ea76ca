//! New objects at the end of a file.

use igw_core::fix::{self, Undone};
use json_patch::{AddOperation, PatchOperation, jsonptr::PointerBuf};
use serde_json::Value;

use super::check::Readings;
use super::parts::{MARK, Parts};
use super::style::YamlStyle;
use super::whole::on_large_stack;
use super::{EditRefusal, EditedText};
use super::{parse, rows};

/// Adds objects behind what is in a file: YAML documents in the style of the last one, or items of
/// a List that is the only JSON document.
///
/// # Errors
/// Where a JSON file is no List, and where the text would not read as what was there and what is
/// new.
pub fn append(text: &str, objects: &[Value]) -> Result<EditedText, EditRefusal> {
    on_large_stack(|| append_here(text, objects))
}

fn append_here(text: &str, objects: &[Value]) -> Result<EditedText, EditRefusal> {
    let mark = text.len() - text.trim_start_matches(MARK).len();
    let (mark, own) = text.split_at(mark);
    let refusal = |reason: &str| EditRefusal::at(text, text.len(), reason.to_owned());
    if objects.is_empty() {
        return Ok(EditedText { text: text.to_owned(), undone: Vec::new(), comments_removed: 0 });
    }
    let parts = Parts::of(own);
    if parts.is_json {
        let (new, undone) = items(own, &parts, objects).map_err(|reason| refusal(&reason))?;
        let moved = undone.into_iter().map(|own| Undone {
            from: mark.len() + own.from,
            to: mark.len() + own.to,
            old: own.old,
        });
        let text = format!("{mark}{new}");
        return Ok(EditedText { text, undone: moved.collect(), comments_removed: 0 });
    }
    let added = documents(own, &parts, objects);
    let new = format!("{own}{added}");
    let after = Parts::of(&new);
    let stay = parts.ranges.iter().zip(&after.ranges).all(|(one, other)| {
        // The last document may get a line break, which a block scalar might take for its own.
        own[one.clone()] == new[other.clone()]
            || Readings::of(&own[one.clone()])
                .and_then(|readings| readings.check(&new[other.clone()]))
                .is_ok()
    });
    let fresh = after.ranges.get(parts.ranges.len()..).unwrap_or_default();
    let read = |range: &std::ops::Range<usize>| Readings::of(&new[range.clone()]).ok();
    let right = fresh.len() == objects.len()
        && fresh
            .iter()
            .zip(objects)
            .all(|(range, object)| read(range).is_some_and(|readings| readings.reads(object)));
    if !stay || !right {
        return Err(refusal("the new text would not read as what was there and what is new"));
    }
    let undone =
        vec![Undone { from: text.len(), to: text.len() + added.len(), old: String::new() }];
    Ok(EditedText { text: format!("{mark}{new}"), undone, comments_removed: 0 })
}

fn documents(text: &str, parts: &Parts, objects: &[Value]) -> String {
    let line_break = rows::line_break(text);
    let last = parts.ranges.last().and_then(|range| parse::tree(&text[range.clone()]).ok());
    let own = last.map_or_else(YamlStyle::default, |tree| YamlStyle::of(&tree));
    let ends = text.is_empty() || text.ends_with('\n');
    let style = YamlStyle { blocks: ends, ..own };
    let mut out = String::from(if ends { "" } else { line_break });
    // A marker that nothing follows waits for a document.
    let mut waits = text.trim().is_empty()
        || text.trim_end().lines().next_back().is_some_and(|line| line == "---");
    for object in objects {
        if !waits {
            out.push_str("---");
            out.push_str(line_break);
        }
        waits = false;
        out.push_str(&style.block(object, 0).replace('\n', line_break));
        out.push_str(line_break);
    }
    // A text without a line break at its end stays one.
    if !ends {
        out.truncate(out.len() - line_break.len());
    }
    out
}

fn items(text: &str, parts: &Parts, objects: &[Value]) -> Result<(String, Vec<Undone>), String> {
    let [only] = parts.ranges.as_slice() else {
        return Err("a file of several JSON documents is not added to".into());
    };
    let value: Value = serde_json::from_str(&text[only.clone()]).unwrap_or_default();
    if value.get("kind").and_then(Value::as_str) != Some("List") {
        return Err(
            "a JSON file holds one object; a second one needs a List, or another file".into()
        );
    }
    let add = |at: &str, value: Value| {
        let path = PointerBuf::parse(at).unwrap_or_default();
        PatchOperation::Add(AddOperation { path, value })
    };
    let operations: Vec<_> = match value.get("items") {
        Some(Value::Array(_)) => {
            objects.iter().map(|object| add("/items/-", object.clone())).collect()
        }
        _ => vec![add("/items", Value::Array(objects.to_vec()))],
    };
    let trail = fix::json::edit(text, &operations).map_err(|refusal| refusal.reason)?;
    Ok(trail.finish())
}
