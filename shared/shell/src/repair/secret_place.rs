//! A text that this run moves into a Secret, and from where an undo has it again: it is in no journal.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use igw_core::kube::{Hidden, ObjRef};
use igw_core::text;
use serde_json::{Value, json};

use crate::cluster::ApiWrite;

/// A key of a Secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretPlace {
    pub secret: ObjRef,
    pub key: String,
}

impl SecretPlace {
    /// `{"secret": {..}, "key": "K"}`
    pub fn wire(&self) -> Value {
        json!({ "secret": self.secret, "key": self.key })
    }

    pub fn read(own: &Value) -> Option<SecretPlace> {
        let word = |value: &Value| value.as_str().map(text::clean);
        let (object, key) = (&own["secret"], word(&own["key"])?);
        let secret = ObjRef {
            api_version: word(&object["apiVersion"])?,
            kind: word(&object["kind"])?,
            namespace: word(&object["namespace"]),
            name: word(&object["name"])?,
        };
        Some(SecretPlace { secret, key })
    }

    /// What stands there, in a Secret as it is stored.
    pub fn value_in(&self, secret: &Value) -> Option<Hidden> {
        decoded(secret["data"].get(&self.key)?)
    }
}

/// The texts in the Secrets that this run has made, with their places. They are in memory only.
#[derive(Debug, Default)]
pub struct MovedTexts(Vec<(SecretPlace, Hidden)>);

impl MovedTexts {
    /// Takes in what a change makes, if that is a Secret.
    pub fn take(&mut self, write: &ApiWrite) {
        let ApiWrite::Create(object) = write else { return };
        let secret = ObjRef::of(object);
        let data = object["data"].as_object().filter(|_| secret.kind == "Secret");
        for (key, value) in data.into_iter().flatten() {
            if let Some(value) = decoded(value) {
                let place = SecretPlace { secret: secret.clone(), key: key.clone() };
                self.0.push((place, value));
            }
        }
    }

    /// The place of a text that stands in a document of JSON.
    pub fn place_of(&self, written: &str) -> Option<SecretPlace> {
        let (place, _) = self.0.iter().find(|(_, value)| in_json(value) == written)?;
        Some(place.clone())
    }
}

/// A text as it is written between the quotes of JSON.
pub fn in_json(value: &Hidden) -> String {
    let quoted = Value::from(value.reveal()).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

fn decoded(value: &Value) -> Option<Hidden> {
    let bytes = BASE64_STANDARD.decode(value.as_str()?).ok()?;
    String::from_utf8(bytes).ok().map(Hidden::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_in_the_secret_that_was_made_of_it() {
        let secret = json!({"apiVersion": "v1", "kind": "Secret",
            "metadata": {"name": "keys", "namespace": "gw"},
            "data": {"KEY": BASE64_STANDARD.encode("a \"b\"\n")}});
        let mut moved = MovedTexts::default();
        moved.take(&ApiWrite::Create(secret.clone()));
        assert_eq!(moved.place_of("a"), None);
        let place = moved.place_of(r#"a \"b\"\n"#).expect("it is there");
        assert_eq!(SecretPlace::read(&place.wire()), Some(place.clone()));
        assert!(!place.wire().to_string().contains("a "), "{}", place.wire());
        let value = place.value_in(&secret).expect("it is there");
        assert_eq!(value.reveal(), "a \"b\"\n");
    }
}
