//! From operations of RFC 6902 to the steps that an editor of texts makes, one at a time.

use json_patch::PatchOperation;
use serde_json::{Map, Value};

use crate::kube::pointer;

/// The least change of a text; the places are pointers into the value before the step.
#[derive(Debug, Clone, PartialEq)]
pub enum TextStep {
    /// Another value where there is one.
    Replace(String, Value),
    /// A member that an object does not have: the object, the name, the value.
    Add(String, String, Value),
    /// An item of a list, before the one that has this index, or behind the last one.
    Insert(String, usize, Value),
    Remove(String),
    /// Another name for a member, which no other has.
    Rename(String, String),
}

impl TextStep {
    /// Makes the same change in a value; `false` where it cannot be made.
    pub fn apply(&self, whole: &mut Value) -> bool {
        match self {
            TextStep::Replace(at, value) => {
                whole.pointer_mut(at).map(|own| *own = value.clone()).is_some()
            }
            TextStep::Add(at, name, value) => match whole.pointer_mut(at) {
                Some(Value::Object(members)) => {
                    members.insert(name.clone(), value.clone()).is_none()
                }
                _ => false,
            },
            TextStep::Insert(at, index, value) => match whole.pointer_mut(at) {
                Some(Value::Array(items)) if *index <= items.len() => {
                    items.insert(*index, value.clone());
                    true
                }
                _ => false,
            },
            TextStep::Remove(at) => take(whole, at).is_some(),
            TextStep::Rename(at, name) => {
                let value = take(whole, at);
                let parent = pointer::split_last(at).and_then(|own| whole.pointer_mut(own.0));
                match (parent, value) {
                    (Some(Value::Object(members)), Some(value)) => {
                        members.insert(name.clone(), value).is_none()
                    }
                    _ => false,
                }
            }
        }
    }
}

/// The steps of one operation on a document with this value.
///
/// Where a collection takes the place of another one, only what differs is written again: comments
/// and spellings of the rest stay.
///
/// # Errors
/// Why the operation cannot be applied.
pub fn steps(value: &Value, operation: &PatchOperation) -> Result<Vec<TextStep>, String> {
    let there = |at: &str| value.pointer(at).ok_or_else(|| format!("there is no {}", shown(at)));
    match operation {
        PatchOperation::Test(test) => match there(test.path.as_str())? {
            is if same(is, &test.value) => Ok(Vec::new()),
            _ => Err(format!("{} has another value than before", shown(test.path.as_str()))),
        },
        PatchOperation::Add(add) => added(value, add.path.as_str(), &add.value),
        PatchOperation::Copy(copy) => {
            added(value, copy.path.as_str(), &there(copy.from.as_str())?.clone())
        }
        PatchOperation::Replace(replace) => {
            let at = replace.path.as_str();
            Ok(replaced(there(at)?, &replace.value, at))
        }
        PatchOperation::Remove(remove) => {
            let at = remove.path.as_str();
            there(at)?;
            match at {
                "" => Err("a whole document cannot be removed by a change inside it".into()),
                at => Ok(vec![TextStep::Remove(at.to_owned())]),
            }
        }
        PatchOperation::Move(own) => {
            let (from, to) = (own.from.as_str(), own.path.as_str());
            moved(value, there(from)?, from, to)
        }
    }
}

fn moved(whole: &Value, value: &Value, from: &str, to: &str) -> Result<Vec<TextStep>, String> {
    let outside = || format!("{} cannot be moved to {}", shown(from), shown(to));
    let (source, _) = pointer::split_last(from).ok_or_else(outside)?;
    let (target, name) = pointer::split_last(to).ok_or_else(outside)?;
    if from == to {
        return Ok(Vec::new());
    }
    if to.strip_prefix(from).is_some_and(|rest| rest.starts_with('/')) {
        return Err(outside());
    }
    if source == target
        && let Some(Value::Object(members)) = whole.pointer(source)
    {
        let taken = members.contains_key(&name).then(|| TextStep::Remove(to.to_owned()));
        let rename = TextStep::Rename(from.to_owned(), name);
        return Ok(taken.into_iter().chain([rename]).collect());
    }
    let mut without = whole.clone();
    drop(take(&mut without, from));
    let mut steps = vec![TextStep::Remove(from.to_owned())];
    steps.extend(added(&without, to, value)?);
    Ok(steps)
}

/// Takes a value out of a document.
fn take(whole: &mut Value, at: &str) -> Option<Value> {
    let (parent, last) = pointer::split_last(at)?;
    match whole.pointer_mut(parent)? {
        Value::Object(members) => members.shift_remove(&last),
        Value::Array(items) => {
            let index = last.parse().ok().filter(|index| *index < items.len())?;
            Some(items.remove(index))
        }
        _ => None,
    }
}

fn added(whole: &Value, at: &str, value: &Value) -> Result<Vec<TextStep>, String> {
    let Some((parent, last)) = pointer::split_last(at) else {
        return Ok(replaced(whole, value, at));
    };
    match whole.pointer(parent) {
        Some(Value::Object(members)) => Ok(match members.get(&last) {
            Some(old) => replaced(old, value, at),
            None => vec![TextStep::Add(parent.to_owned(), last, value.clone())],
        }),
        Some(Value::Array(items)) => {
            let index = match last.as_str() {
                "-" => Some(items.len()),
                last => last.parse().ok().filter(|index| *index <= items.len()),
            };
            let index = index.ok_or_else(|| format!("{} has no item {last}", shown(parent)))?;
            Ok(vec![TextStep::Insert(parent.to_owned(), index, value.clone())])
        }
        Some(_) => Err(format!("{} is neither a map nor a list", shown(parent))),
        None => Err(format!("there is no {}", shown(parent))),
    }
}

