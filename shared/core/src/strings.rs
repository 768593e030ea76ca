//! The strings of a JSON value, wherever they stand; keys are none.

use serde_json::Value;

/// The strings in a value, in the order in which they stand.
pub fn of(value: &Value) -> impl Iterator<Item = &str> {
    let mut left = vec![value];
    std::iter::from_fn(move || {
        while let Some(value) = left.pop() {
            match value {
                Value::String(text) => return Some(text.as_str()),
                Value::Array(items) => left.extend(items.iter().rev()),
                Value::Object(members) => left.extend(members.values().rev()),
                _ => {}
            }
        }
        None
    })
}

/// Changes each string in a value.
pub fn change(value: &mut Value, by: &mut impl FnMut(&mut String)) {
    match value {
        Value::String(text) => by(text),
        Value::Array(items) => items.iter_mut().for_each(|item| change(item, by)),
        Value::Object(members) => members.values_mut().for_each(|member| change(member, by)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn they_come_in_order_and_are_changed_in_place() {
        let mut value = json!({"a": ["x", {"b": "y"}], "c": 1, "d": "z"});
        assert_eq!(of(&value).collect::<Vec<_>>(), ["x", "y", "z"]);
        change(&mut value, &mut |text| text.push('!'));
        assert_eq!(value, json!({"a": ["x!", {"b": "y!"}], "c": 1, "d": "z!"}));
    }
}
