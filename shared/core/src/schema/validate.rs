//! Walks a manifest along a schema.

use std::collections::HashMap;

use serde_json::Value;

use super::admission::{Admission, Gate, Meant, Refusal};
use super::types::{Field, Type, Unique};
use crate::kube::pointer;

/// Fills in defaults below `value` and collects what the schema refuses.
pub fn walk(kind: &Type, value: &mut Value, at: &mut String, out: &mut Admission) {
    match (kind, value) {
        (Type::Any, _) | (Type::Open, Value::Object(_)) | (Type::Boolean, Value::Bool(_)) => {}
        (Type::Object(fields), Value::Object(map)) => object(fields, map, at, out),
        (Type::Map { value: kind, max }, Value::Object(map)) => {
            if map.len() > *max {
                let count = map.len();
                refuse(out, at, format!("must have at most {max} keys, but has {count}"));
            }
            map.retain(|_, value| !value.is_null());
            for (key, value) in map {
                within(at, key, |at| walk(kind, value, at, out));
            }
        }
        (Type::List { item, min, max, unique }, Value::Array(items)) => {
            if items.len() < *min {
                refuse(out, at, format!("should have at least {min} items"));
            }
            if items.len() > *max {
                let count = items.len();
                refuse(out, at, format!("must have at most {max} items, but has {count}"));
            }
            for (index, value) in items.iter_mut().enumerate() {
                within(at, &index.to_string(), |at| walk(item, value, at, out));
            }
            repeated(*unique, items, at, out);
        }
        (Type::Text { min, max, pattern }, Value::String(text)) => {
            let length = text.chars().count();
            if length < *min {
                refuse(out, at, format!("should be at least {min} characters long"));
            } else if length > *max {
                refuse(out, at, format!("may not be more than {max} characters long"));
            } else if let Some(pattern) = pattern.filter(|pattern| !(pattern.fits)(text)) {
                let lower = text.to_lowercase();
                let instead = (pattern.fits)(&lower).then_some(lower);
                let message = format!("{} should match '{}'", quote(text), pattern.text);
                refuse_for(out, at, message, instead);
            }
        }
        (Type::OneOf(words), Value::String(text)) => {
            if !words.contains(&text.as_str()) {
                let meant = words.iter().find(|word| word.eq_ignore_ascii_case(text.trim()));
                let words = words.join(", ");
                let message = format!("{} is not one of: {words}", quote(text));
                refuse_for(out, at, message, meant.map(|word| (*word).to_owned()));
            }
        }
        (Type::Integer { min, max }, Value::Number(number)) => match number.as_i64() {
            Some(n) if n < *min => {
                refuse(out, at, format!("{n} should be greater than or equal to {min}"));
            }
            Some(n) if n > *max => {
                refuse(out, at, format!("{n} should be less than or equal to {max}"));
            }
            Some(_) => {}
            None => refuse(out, at, "must be a whole number".into()),
        },
        (Type::IntOrText, Value::String(_)) => {}
        (Type::IntOrText, Value::Number(number)) if number.is_i64() => {}
        (Type::Marked(kind, marks), value) => {
            walk(kind, value, at, out);
            if let Some(message) = marks.refuses(value) {
                refuse(out, at, message);
            }
        }
        (kind, value) => {
            refuse(out, at, format!("must be {}, but is {}", wanted(kind), found(value)));
        }
    }
}

fn repeated(unique: Unique, items: &[Value], at: &mut String, out: &mut Admission) {
    let key = |value: &Value| match unique {
        Unique::No => None,
        Unique::Item => Some(value.clone()),
        Unique::Key(key) => value.get(key).cloned(),
    };
    let what = match unique {
        Unique::Key(key) => format!("the same {key} is"),
        _ => "the same value is".to_owned(),
    };
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (index, item) in items.iter().enumerate() {
        let Some(key) = key(item) else { continue };
        let count = seen.entry(key.to_string()).or_default();
        *count += 1;
        // The API server tells each value once.
        if *count == 2 {
            within(at, &index.to_string(), |at| {
                refuse(out, at, format!("{what} in this list already"));
            });
        }
    }
}

