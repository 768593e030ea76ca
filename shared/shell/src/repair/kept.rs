//! What of a change of an object may stand in the journal: no secret.

use igw_core::{fix, mask, strings};
use json_patch::PatchOperation;
use serde_json::Value;

use super::drafted::ObjectDraft;
use super::masked_object::{masked_at, masked_object};
use crate::product::Product;

/// What takes an object back, without secrets, and whether it is only good while the object is as it
/// was left; `None`: it cannot be said without one.
pub fn kept_inverse(
    product: &dyn Product,
    own: &ObjectDraft,
) -> Option<(Vec<PatchOperation>, bool)> {
    let sides = [&own.before, &own.after].map(|side| (side, masked_object(product, side)));
    let hides = |at: &str, value: &Value| {
        let is_masked = |(object, masked): &(&Value, Value)| {
            object.pointer(at) == Some(value) && masked.pointer(at) != Some(value)
        };
        // Between two operations an object is like neither side.
        sides.iter().any(is_masked)
            || masked_at(product, &own.before["kind"], at, value) != *value
            || strings::of(value).any(|text| mask::text(text) != text)
    };
    let (mut out, mut whole) = (Vec::new(), false);
    for op in &own.inverse {
        match op {
            PatchOperation::Test(test) if hides(test.path.as_str(), &test.value) => whole = true,
            PatchOperation::Add(add) if hides(add.path.as_str(), &add.value) => return None,
            PatchOperation::Replace(new) if hides(new.path.as_str(), &new.value) => return None,
            op => out.push(op.clone()),
        }
    }
    Some((out, whole))
}

/// An object that is to be deleted, if all of it may stand there.
pub fn kept_whole(product: &dyn Product, object: &Value) -> Option<Value> {
    let own = fix::normal(object);
    (masked_object(product, &own) == own).then_some(own)
}
