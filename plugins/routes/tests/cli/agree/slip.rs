//! Slips as people make them: an object that is not there, a name of something else, a field that is
//! left out, a typing error.

use igw_tests::dice::Dice;
use serde_json::{Value, json};

use crate::fuzz::places;

/// Makes one slip somewhere in the world.
pub fn one(world: &mut Vec<Value>, dice: &mut Dice) {
    if world.len() > 1 && dice.roll(5) == 0 {
        drop(world.remove(dice.roll(world.len())));
        return;
    }
    let mut document = Value::Array(std::mem::take(world));
    field(&mut document, dice);
    if let Value::Array(objects) = document {
        *world = objects;
    }
}

fn field(document: &mut Value, dice: &mut Dice) {
    let mut all = Vec::new();
    places(document, "", &mut all);
    all.retain(|at| at.matches('/').count() > 1);
    let Some(own) = all.get(dice.roll(all.len())).cloned() else { return };
    let key =
        |at: &str| at.rsplit('/').find(|part| part.parse::<usize>().is_err()).map(str::to_owned);
    let alike: Vec<_> = all.iter().filter(|at| key(at) == key(&own)).collect();
    let other = document.pointer(alike[dice.roll(alike.len())]).cloned().unwrap_or_default();
    let Some((parent, last)) = own.rsplit_once('/') else { return };
    match dice.roll(3) {
        0 => match document.pointer_mut(parent) {
            Some(Value::Object(members)) => drop(members.shift_remove(last)),
            Some(Value::Array(items)) => drop(last.parse().map(|at: usize| items.remove(at))),
            _ => {}
        },
        1 => {
            if let Some(target) = document.pointer_mut(&own) {
                *target = other;
            }
        }
        _ => match document.pointer_mut(&own) {
            Some(Value::String(text)) => text.push('x'),
            Some(number @ Value::Number(_)) => {
                *number = json!([0, 1, 80, 443, 8000, 8080][dice.roll(6)]);
            }
            Some(Value::Bool(yes)) => *yes = !*yes,
            _ => {}
        },
    }
}
