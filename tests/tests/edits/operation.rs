//! Operations made by chance for a document.

use igw::input::files::edit::{Spot, spots};
use igw_core::kube::pointer;
use igw_tests::dice::Dice;
use json_patch::PatchOperation;
use serde_json::{Value, json};

fn odd_value(dice: &mut Dice) -> Value {
    let all = [
        Value::Null,
        json!(false),
        json!(8080),
        json!(-1.5),
        json!(u64::MAX),
        json!(""),
        json!("on"),
        json!("1_000"),
        json!("2026-01-01"),
        json!("web.example.com"),
        json!("a: b # c"),
        json!("*.example.com"),
        json!("it's, [so]"),
        json!("two\nlines\n"),
        json!("two\n\n  lines"),
        json!(" \n\n"),
        json!("many\n\n\n"),
        json!("a\u{7}\t\u{2028}\u{feff}é"),
        json!("x".repeat(120)),
        json!([]),
        json!({}),
        json!(["a", ["b"], {"c": [{"d": 1}]}]),
        json!({"name": "s", "labels": {"a/b": "c", "on": "off"}, "port": 80}),
        json!([{"path": {"type": "Exact", "value": "/"}}, {}, "text\nof lines\n"]),
    ];
    all[dice.roll(all.len())].clone()
}

/// The pointers to all values in a document.
fn places(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(key, member)| places(member, &pointer::join(at, key), out));
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(number, item)| {
                places(item, &pointer::join(at, &number.to_string()), out)
            });
        }
        _ => {}
    }
}

/// An operation for one of the documents; `None` if none of them can be read.
pub fn any(text: &str, dice: &mut Dice) -> Option<(Spot, PatchOperation)> {
    let values = std::sync::Mutex::new(Vec::new());
    let spots = spots(text, |value| {
        values.lock().expect("no panic").push(value.clone());
        true
    });
    let values = values.into_inner().expect("no panic");
    // The one in the middle is the one that was made by chance.
    let most = |index: &usize| values[*index].to_string().len();
    let index = (0..spots.len()).filter(|index| values[*index].is_object()).max_by_key(most)?;
    let mut all = Vec::new();
    places(&values[index], "", &mut all);
    // What is alike to kubectl is not written again, while another reader reads another value.
    let told_apart = text.contains("1_000") || text.contains(" on") || !text.ends_with('\n');
    let kinds = if told_apart { 6 } else { 8 };
    let operation = one(&values[index], &all, dice.roll(kinds), dice);
    Some((spots[index], serde_json::from_value(operation).expect("an operation")))
}

fn one(value: &Value, all: &[String], kind: usize, dice: &mut Dice) -> Value {
    let any = |dice: &mut Dice, fits: &dyn Fn(&Value) -> bool| {
        let fit: Vec<_> = all.iter().filter(|at| value.pointer(at).is_some_and(fits)).collect();
        fit.get(dice.roll(fit.len())).map(|at| (*at).clone())
    };
    let inner =
        |dice: &mut Dice| all[(1 + dice.roll(all.len().max(2) - 1)).min(all.len() - 1)].clone();
    let name = ["name", "namespace", "hostnames", "timeouts", "new", "a.b/c"][dice.roll(6)];
    match kind {
        0 => json!({"op": "replace", "path": inner(dice), "value": odd_value(dice)}),
        1 | 2 => json!({"op": "remove", "path": inner(dice)}),
        3 => {
            let map = any(dice, &Value::is_object).unwrap_or_default();
            json!({"op": "add", "path": pointer::join(&map, name), "value": odd_value(dice)})
        }
        4 => match any(dice, &Value::is_array) {
            Some(list) => {
                let items = value.pointer(&list).and_then(Value::as_array).map_or(0, Vec::len);
                let place = dice.roll(items + 2).min(items);
                json!({"op": "add", "path": format!("{list}/{place}"), "value": odd_value(dice)})
            }
            None => json!({"op": "add", "path": "/new", "value": odd_value(dice)}),
        },
        5 => {
            let member = all.iter().filter(|at| {
                pointer::split_last(at)
                    .is_some_and(|(map, _)| value.pointer(map).is_some_and(Value::is_object))
            });
            let member: Vec<_> = member.collect();
            let from = member[dice.roll(member.len())];
            let (map, _) = pointer::split_last(from).unwrap_or_default();
            json!({"op": "move", "from": from, "path": pointer::join(map, name)})
        }
        7 => {
            let at =
                any(dice, &|own: &Value| own.is_object() || own.is_array()).unwrap_or_default();
            let mut changed = value.pointer(&at).cloned().unwrap_or_default();
            change(&mut changed, dice);
            json!({"op": "replace", "path": at, "value": changed})
        }
        _ => {
            let map = any(dice, &Value::is_object).unwrap_or_default();
            let copied = value.pointer(&inner(dice)).cloned().unwrap_or_default();
            json!({"op": "add", "path": pointer::join(&map, name), "value": copied})
        }
    }
}

/// A collection with a few changes.
fn change(value: &mut Value, dice: &mut Dice) {
    for _ in 0..1 + dice.roll(3) {
        match value {
            Value::Object(members) => {
                let key = members.keys().nth(dice.roll(members.len())).cloned();
                match (dice.roll(3), key) {
                    (0, Some(key)) if members.len() > 1 => drop(members.shift_remove(&key)),
                    (1, Some(key)) => drop(members.insert(key, odd_value(dice))),
                    _ => drop(members.insert("fresh".into(), odd_value(dice))),
                }
            }
            Value::Array(items) => {
                let at = dice.roll(items.len());
                match dice.roll(3) {
                    0 if items.len() > 1 => drop(items.remove(at)),
                    1 if !items.is_empty() => items[at] = odd_value(dice),
                    _ => items.insert(at, odd_value(dice)),
                }
            }
            _ => {}
        }
    }
}