/// What makes one value of the other.
fn replaced(old: &Value, new: &Value, at: &str) -> Vec<TextStep> {
    match (old, new) {
        (old, new) if old == new => Vec::new(),
        (Value::Object(old), Value::Object(new)) if !old.is_empty() && !new.is_empty() => {
            members(old, new, at)
        }
        (Value::Array(old), Value::Array(new)) if !old.is_empty() && !new.is_empty() => {
            items(old, new, at)
        }
        (_, new) => vec![TextStep::Replace(at.to_owned(), new.clone())],
    }
}

/// New members first: a map that is never empty keeps its place and its form.
fn members(old: &Map<String, Value>, new: &Map<String, Value>, at: &str) -> Vec<TextStep> {
    let mut out = Vec::new();
    for (name, value) in new {
        match old.get(name) {
            Some(is) => out.extend(replaced(is, value, &pointer::join(at, name))),
            None => out.push(TextStep::Add(at.to_owned(), name.clone(), value.clone())),
        }
    }
    let gone = old.keys().filter(|name| !new.contains_key(*name));
    out.extend(gone.map(|name| TextStep::Remove(pointer::join(at, name))));
    out
}

/// What both lists begin and end with stays.
fn items(old: &[Value], new: &[Value], at: &str) -> Vec<TextStep> {
    let alike = |pair: &(&Value, &Value)| pair.0 == pair.1;
    let head = old.iter().zip(new).take_while(alike).count();
    let (old_rest, new_rest) = (&old[head..], &new[head..]);
    let tail = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(alike).count();
    let (old_rest, new_rest) =
        (&old_rest[..old_rest.len() - tail], &new_rest[..new_rest.len() - tail]);
    let place = |index: usize| pointer::join(at, &(head + index).to_string());
    let pairs = old_rest.iter().zip(new_rest).enumerate();
    let mut out: Vec<_> =
        pairs.flat_map(|(index, (old, new))| replaced(old, new, &place(index))).collect();
    for (index, value) in new_rest.iter().enumerate().skip(old_rest.len()) {
        out.push(TextStep::Insert(at.to_owned(), head + index, value.clone()));
    }
    // From the back, as each removal moves what is behind it.
    let gone = (new_rest.len()..old_rest.len()).rev();
    out.extend(gone.map(|index| TextStep::Remove(place(index))));
    out
}

/// Equality of JSON values, where `1` and `1.0` are one number (RFC 6902, 4.6).
pub fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || one.as_f64().is_some_and(|own| Some(own) == other.as_f64())
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let alike = |(name, value): (&String, &Value)| {
                other.get(name).is_some_and(|other| same(value, other))
            };
            one.len() == other.len() && one.iter().all(alike)
        }
        (one, other) => one == other,
    }
}

/// A place for a sentence.
fn shown(at: &str) -> String {
    match at {
        "" => "value".to_owned(),
        at => crate::text::clean(&pointer::dotted(at)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(value: Value, operation: Value) -> Result<Vec<TextStep>, String> {
        let operation = serde_json::from_value(operation).expect("an operation");
        steps(&value, &operation)
    }

    #[test]
    fn what_is_alike_stays() {
        let old = json!({"a": {"type": "P", "p": "/x", "keep": [1, 2, 3]}});
        let new = json!({"type": "F", "f": "/x", "keep": [1, 3]});
        let found = of(old, json!({"op": "replace", "path": "/a", "value": new}));
        assert_eq!(
            found,
            Ok(vec![
                TextStep::Replace("/a/type".into(), json!("F")),
                TextStep::Add("/a".into(), "f".into(), json!("/x")),
                TextStep::Remove("/a/keep/1".into()),
                TextStep::Remove("/a/p".into()),
            ])
        );
    }

    #[test]
    fn a_move_inside_a_map_is_a_rename() {
        let found = of(json!({"a": 1, "b": 2}), json!({"op": "move", "from": "/a", "path": "/b"}));
        assert_eq!(
            found,
            Ok(vec![TextStep::Remove("/b".into()), TextStep::Rename("/a".into(), "b".into())])
        );
        let found = of(json!({"a": [1, 2]}), json!({"op": "move", "from": "/a/0", "path": "/a/1"}));
        assert_eq!(
            found,
            Ok(vec![TextStep::Remove("/a/0".into()), TextStep::Insert("/a".into(), 1, json!(1))])
        );
    }

    #[test]
    fn what_is_not_there_is_an_error() {
        let value = json!({"a": [1], "b": 1.0});
        let error = |operation| of(value.clone(), operation).expect_err("an error");
        assert_eq!(error(json!({"op": "remove", "path": "/c"})), "there is no c");
        assert_eq!(error(json!({"op": "add", "path": "/a/2", "value": 1})), "a has no item 2");
        assert_eq!(
            error(json!({"op": "test", "path": "/a", "value": [2]})),
            "a has another value than before"
        );
        assert_eq!(
            error(json!({"op": "add", "path": "/b/c", "value": 1})),
            "b is neither a map nor a list"
        );
        assert_eq!(of(value, json!({"op": "test", "path": "/b", "value": 1})), Ok(vec![]));
    }
}
