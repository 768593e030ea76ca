//! The visitor that builds values: as `kubectl` does, and without losing a key.

use std::fmt;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::problem::quoted;

/// Prefix of this visitor's messages; they show no more of the source than a key.
pub(super) const DUPLICATE: &str = "duplicate key ";
pub(super) const COMPLEX_KEY: &str = "a mapping or a list cannot be a key";
pub(super) const NULL_KEY: &str = "null cannot be a key";

/// A value; `YAML` says whether numbers go through YAML, where `1.0` and `1` are one.
pub(super) struct YamlNode<const YAML: bool>(pub(super) Value);

impl<'de, const YAML: bool> Deserialize<'de> for YamlNode<YAML> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor::<YAML>).map(YamlNode)
    }
}

struct NodeVisitor<const YAML: bool>;

impl<'de, const YAML: bool> Visitor<'de> for NodeVisitor<YAML> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(match whole(value) {
            Some(whole) if YAML => whole.into(),
            _ => value.into(),
        })
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(YamlNode(item)) = seq.next_element::<YamlNode<YAML>>()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(key) = map.next_key_seed(KeyVisitor { taken: &fields })? {
            fields.insert(key, map.next_value::<YamlNode<YAML>>()?.0);
        }
        Ok(Value::Object(fields))
    }
}

/// `value` as an integer, when it is one: sigs.k8s.io/yaml writes JSON in between, and there Go
/// writes the float 1000 as `1000`.
fn whole(value: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    (value.trunc() == value && (-LIMIT..LIMIT).contains(&value)).then_some(value as i64)
}

/// A key as `kubectl` names it: `80:` is "80", `on:` is "true".
pub(super) struct YamlKey(pub(super) String);

impl<'de> Deserialize<'de> for YamlKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let taken = &Map::new();
        KeyVisitor { taken }.deserialize(deserializer).map(YamlKey)
    }
}

/// Reads a key that must not be among those `taken`. The test is made here, and not where the
/// field is inserted, because an error in a key comes with its place.
struct KeyVisitor<'a> {
    taken: &'a Map<String, Value>,
}

impl KeyVisitor<'_> {
    fn free<E: de::Error>(&self, key: String) -> Result<String, E> {
        if self.taken.contains_key(&key) {
            return Err(E::custom(format!("{DUPLICATE}{}", quoted(&key))));
        }
        Ok(key)
    }
}

impl<'de> DeserializeSeed<'de> for KeyVisitor<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for KeyVisitor<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<String, E> {
        self.free(value.to_string())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<String, E> {
        self.free(value.to_string())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<String, E> {
        self.free(value.to_string())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<String, E> {
        self.free(value.to_string())
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<String, E> {
        self.free(value.to_owned())
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<String, E> {
        self.free(value)
    }

    fn visit_unit<E: de::Error>(self) -> Result<String, E> {
        Err(E::custom(NULL_KEY))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<String, A::Error> {
        Err(de::Error::custom(COMPLEX_KEY))
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<String, A::Error> {
        Err(de::Error::custom(COMPLEX_KEY))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_floats_in_range_are_integers() {
        assert_eq!(whole(1000.0), Some(1000));
        assert_eq!(whole(-0.0), Some(0));
        assert_eq!(whole(0.5), None);
        assert_eq!(whole(1e30), None);
        assert_eq!(whole(9_223_372_036_854_775_808.0), None);
        assert_eq!(whole(f64::NAN), None);
    }
}
