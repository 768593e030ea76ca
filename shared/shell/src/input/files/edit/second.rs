//! The second reader: serde_yaml, which shares no code with the first one.

use serde_json::{Map, Number, Value};
use serde_yaml::Value as Yaml;

/// The value of one document; `None` where this reader does not understand it.
pub(super) fn read(text: &str) -> Option<Value> {
    value(serde_yaml::from_str(text).ok()?)
}

fn value(yaml: Yaml) -> Option<Value> {
    Some(match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(own) => Value::Bool(own),
        Yaml::Number(own) => number(&own),
        Yaml::String(text) => Value::String(text),
        Yaml::Sequence(items) => Value::Array(items.into_iter().map(value).collect::<Option<_>>()?),
        Yaml::Mapping(members) => {
            let mut out = Map::new();
            for (name, member) in members {
                out.insert(key(name)?, value(member)?);
            }
            Value::Object(out)
        }
        // The tag is a part of what is read.
        Yaml::Tagged(own) => {
            Value::Array(vec![Value::String(own.tag.to_string()), value(own.value)?])
        }
    })
}

fn number(own: &serde_yaml::Number) -> Value {
    let whole = own.as_i64().map(Number::from).or_else(|| own.as_u64().map(Number::from));
    let number = whole.or_else(|| own.as_f64().and_then(Number::from_f64));
    // Infinity and the like are no numbers of JSON.
    number.map_or_else(|| Value::String(own.to_string()), Value::Number)
}

fn key(name: Yaml) -> Option<String> {
    match name {
        Yaml::String(text) => Some(text),
        Yaml::Bool(own) => Some(own.to_string()),
        Yaml::Number(own) => Some(own.to_string()),
        _ => None,
    }
}
