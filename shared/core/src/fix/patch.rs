//! From what is to be set in an object, and the raw object, to operations of RFC 6902.
//!
//! Each operation comes behind `test`s: all lists of an HTTPRoute are atomic, and an index proves
//! nothing, so where an item of a list is on the way, that whole item is tested.

use std::cmp::Ordering;

use json_patch::{
    AddOperation, MoveOperation, PatchOperation, RemoveOperation, ReplaceOperation, TestOperation,
    jsonptr::PointerBuf,
};
use serde_json::{Map, Value};

use super::set::Set;
use crate::kube::pointer;

/// What changes an object, and what takes it back.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Patched {
    pub ops: Vec<PatchOperation>,
    /// To be applied to the object after `ops`; tested as they are.
    pub inverse: Vec<PatchOperation>,
    /// The object after `ops`.
    pub value: Value,
}

/// Makes operations of sets; the indices in all of them are those of the raw object.
///
/// # Errors
/// Why one of them cannot be made.
pub fn patched(raw: &Value, sets: &[Set]) -> Result<Patched, String> {
    let mut out = Patched { value: raw.clone(), ..Patched::default() };
    let mut undo = Vec::new();
    for set in in_order(raw, sets) {
        let Some((operation, back)) = operation(&out.value, set)? else { continue };
        let at = operation.path().as_str().to_owned();
        out.ops.extend(tested(&out.value, from_of(&operation).unwrap_or(&at)));
        out.ops.push(operation.clone());
        json_patch::patch(&mut out.value, &[operation]).map_err(|error| error.to_string())?;
        let mut back_with = tested(&out.value, from_of(&back).unwrap_or(back.path().as_str()));
        back_with.push(back);
        undo.push(back_with);
    }
    out.inverse = undo.into_iter().rev().flatten().collect();
    Ok(out)
}

/// The sets in an order in which no index goes stale: first those that leave all lists as long as
/// they are, then the others from the back.
fn in_order<'a>(raw: &Value, sets: &'a [Set]) -> Vec<&'a Set> {
    let moves = |set: &&Set| match set {
        Set::Insert(..) => true,
        Set::Drop(at) => pointer::split_last(at)
            .is_some_and(|(list, _)| raw.pointer(list).is_some_and(Value::is_array)),
        _ => false,
    };
    let (mut moving, mut out): (Vec<_>, Vec<_>) = sets.iter().partition(moves);
    // Two new items before the same one: the later given is inserted first. `None` is behind all.
    moving.reverse();
    moving.sort_by(|one, other| backwards(one, other));
    let (last, inner): (Vec<_>, Vec<_>) =
        moving.into_iter().partition(|set| matches!(set, Set::Insert(_, None, _)));
    out.extend(inner);
    // New last items do not move any other.
    out.extend(last.into_iter().rev());
    out
}

/// Places from the back to the front; what is dropped comes before what is put in its place.
fn backwards(one: &Set, other: &Set) -> Ordering {
    let place = |set: &Set| {
        let mut path = pointer::segments(set.pointer());
        if let Set::Insert(_, Some(index), _) = set {
            path.push(index.to_string());
        }
        path
    };
    let numbers = |one: &str, other: &str| match (one.parse::<usize>(), other.parse::<usize>()) {
        (Ok(one), Ok(other)) => one.cmp(&other),
        _ => one.cmp(other),
    };
    let (one_path, other_path) = (place(one), place(other));
    let pairs = one_path.iter().zip(&other_path);
    let differs = pairs.map(|(one, other)| numbers(one, other)).find(|order| order.is_ne());
    let order = differs.unwrap_or_else(|| one_path.len().cmp(&other_path.len())).reverse();
    order.then_with(|| matches!(one, Set::Insert(..)).cmp(&matches!(other, Set::Insert(..))))
}

type ThereAndBack = (PatchOperation, PatchOperation);