fn object(
    fields: &[Field],
    map: &mut serde_json::Map<String, Value>,
    at: &mut String,
    out: &mut Admission,
) {
    for (key, value) in &*map {
        let known = fields.iter().find(|field| field.name == key);
        match known {
            Some(field) if field.experimental => within(at, key, |at| {
                out.experimental.push((at.clone(), "exists".to_owned()));
            }),
            Some(_) => {}
            None => within(at, key, |at| {
                let distance = |field: &Field| strsim::damerau_levenshtein(field.name, key);
                let nearest = fields
                    .iter()
                    .map(|field| (distance(field), field))
                    .filter(|(distance, _)| *distance <= 1 + key.len() / 4)
                    .min_by_key(|(distance, field)| (*distance, field.name));
                let hint = nearest.map(|(_, field)| format!(" (did you mean {}?)", field.name));
                let message = format!("is not a field of this kind{}", hint.unwrap_or_default());
                let alone = |(least, _): &(usize, &Field)| {
                    fields.iter().filter(|field| distance(field) == *least).count() == 1
                };
                let certain = nearest
                    .filter(alone)
                    .filter(|(_, field)| !map.contains_key(field.name) && takes(field, value));
                let instead = certain.map(|(_, field)| Meant::Name(field.name));
                let (gate, pointer) = (Gate::UnknownField, at.clone());
                out.refusals.push(Refusal { gate, pointer, message, instead });
            }),
        }
    }
    for field in fields {
        // An explicit null counts as absent, as in the API server.
        let absent = map.get(field.name).is_none_or(Value::is_null);
        if absent {
            map.shift_remove(field.name);
            if let Some(default) = field.default {
                // A default that is no JSON would be a mistake in our own table.
                let value = serde_json::from_str(default).unwrap_or(Value::Null);
                map.insert(field.name.to_owned(), value);
            } else if field.required {
                within(at, field.name, |at| refuse(out, at, "is required".into()));
                continue;
            }
        }
        if let Some(value) = map.get_mut(field.name) {
            within(at, field.name, |at| walk(&field.kind, value, at, out));
        }
    }
}

/// Whether a field would be admitted with a value.
fn takes(field: &Field, value: &Value) -> bool {
    let mut inside = Admission::default();
    walk(&field.kind, &mut value.clone(), &mut String::new(), &mut inside);
    !field.experimental && inside == Admission::default()
}

pub(super) fn within(at: &mut String, segment: &str, run: impl FnOnce(&mut String)) {
    let length = at.len();
    pointer::push(at, segment);
    run(at);
    at.truncate(length);
}

pub(super) fn refuse(out: &mut Admission, at: &str, message: String) {
    refuse_for(out, at, message, None);
}

fn refuse_for(out: &mut Admission, at: &str, message: String, instead: Option<String>) {
    let (gate, pointer) = (Gate::Rule, at.to_owned());
    let instead = instead.map(|text| Meant::Text(pointer.clone(), text));
    out.refusals.push(Refusal { gate, pointer, message, instead });
}

pub(super) fn quote(text: &str) -> String {
    format!("\"{}\"", crate::text::clip(text, 80))
}

fn wanted(kind: &Type) -> &'static str {
    match kind {
        Type::Object(_) | Type::Open | Type::Map { .. } => "a mapping",
        Type::List { .. } => "a list",
        Type::Text { .. } | Type::OneOf(_) => "a string",
        Type::Integer { .. } => "a whole number",
        Type::Boolean => "true or false",
        Type::IntOrText => "a whole number or a string",
        Type::Marked(kind, _) => wanted(kind),
        Type::Any => "a value",
    }
}

fn found(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}
