//! Taking secrets out of objects, so that equal ones stay equal and different ones different.

use std::collections::HashMap;

use igw_core::text;
use serde_json::Value;

/// Replaces secrets by numbers; short secrets could be guessed from digests.
#[derive(Debug, Default)]
pub struct Mask {
    seen: HashMap<String, usize>,
}

/// Annotations that the rules read; of all others only the keys matter.
const READ: [&str; 2] = ["igw.dev/ignore", "delegation.kgateway.dev/inherit-parent-matcher"];

/// Lists of names with values: of headers and of parameters.
const VALUES: [&str; 4] = ["set", "add", "headers", "queryParams"];

impl Mask {
    pub fn apply(&mut self, object: &mut Value) {
        if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.remove("managedFields");
        }
        for (key, value) in members(object.pointer_mut("/metadata/annotations")) {
            if !READ.contains(&key.as_str()) {
                self.hide(value);
            }
        }
        if object["kind"] == "Secret" || object["kind"] == "ConfigMap" {
            for member in ["data", "stringData", "binaryData"] {
                members(object.get_mut(member)).for_each(|(_, value)| self.hide(value));
            }
        }
        let rest = members(Some(object)).filter(|(key, _)| {
            !["metadata", "data", "stringData", "binaryData"].contains(&key.as_str())
        });
        rest.for_each(|(key, value)| self.walk(key, value));
    }

    fn walk(&mut self, key: &str, value: &mut Value) {
        match value {
            Value::Object(members) => {
                let named = members.get("name").and_then(Value::as_str).is_some_and(is_secret);
                if key == "env" || named && VALUES.contains(&key) {
                    let others =
                        members.iter_mut().filter(|(key, _)| *key != "name" && *key != "type");
                    others.for_each(|(_, value)| self.hide(value));
                }
                members.iter_mut().for_each(|(key, value)| self.walk(key, value));
            }
            Value::Array(items) if ["args", "command"].contains(&key) => self.arguments(items),
            Value::Array(items) => items.iter_mut().for_each(|item| self.walk(key, item)),
            Value::String(text) if text::speaks_of_secret(key) || is_credential(text, key) => {
                self.hide(value);
            }
            Value::String(text) => *text = without_user(text),
            _ => {}
        }
    }

    /// Masks values of flags and variables whose names suggest a secret.
    fn arguments(&mut self, items: &mut [Value]) {
        let mut after = false;
        for item in items {
            let Value::String(text) = item else { continue };
            let mut words = Vec::new();
            for word in text.split(' ') {
                let (name, value) = word.split_once('=').unwrap_or((word, ""));
                let hidden = match (after, value) {
                    (true, _) => self.number(word),
                    (false, "") => word.to_owned(),
                    _ if text::speaks_of_secret(name) => format!("{name}={}", self.number(value)),
                    _ if is_credential(word, "") => self.number(word),
                    _ => without_user(word),
                };
                after = name.starts_with('-') && value.is_empty() && text::speaks_of_secret(name);
                words.push(hidden);
            }
            *text = words.join(" ");
        }
    }

    fn hide(&mut self, value: &mut Value) {
        if let Value::String(text) = value
            && !text.is_empty()
        {
            *text = self.number(text);
        }
    }

    fn number(&mut self, text: &str) -> String {
        let next = self.seen.len() + 1;
        let number = self.seen.entry(text.to_owned()).or_insert(next);
        format!("<masked {number}>")
    }
}

fn members(value: Option<&mut Value>) -> impl Iterator<Item = (&String, &mut Value)> {
    value.and_then(Value::as_object_mut).into_iter().flatten()
}

fn is_secret(name: &str) -> bool {
    text::masked(name, name) != name
}

/// Values that are secrets whatever they are called: of well-known forms, or lists of passwords
/// (`basicAuth.users.inline`).
fn is_credential(text: &str, key: &str) -> bool {
    let start = text.trim_start();
    let forms = ["Bearer ", "Basic ", "sk-", "pk-lf-", "ghp_", "AKIA", "-----BEGIN "];
    key == "users" || key == "inline" || forms.iter().any(|form| start.starts_with(form))
}

/// `http://user:password@host` without user and password.
fn without_user(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let end = rest.find(['/', '?', '#', ' ']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}://<masked>{}", &rest[at..]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn masked(mut object: Value) -> Value {
        Mask::default().apply(&mut object);
        object
    }

    #[test]
    fn what_is_secret_is_a_number() {
        let object = json!({
            "kind": "HTTPRoute",
            "metadata": {
                "name": "a", "managedFields": [{}],
                "annotations": {"x": "s1", "igw.dev/ignore": "IGW0108 moving"},
            },
            "spec": {
                "filters": [{"set": [
                    {"name": "Authorization", "value": "s2"}, {"name": "x-team", "value": "blue"},
                ]}],
                "headers": [
                    {"name": "X-Api-Key", "type": "Exact", "value": "s2"},
                    {"name": "X-Api-Key", "value": "s3"},
                ],
                "backendRefs": [{"name": "token-service", "namespace": "kept"}],
                "password": "s4", "secretName": "kept", "url": "http://me:s5@host/x",
                "users": ["me:s6"], "body": "Bearer s7",
            },
        });
        let spec = json!({
            "filters": [{"set": [
                {"name": "Authorization", "value": "<masked 2>"}, {"name": "x-team", "value": "blue"},
            ]}],
            "headers": [
                {"name": "X-Api-Key", "type": "Exact", "value": "<masked 2>"},
                {"name": "X-Api-Key", "value": "<masked 3>"},
            ],
            "backendRefs": [{"name": "token-service", "namespace": "kept"}],
            "password": "<masked 4>", "secretName": "kept", "url": "http://<masked>@host/x",
            "users": ["<masked 5>"], "body": "<masked 6>",
        });
        let object = masked(object);
        assert_eq!(object["spec"], spec);
        let annotations = json!({"x": "<masked 1>", "igw.dev/ignore": "IGW0108 moving"});
        assert_eq!(object["metadata"], json!({"name": "a", "annotations": annotations}));
    }

    #[test]
    fn contents_and_containers() {
        let secret = masked(json!({"kind": "Secret", "data": {"tls.crt": "c1"}}));
        assert_eq!(secret, json!({"kind": "Secret", "data": {"tls.crt": "<masked 1>"}}));
        let pod = masked(json!({"kind": "Pod", "spec": {"containers": [{
            "env": [{"name": "MODE", "value": "s1"}],
            "args": ["--api-key", "s2", "--served-model-name", "glm", "--token=s3 --max-tokens=5"],
        }]}}));
        assert_eq!(
            pod["spec"]["containers"][0],
            json!({
                "env": [{"name": "MODE", "value": "<masked 1>"}],
                "args": [
                    "--api-key", "<masked 2>", "--served-model-name", "glm",
                    "--token=<masked 3> --max-tokens=5",
                ],
            })
        );
    }
}
