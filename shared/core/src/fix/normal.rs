//! Objects as they are compared: without what the server keeps for itself, in the order of a manifest.

use serde_json::{Map, Value};

/// Members of `metadata` that the server writes.
const SERVERS: [&str; 7] = [
    "managedFields",
    "resourceVersion",
    "generation",
    "uid",
    "selfLink",
    "creationTimestamp",
    "deletionGracePeriodSeconds",
];

/// Annotations that follow from the rest.
const FOLLOWING: [&str; 2] =
    ["kubectl.kubernetes.io/last-applied-configuration", "deployment.kubernetes.io/revision"];

/// What a person would have written of an object.
pub fn normal(object: &Value) -> Value {
    let Value::Object(members) = object else { return object.clone() };
    let mut members = members.clone();
    members.remove("status");
    if let Some(Value::Object(metadata)) = members.get_mut("metadata") {
        for name in SERVERS {
            metadata.remove(name);
        }
        if let Some(Value::Object(annotations)) = metadata.get_mut("annotations") {
            for name in FOLLOWING {
                annotations.remove(name);
            }
        }
        metadata.retain(|_, value| !value.as_object().is_some_and(Map::is_empty));
        *metadata = ordered(std::mem::take(metadata), &["name", "namespace"]);
    }
    Value::Object(ordered(members, &["apiVersion", "kind", "metadata", "spec", "data"]))
}

/// The members with these names first.
fn ordered(mut members: Map<String, Value>, first: &[&str]) -> Map<String, Value> {
    let mut out = Map::new();
    for name in first {
        if let Some(value) = members.shift_remove(*name) {
            out.insert((*name).to_owned(), value);
        }
    }
    out.extend(members);
    out
}

/// The fields, as pointers, in which two objects differ; a list that differs is one field.
pub fn differing(one: &Value, other: &Value) -> Vec<String> {
    let mut out = Vec::new();
    differ(one, other, &mut String::new(), &mut out);
    out
}

fn differ(one: &Value, other: &Value, at: &mut String, out: &mut Vec<String>) {
    let (Value::Object(own), Value::Object(new)) = (one, other) else {
        if one != other {
            out.push(at.clone());
        }
        return;
    };
    let names = own.keys().chain(new.keys().filter(|name| !own.contains_key(*name)));
    for name in names {
        let length = at.len();
        crate::kube::pointer::push(at, name);
        let (was, is) = (own.get(name), new.get(name));
        differ(was.unwrap_or(&Value::Null), is.unwrap_or(&Value::Null), at, out);
        at.truncate(length);
    }
}

/// Who wrote a field last, and when (RFC 3339), by `metadata.managedFields`: the newest entry that has
/// the field, something in it, or something that it is in.
pub fn writer_of(object: &Value, pointer: &str) -> Option<(String, String)> {
    let names = crate::kube::pointer::segments(pointer);
    newest(object, |own| owns(&own["fieldsV1"], &names)).map(signed)
}

/// The newest change of an object after a time (RFC 3339): a field of it, who made it, and when.
pub fn changed_since(object: &Value, time: &str) -> Option<(String, String, String)> {
    let newest = newest(object, |own| own["time"].as_str().is_some_and(|own| own > time))?;
    let (mut path, mut fields) = (String::new(), &newest["fieldsV1"]);
    while let Some((name, inner)) =
        fields.as_object().and_then(|own| own.iter().find(|(name, _)| name.starts_with("f:")))
    {
        crate::kube::pointer::push(&mut path, &name[2..]);
        fields = inner;
    }
    let (manager, time) = signed(newest);
    Some((path, manager, time))
}

/// The newest of the entries of `managedFields` that are about the object itself.
fn newest(object: &Value, fits: impl Fn(&Value) -> bool) -> Option<&Value> {
    let entries = object["metadata"]["managedFields"].as_array()?.iter();
    let own = entries.filter(|own| own["subresource"].is_null() && fits(own));
    own.max_by_key(|own| own["time"].as_str().unwrap_or_default())
}

/// The manager and the time of an entry.
fn signed(entry: &Value) -> (String, String) {
    let word = |name: &str| crate::text::clean(entry[name].as_str().unwrap_or_default());
    (word("manager"), word("time"))
}

/// `fieldsV1` nests `f:NAME`; lists that are one value have no more below them.
fn owns(fields: &Value, names: &[String]) -> bool {
    let Some((name, rest)) = names.split_first() else { return true };
    let Some(fields) = fields.as_object().filter(|own| !own.is_empty()) else { return true };
    match fields.get(&format!("f:{name}")) {
        Some(inner) => owns(inner, rest),
        // An item of a list, which is named by its keys.
        None => name.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_people_write_is_left() {
        let stored = json!({
            "kind": "HTTPRoute", "apiVersion": "v1", "status": {"parents": []},
            "spec": {"hostnames": ["a"]},
            "metadata": {"uid": "u", "generation": 3, "namespace": "gw", "name": "chat",
                "resourceVersion": "7", "managedFields": [], "creationTimestamp": "2026-01-01T00:00:00Z",
                "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}"}},
        });
        let wanted = r#"{"apiVersion":"v1","kind":"HTTPRoute","metadata":{"name":"chat","namespace":"gw"},"spec":{"hostnames":["a"]}}"#;
        assert_eq!(normal(&stored).to_string(), wanted);
    }

    #[test]
    fn differences_are_named_by_field() {
        let one = json!({"spec": {"a": 1, "b": [1], "c": {"d": 1}}});
        let other = json!({"spec": {"a": 1, "b": [2], "c": {"e": 1}}});
        assert_eq!(differing(&one, &other), ["/spec/b", "/spec/c/d", "/spec/c/e"]);
    }

    #[test]
    fn the_newest_writer_of_a_field_is_named() {
        let fields = |name: &str| json!({"f:spec": {(name): {}}});
        let entry = |manager: &str, time: &str, name: &str| json!({"manager": manager, "time": time, "fieldsV1": fields(name)});
        let object = json!({"metadata": {"managedFields": [
            entry("old", "2026-01-01T00:00:00Z", "f:rules"),
            entry("argocd-controller", "2026-01-02T00:00:00Z", "f:rules"),
            entry("kubectl", "2026-01-03T00:00:00Z", "f:hostnames"),
        ]}});
        let (manager, time) = writer_of(&object, "/spec/rules/0/matches").expect("one");
        assert_eq!(
            (manager.as_str(), time.as_str()),
            ("argocd-controller", "2026-01-02T00:00:00Z")
        );
        assert_eq!(writer_of(&object, "/spec/parentRefs"), None);
    }
}
