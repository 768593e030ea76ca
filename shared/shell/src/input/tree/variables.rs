//! Variables that are known: `--set-var`, `vars` of the settings, what Flux substitutes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

/// Names and values.
pub type Variables = BTreeMap<String, String>;

#[allow(clippy::unwrap_used, reason = "a constant pattern; the tests run it")]
static VARIABLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::?[=-]([^{}]*))?\}|\$\(([A-Za-z_][A-Za-z0-9_.]*)\)|(__[A-Za-z][A-Za-z0-9_]*?__)")
        .unwrap()
});

/// Fields that hold a number: what fills them in is one.
const NUMBERS: [&str; 7] =
    ["port", "targetPort", "containerPort", "nodePort", "weight", "replicas", "statusCode"];

/// Fills in all strings of an object. With `defaults`, as Flux does it, what has no value gets the
/// default that is written with it.
pub fn fill(value: &mut Value, known: &Variables, defaults: bool) {
    match value {
        Value::String(text) => {
            if let Some(filled) = filled(text, known, defaults) {
                *text = filled;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, known, defaults)),
        Value::Object(members) => {
            for (key, member) in members {
                let before =
                    member.is_string() && member.as_str().is_some_and(|t| t.starts_with('$'));
                fill(member, known, defaults);
                let number = member.as_str().and_then(|text| text.parse::<i64>().ok());
                if before
                    && NUMBERS.contains(&key.as_str())
                    && let Some(number) = number
                {
                    *member = number.into();
                }
            }
        }
        _ => {}
    }
}

fn filled(text: &str, known: &Variables, defaults: bool) -> Option<String> {
    if !text.contains('$') && !text.contains("__") {
        return None;
    }
    let out = VARIABLE.replace_all(text, |found: &regex::Captures| {
        let group = |n: usize| found.get(n).map(|found| found.as_str());
        let name = group(1).or(group(3)).or(group(4)).unwrap_or_default();
        let default = group(2).filter(|_| defaults);
        match known.get(name).map(String::as_str).or(default) {
            Some(value) => value.to_owned(),
            None => found[0].to_owned(),
        }
    });
    (out != text).then(|| out.into_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn known_variables_are_filled_in() {
        let known = Variables::from([
            ("D".to_owned(), "example.org".to_owned()),
            ("P".to_owned(), "80".to_owned()),
        ]);
        let mut value =
            json!({"host": "a.${D}", "port": "${P}", "other": "${X:=z}.${Y}", "in": "$(D)"});
        fill(&mut value, &known, false);
        assert_eq!(
            value,
            json!({"host": "a.example.org", "port": 80, "other": "${X:=z}.${Y}", "in": "example.org"})
        );
        fill(&mut value, &known, true);
        assert_eq!(value["other"], "z.${Y}");
    }
}
