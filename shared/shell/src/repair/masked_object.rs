//! An object, and operations on one, as they may be shown: by the table that differences are masked by.

use igw_core::kube::pointer;
use igw_core::mask;
use json_patch::PatchOperation;
use serde_json::{Value, json};

use super::hide::{self, MaskTable};
use crate::input::files::edit::ScalarLeaf;
use crate::product::Product;

/// The object with its secrets masked: equal ones are equal, and different ones different.
pub fn masked_object(product: &dyn Product, object: &Value) -> Value {
    let kind = object["kind"].as_str().unwrap_or_default().to_owned();
    let mut out = object.clone();
    Masking { product, kind, table: MaskTable::default() }.put(&mut out, &[], None, None);
    out
}

/// Operations that make one object of another, with what may be shown of their values.
pub fn masked_ops(
    product: &dyn Product,
    (before, after): (&Value, &Value),
    ops: &[PatchOperation],
) -> Vec<PatchOperation> {
    let sides = [before, after].map(|own| (own, masked_object(product, own)));
    let masked = |at: &str, value: &Value| {
        let mut there = sides.iter().filter(|(own, _)| own.pointer(at) == Some(value));
        let known = there.find_map(|(_, shown)| shown.pointer(at).cloned());
        known.unwrap_or_else(|| masked_at(product, &before["kind"], at, value))
    };
    let shown = |op: &PatchOperation| {
        let (at, mut op) = (op.path().as_str().to_owned(), op.clone());
        match &mut op {
            PatchOperation::Test(own) => own.value = masked(&at, &own.value),
            PatchOperation::Add(own) => own.value = masked(&at, &own.value),
            PatchOperation::Replace(own) => own.value = masked(&at, &own.value),
            PatchOperation::Remove(_) | PatchOperation::Move(_) | PatchOperation::Copy(_) => {}
        }
        op
    };
    ops.iter().map(shown).collect()
}

/// A value at a place of an object of this kind, masked by itself: what stands beside it is not known.
pub fn masked_at(product: &dyn Product, kind: &Value, at: &str, value: &Value) -> Value {
    let is_index = |segment: &str| segment == "-" || segment.parse::<usize>().is_ok();
    let mut whole = value.clone();
    let mut place = String::new();
    for segment in pointer::segments(at).iter().rev() {
        let (held, name) = match is_index(segment) {
            true => (json!([whole]), "0"),
            false => (json!({ segment: whole }), segment.as_str()),
        };
        whole = held;
        place = format!("{}{place}", pointer::join("", name));
    }
    if whole.is_object() {
        whole["kind"] = kind.clone();
    }
    let masked = masked_object(product, &whole);
    masked.pointer(&place).cloned().unwrap_or_else(|| mask::MASKED.into())
}

struct Masking<'a> {
    product: &'a dyn Product,
    kind: String,
    table: MaskTable,
}

impl Masking<'_> {
    /// Masks a value; items of lists are left out of its path.
    fn put(
        &mut self,
        value: &mut Value,
        path: &[String],
        name: Option<&str>,
        before: Option<&str>,
    ) {
        match value {
            Value::String(text) => {
                let leaf = ScalarLeaf {
                    kind: self.kind.clone(),
                    path: path.to_vec(),
                    name: name.map(str::to_owned),
                    before: before.map(str::to_owned),
                    range: 0..text.len(),
                    text: text.clone(),
                };
                let hidden = hide::of_leaf(self.product, text, &leaf);
                *text = mask::text(&self.table.masked(text, &hidden)).into_owned();
            }
            Value::Array(items) => {
                let mut last: Option<String> = None;
                for item in items {
                    let own = item.as_str().map(str::to_owned);
                    self.put(item, path, name, last.as_deref());
                    last = own;
                }
            }
            Value::Object(members) => {
                let name = members.get("name").and_then(Value::as_str).map(str::to_owned);
                for (key, member) in members {
                    let path = [path, std::slice::from_ref(key)].concat();
                    self.put(member, &path, name.as_deref(), None);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}