/// The operation of a set and its inverse; `None` where all is as wanted.
fn operation(now: &Value, set: &Set) -> Result<Option<ThereAndBack>, String> {
    Ok(match set {
        Set::Put(at, value) => match now.pointer(at) {
            Some(is) if is == value => None,
            Some(is) => Some((replace(at, value.clone()), replace(at, is.clone()))),
            None => Some(create(now, at, value.clone())?),
        },
        Set::Drop(at) => {
            now.pointer(at).filter(|_| !at.is_empty()).map(|is| (remove(at), add(at, is.clone())))
        }
        Set::Insert(at, index, value) => Some(match now.pointer(at) {
            Some(Value::Array(items)) => {
                let index = index.unwrap_or(items.len());
                if index > items.len() {
                    return Err(format!("{} has no item {index}", pointer::dotted(at)));
                }
                let item = pointer::join(at, &index.to_string());
                (add(&item, value.clone()), remove(&item))
            }
            Some(Value::Null) => {
                (replace(at, Value::Array(vec![value.clone()])), replace(at, Value::Null))
            }
            Some(_) => return Err(format!("{} is not a list", pointer::dotted(at))),
            None => create(now, at, Value::Array(vec![value.clone()]))?,
        }),
        Set::Rename(at, name) => {
            let (parent, _) = pointer::split_last(at)
                .filter(|(parent, _)| now.pointer(parent).is_some_and(Value::is_object))
                .filter(|_| now.pointer(at).is_some())
                .ok_or_else(|| format!("there is no {} to rename", pointer::dotted(at)))?;
            let new = pointer::join(parent, name);
            if new == *at {
                return Ok(None);
            }
            if now.pointer(&new).is_some() {
                return Err(format!("{} is there already", pointer::dotted(&new)));
            }
            Some((rename(at, &new), rename(&new, at)))
        }
    })
}

/// Creates a value with the parents that are missing; a parent that is null counts as missing.
fn create(now: &Value, at: &str, value: Value) -> Result<ThereAndBack, String> {
    let segments = pointer::segments(at);
    let (mut own, mut found) = (String::new(), now);
    for (depth, segment) in segments.iter().enumerate() {
        let next = pointer::join(&own, segment);
        let missing = found.get(segment.as_str()).is_none();
        match found {
            Value::Null => {
                let value = nested(&segments[depth..], value)?;
                return Ok((replace(&own, value), replace(&own, Value::Null)));
            }
            Value::Object(_) if missing => {
                let value = nested(&segments[depth + 1..], value)?;
                return Ok((add(&next, value), remove(&next)));
            }
            Value::Object(_) | Value::Array(_) => {
                found = now
                    .pointer(&next)
                    .ok_or_else(|| format!("there is no {}", pointer::dotted(&next)))?;
            }
            _ => return Err(format!("{} holds no other values", pointer::dotted(&own))),
        }
        own = next;
    }
    Err(format!("{} is there already", pointer::dotted(at)))
}

/// A value inside objects with these names. A number might be the index of a list as well.
fn nested(names: &[String], value: Value) -> Result<Value, String> {
    names.iter().rev().try_fold(value, |inner, name| {
        match name.bytes().all(|byte| byte.is_ascii_digit()) || name == "-" {
            true => Err(format!("the list that was to have an item {name} is not there")),
            false => Ok(Value::Object(Map::from_iter([(name.clone(), inner)]))),
        }
    })
}

/// What must hold before something changes at a place: the outermost item of a list on the way, or
/// else the value at the place, if there is one.
fn tested(now: &Value, at: &str) -> Vec<PatchOperation> {
    let mut own = String::new();
    for segment in pointer::segments(at) {
        let in_list = now.pointer(&own).is_some_and(Value::is_array);
        pointer::push(&mut own, &segment);
        if in_list {
            break;
        }
    }
    let value = now.pointer(&own).cloned();
    value
        .map(|value| PatchOperation::Test(TestOperation { path: path(&own), value }))
        .into_iter()
        .collect()
}

fn from_of(operation: &PatchOperation) -> Option<&str> {
    match operation {
        PatchOperation::Move(own) => Some(own.from.as_str()),
        _ => None,
    }
}

/// Pointers are made by [`pointer::push`], which escapes.
fn path(at: &str) -> PointerBuf {
    PointerBuf::parse(at).unwrap_or_default()
}

fn add(at: &str, value: Value) -> PatchOperation {
    PatchOperation::Add(AddOperation { path: path(at), value })
}

fn replace(at: &str, value: Value) -> PatchOperation {
    PatchOperation::Replace(ReplaceOperation { path: path(at), value })
}

fn remove(at: &str) -> PatchOperation {
    PatchOperation::Remove(RemoveOperation { path: path(at) })
}

fn rename(from: &str, to: &str) -> PatchOperation {
    PatchOperation::Move(MoveOperation { from: path(from), path: path(to) })
}

#[cfg(test)]
mod tests;
