//! The rules of CRDs that are kept as text: evaluated on the defaulted object.

use std::cell::LazyCell;

use serde_json::Value;

use super::admission::{Admission, Refusal};
use super::marks::CrdRule;
use super::types::Type;
use super::validate::{refuse, within};
use crate::cel::{Leaf, Leaves, Truth};
use crate::{mask, placeholder};

/// Adds what the rules refuse. A rule that fails, or depends on what is not known, refuses nothing:
/// it is not judged.
///
/// The API server looks at no rule where an error of these kinds is (apiextensions-apiserver,
/// `customresource/strategy.go`, `hasBlockingErr`).
pub fn check(kind: &Type, object: &Value, out: &mut Admission) {
    if !out.refusals.iter().any(blocks) {
        below(kind, object, &mut String::new(), out);
    }
}

fn blocks(refusal: &Refusal) -> bool {
    let message = refusal.message.as_str();
    let starts = ["is required", "may not be more than", "must have at most"];
    starts.iter().any(|start| message.starts_with(start))
        || message.contains(", but is ")
        || message.contains(" is not one of: ")
}

fn below(kind: &Type, value: &Value, at: &mut String, out: &mut Admission) {
    match (kind, value) {
        (Type::Marked(kind, marks), value) => {
            judge(&marks.rules, value, at, out);
            below(kind, value, at, out);
        }
        (Type::Object(fields), Value::Object(map)) => {
            for field in fields.iter() {
                if let Some(value) = map.get(field.name) {
                    within(at, field.name, |at| below(&field.kind, value, at, out));
                }
            }
        }
        (Type::Map { value: kind, .. }, Value::Object(map)) => {
            for (key, value) in map {
                within(at, key, |at| below(kind, value, at, out));
            }
        }
        (Type::List { item, .. }, Value::Array(items)) => {
            for (index, value) in items.iter().enumerate() {
                within(at, &index.to_string(), |at| below(item, value, at, out));
            }
        }
        _ => {}
    }
}

fn judge(rules: &[CrdRule], value: &Value, at: &str, out: &mut Admission) {
    let broken = |rule: &CrdRule, leaves: &Leaves| {
        rule.program().map(|program| program.holds(leaves)) == Some(Truth::Is(false))
    };
    if let Value::String(text) = value {
        let leaves = LazyCell::new(|| Leaves::new([("self", Leaf::of(value, &doubt))]));
        for rule in rules {
            if rule.refuses_text(text, || broken(rule, &leaves)) {
                refuse(out, at, rule.message.to_owned());
            }
        }
        return;
    }
    if rules.is_empty() {
        return;
    }
    let read = read_of(rules, value);
    let leaves = Leaves::new([("self", Leaf::of(read.as_ref().unwrap_or(value), &doubt))]);
    for rule in rules.iter().filter(|rule| broken(rule, &leaves)) {
        refuse(out, at, rule.message.to_owned());
    }
}

/// The part of an object that rules read; of what is only asked to be there, no more than that.
fn read_of(rules: &[CrdRule], value: &Value) -> Option<Value> {
    let mut read = serde_json::Map::new();
    for rule in rules {
        for (name, whole) in rule.members()? {
            let Some(member) = value.as_object()?.get(name) else { continue };
            if *whole {
                read.insert(name.clone(), member.clone());
            } else {
                read.entry(name.clone()).or_insert(Value::Null);
            }
        }
    }
    Some(Value::Object(read))
}

/// Why a text is not what the API server sees.
fn doubt(text: &str) -> Option<String> {
    let open = mask::has_masked(text) || placeholder::has(text);
    open.then(|| "a text is not filled in".to_owned())
}
