//! New and removed members of objects and lists.

use serde_json::Value;

use super::Splice;
use super::layout::JsonLayout;
use crate::gojson::{Id, Json};

/// A new member with a name, or a new item before that with an index; else the last one.
pub(super) fn add(
    layout: &JsonLayout,
    parent: Id,
    name: Option<&str>,
    index: Option<usize>,
    value: &Value,
) -> Vec<Splice> {
    let json = layout.json;
    let in_lines = layout.new_in_lines(parent, None);
    let at = index.and_then(|index| json.children(parent).nth(index));
    let before = at.or_else(|| json.children(parent).last());
    let Some(sibling) = before else {
        return vec![only(layout, parent, name, value)];
    };
    let own_line = layout.own_line(sibling);
    let (indent, between) = match &own_line {
        Some(indent) => (indent.clone(), format!(",{}{indent}", layout.line_break)),
        None => (layout.indent(json.range(parent).0), layout.comma().to_owned()),
    };
    let entry = layout.entry(name, &layout.value(value, &indent, in_lines));
    vec![match at {
        Some(next) => Splice::insert(json.key_range(next).0, entry + &between),
        None => Splice::insert(json.range(sibling).1, between + &entry),
    }]
}

/// The first member of an empty collection.
fn only(layout: &JsonLayout, parent: Id, name: Option<&str>, value: &Value) -> Splice {
    let (start, end) = layout.json.range(parent);
    let (open, close) = (&layout.json.whole()[start..=start], &layout.json.whole()[end - 1..end]);
    let outer = layout.indent(start);
    let in_lines = layout.opens_lines(parent);
    let inner = match in_lines {
        true => format!("{outer}{}", layout.unit()),
        false => String::new(),
    };
    let entry = layout.entry(name, &layout.value(value, &inner, in_lines));
    let text = match in_lines {
        true => {
            let line_break = layout.line_break;
            format!("{open}{line_break}{inner}{entry}{line_break}{outer}{close}")
        }
        false => format!("{open}{entry}{close}"),
    };
    Splice::new(start..end, text)
}

/// Takes a member out, with the comma that parted it from its neighbour.
pub(super) fn remove(json: &Json, id: Id) -> Splice {
    let parent = json.parent(id);
    let mut others = json.children(parent).skip_while(|child| *child != id).skip(1);
    let before = json.children(parent).take_while(|child| *child != id).last();
    Splice::delete(match (before, others.next()) {
        (_, Some(next)) => json.key_range(id).0..json.key_range(next).0,
        (Some(before), None) => json.range(before).1..json.range(id).1,
        (None, None) => {
            let (start, end) = json.range(parent);
            start + 1..end - 1
        }
    })
}
