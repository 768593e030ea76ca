//! The Kubernetes objects in a document.

use serde_json::{Map, Value};

#[derive(Debug, Default, PartialEq)]
pub(super) struct Objects {
    /// The objects, each with its index in `items` if the document is a list of objects.
    pub(super) found: Vec<(Option<u32>, Value)>,
    /// JSON Pointers of what is wrong, with the message.
    pub(super) faults: Vec<(String, String)>,
    /// Whether it is not a manifest, and the user did not name its file.
    pub(super) skipped: bool,
}

/// Takes a document apart; `named` says that the user named its file, so it must be a manifest.
pub(super) fn objects(value: Value, named: bool) -> Objects {
    let mut objects = Objects::default();
    let reason = match &value {
        Value::Null => return objects,
        Value::Object(fields) => missing(fields),
        Value::Array(_) => Some("it is a list".to_owned()),
        _ => Some("it is a single value".to_owned()),
    };
    if let Some(reason) = reason {
        // Whatever has a kind and a name is meant as an object, wherever it stands.
        let meant = !text(&value, "kind").is_empty() && value["metadata"]["name"].is_string();
        objects.skipped = !named && !meant;
        if named || meant {
            objects.faults.push((String::new(), no_manifest(&reason)));
        }
        return objects;
    }
    if let Some(field) = not_a_string(&value) {
        objects.fault(format!("/{field}"), format!("{field} must be a string"));
        return objects;
    }
    let kind = text(&value, "kind").to_owned();
    match (kind.strip_suffix("List"), value.get("items")) {
        (Some(_), Some(Value::Array(_))) | (Some(""), None | Some(Value::Null)) => {
            objects.flatten(value, &kind);
        }
        (Some(""), Some(_)) => objects.fault("/items".into(), "items must be a list".into()),
        _ => objects.found.push((None, value)),
    }
    objects
}

impl Objects {
    fn fault(&mut self, pointer: String, message: String) {
        self.faults.push((pointer, message));
    }

    /// Takes the items out of a list. As in kubectl, those of a list of one kind (`HTTPRouteList`)
    /// need not repeat the kind.
    fn flatten(&mut self, mut list: Value, kind: &str) {
        let items = match list.get_mut("items").map(Value::take) {
            Some(Value::Array(items)) => items,
            _ => Vec::new(),
        };
        let version = text(&list, "apiVersion");
        for (index, mut item) in items.into_iter().enumerate() {
            let pointer = format!("/items/{index}");
            let Value::Object(fields) = &mut item else {
                self.fault(pointer, format!("items[{index}] is not a mapping"));
                continue;
            };
            inherit(fields, version, kind);
            if let Some(reason) = missing(fields) {
                let message = format!("items[{index}] {}", no_manifest(&reason));
                self.fault(pointer, message);
            } else if let Some(field) = not_a_string(&item) {
                let message = format!("items[{index}].{field} must be a string");
                self.fault(format!("{pointer}/{field}"), message);
            } else {
                self.found.push((Some(index as u32), item));
            }
        }
    }
}

/// Gives the item of a list of one kind (`HTTPRouteList`) its version and kind.
pub(super) fn inherit(item: &mut Map<String, Value>, version: &str, list_kind: &str) {
    let Some(kind) = list_kind.strip_suffix("List").filter(|kind| !kind.is_empty()) else { return };
    for (name, value) in [("apiVersion", version), ("kind", kind)] {
        if absent(item, name) {
            item.insert(name.to_owned(), value.into());
        }
    }
}

fn no_manifest(reason: &str) -> String {
    format!("is not a Kubernetes manifest: {reason}")
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// Whether a field is missing, null or an empty string.
fn absent(fields: &Map<String, Value>, name: &str) -> bool {
    match fields.get(name) {
        None | Some(Value::Null) => true,
        Some(value) => value.as_str() == Some(""),
    }
}

fn missing(fields: &Map<String, Value>) -> Option<String> {
    match (absent(fields, "apiVersion"), absent(fields, "kind")) {
        (false, false) => None,
        (true, true) => Some("apiVersion and kind are missing".into()),
        (true, false) => Some("apiVersion is missing".into()),
        (false, true) => Some("kind is missing".into()),
    }
}

fn not_a_string(object: &Value) -> Option<&'static str> {
    ["apiVersion", "kind"].into_iter().find(|field| !object[*field].is_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_no_object_is_skipped_or_a_fault() {
        let message = |value: Value| objects(value, true).faults;
        let says =
            |text: &str| vec![(String::new(), format!("is not a Kubernetes manifest: {text}"))];
        assert_eq!(message(json!({"a": 1})), says("apiVersion and kind are missing"));
        assert_eq!(message(json!({"kind": "A"})), says("apiVersion is missing"));
        assert_eq!(message(json!({"apiVersion": "v1", "kind": null})), says("kind is missing"));
        assert_eq!(message(json!([1])), says("it is a list"));
        assert_eq!(message(json!("x")), says("it is a single value"));
        assert_eq!(objects(Value::Null, true), Objects::default());
        let skipped = Objects { skipped: true, ..Objects::default() };
        assert_eq!(objects(json!({"a": 1}), false), skipped);
    }

    #[test]
    fn version_and_kind_are_strings() {
        assert_eq!(
            objects(json!({"apiVersion": 1, "kind": "A"}), false).faults,
            [("/apiVersion".into(), "apiVersion must be a string".into())]
        );
    }

    #[test]
    fn lists_are_flattened() {
        let list = json!({"apiVersion": "v1", "kind": "List", "items": [
            {"apiVersion": "v1", "kind": "A"}, 1, {"kind": "A"}, {"apiVersion": "v1", "kind": 2}]});
        let found = objects(list, false);
        assert_eq!(found.found, [(Some(0), json!({"apiVersion": "v1", "kind": "A"}))]);
        assert_eq!(
            found.faults,
            [
                ("/items/1".into(), "items[1] is not a mapping".into()),
                (
                    "/items/2".into(),
                    "items[2] is not a Kubernetes manifest: apiVersion is missing".into()
                ),
                ("/items/3/kind".into(), "items[3].kind must be a string".into()),
            ]
        );
        assert_eq!(objects(json!({"apiVersion": "v1", "kind": "List"}), true), Objects::default());
    }

    #[test]
    fn items_of_one_kind_take_it_from_the_list() {
        let list = json!({"apiVersion": "x/v1", "kind": "HTTPRouteList", "items": [{"spec": {}}]});
        let route = json!({"spec": {}, "apiVersion": "x/v1", "kind": "HTTPRoute"});
        assert_eq!(objects(list, true).found, [(Some(0), route)]);
    }
}
