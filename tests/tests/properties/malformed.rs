//! Worlds with nonsense in them.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use super::generated::objects;

fn nonsense() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
        select(vec!["", "*", "*.", "/", "(", "Service", "HTTPRoute", "infra", "%zz"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,4}", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Pointers to all values in a tree, except the root.
fn pointers(value: &Value, at: &str, out: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, v)| (key.replace('/', "~1"), v)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(i, v)| (i.to_string(), v)).collect(),
        _ => return,
    };
    for (key, child) in children {
        let pointer = format!("{at}/{key}");
        pointers(child, &pointer, out);
        out.push(pointer);
    }
}

/// Objects of which some parts were replaced by nonsense; some claim to have been stored.
pub fn malformed() -> impl Strategy<Value = Vec<Value>> {
    let change = (any::<Index>(), any::<Index>(), nonsense());
    let changes = prop::collection::vec(change, 1..8);
    (objects(), changes, any::<u16>()).prop_map(|(mut objects, changes, stored)| {
        for (i, object) in objects.iter_mut().enumerate() {
            if stored >> (i % 16) & 1 == 1 {
                object["metadata"]["uid"] = json!("0f6a");
            }
        }
        for (which, place, value) in changes {
            let object = which.get_mut(objects.as_mut_slice());
            let mut all = Vec::new();
            pointers(object, "", &mut all);
            let pointer: &String = place.get(&all);
            if let Some(found) = object.pointer_mut(pointer) {
                *found = value;
            }
        }
        objects
    })
}
