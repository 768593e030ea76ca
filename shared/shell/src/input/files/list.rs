//! A long JSON List, of which the texts are kept rather than the values: a value takes ten times the
//! memory of its text, and all of them would be there at once.

use igw_core::kube::{Kind, group_of};
use igw_core::placeholder;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::parsed::{ListItem, Parsed};
use super::value::YamlNode;
use super::{json, objects};

/// The smallest text, in bytes, that is worth reading twice.
const LONG: usize = 512 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenList<'a> {
    #[serde(rename = "apiVersion")]
    version: String,
    kind: String,
    #[serde(default, rename = "metadata")]
    _metadata: ListMetadata,
    #[serde(borrow)]
    items: Vec<&'a RawValue>,
}

/// What `kubectl` writes into a list it has put together.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListMetadata {
    #[serde(default, rename = "resourceVersion")]
    _version: String,
}

/// Reads a text, the only one, that is one long list of objects, each of which says where it is: as
/// a list of heads, or of whole objects where more of them is needed early. `None`: it is something
/// else, or has a fault, and is to be read as any JSON is.
pub(super) fn read(text: &str) -> Option<Parsed> {
    if text.len() < LONG {
        return None;
    }
    let WrittenList { version, kind, items: written, .. } = serde_json::from_str(text).ok()?;
    if !kind.ends_with("List") {
        return None;
    }
    let mut out = Vec::with_capacity(written.len());
    let mut items = Vec::with_capacity(written.len());
    for item in written {
        let item = item.get();
        let YamlNode::<false>(mut value) = serde_json::from_str(item).ok()?;
        objects::inherit(value.as_object_mut()?, &version, &kind);
        let head = head(&value)?;
        let start = item.as_ptr() as usize - text.as_ptr() as usize;
        let is_head = is_enough(&head, item);
        out.push(if is_head { head } else { value });
        items.push(ListItem { range: start..start + item.len(), is_head });
    }
    let mut list = json!({ "apiVersion": version, "kind": kind });
    list["items"] = Value::Array(out);
    Some(Parsed { document: json::whole(text, 0), value: Ok(list), items })
}

/// Name and place of an object; `None` where it is not said.
fn head(value: &Value) -> Option<Value> {
    let text = |at: &str| value.pointer(at).and_then(Value::as_str).filter(|text| !text.is_empty());
    let (version, kind) = (text("/apiVersion")?, text("/kind")?);
    let mut head = json!({
        "apiVersion": version, "kind": kind, "metadata": { "name": text("/metadata/name")? },
    });
    match text("/metadata/namespace") {
        Some(namespace) => head["metadata"]["namespace"] = namespace.into(),
        None if Kind::of(group_of(version), kind).is_some_and(|own| !own.is_cluster_scoped()) => {
            return None;
        }
        None => {}
    }
    Some(head)
}

/// Whether only the head of an object is asked for before it is decoded: it is a kind of which a
/// tree knows nothing, and nothing in it is filled in.
fn is_enough(head: &Value, text: &str) -> bool {
    let own = |name: &str| head[name].as_str().unwrap_or_default();
    let kind = Kind::of(group_of(own("apiVersion")), own("kind"));
    kind.is_some_and(|kind| kind != Kind::ConfigMap)
        && !text.contains('$')
        && !text.contains("\\u")
        && placeholder::tokens(text) == text
}

#[cfg(test)]
mod tests {
    use super::super::{Input, read};
    use super::*;
    use igw_core::kube::Origin;

    /// A list that is long enough, with an object of its own at the end.
    fn long(kind: &str, last: Value) -> String {
        let route = |n: usize| {
            json!({
                "metadata": { "name": format!("r{n}"), "namespace": "web", "uid": "u".repeat(300) },
                "apiVersion": "gateway.networking.k8s.io/v1",
                "kind": "HTTPRoute",
                "spec": { "rules": [{ "matches": [{ "path": { "value": format!("/{n}") } }] }] },
            })
        };
        let items: Vec<Value> = (0..1_300).map(route).chain([last]).collect();
        json!({ "apiVersion": "v1", "kind": kind, "items": items }).to_string()
    }

    fn input(text: &str) -> Input {
        read(&["-".to_owned()], &mut text.as_bytes())
    }

    #[test]
    fn whole_objects_are_read_again_and_found_where_they_are() {
        let last = json!({ "metadata": { "name": "l", "namespace": "a" }, "spec": { "x": 1.5 } });
        let text = long("HTTPRouteList", last);
        let lean = input(&text);
        let pretty: Value = serde_json::from_str(&text).expect("JSON");
        // YAML is never lean.
        let whole = input(&format!("# {}\n{text}", "x".repeat(10)));
        assert_eq!((lean.manifests.len(), whole.manifests.len()), (1_301, 1_301));
        assert_eq!(lean.manifests[7].value["spec"], Value::Null, "it is a head");
        for (number, own) in lean.manifests.iter().enumerate() {
            let object = lean.whole(own.clone());
            let mut expected = pretty["items"][number].clone();
            expected["kind"] = "HTTPRoute".into();
            expected["apiVersion"] = object["apiVersion"].clone();
            assert_eq!(object, expected);
        }
        for pointer in ["", "/metadata/name", "/spec/rules/0/matches/0/path/value", "/spec/none"] {
            for number in [0, 1, 1_299, 1_300] {
                let at = |input: &Input, line: usize| {
                    let origin = input.manifests[number].origin;
                    let own = input.locate(origin, pointer).expect("a place");
                    let key = input.locate_key(origin, pointer).expect("a place");
                    (own.line - line, own.column, own.end_column, key.column, key.end_column)
                };
                assert_eq!(at(&lean, 0), at(&whole, 1), "{pointer} of {number}");
            }
        }
    }

    #[test]
    fn what_is_needed_early_is_whole() {
        let filled = json!({
            "apiVersion": "v1", "kind": "Service", "metadata": { "name": "s", "namespace": "a" },
            "spec": { "externalName": "${HOST}" },
        });
        let source = json!({ "apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
            "metadata": { "name": "s", "namespace": "a" }, "spec": { "path": "./x" } });
        for last in [filled, source] {
            let read = input(&long("List", last.clone()));
            assert_eq!(read.manifests.last().map(|own| &own.value), Some(&last));
            assert_eq!(read.manifests[0].value["spec"], Value::Null);
        }
    }

    #[test]
    fn faults_and_objects_without_a_namespace_are_read_as_any_json() {
        let homeless =
            json!({ "apiVersion": "v1", "kind": "Service", "metadata": { "name": "s" } });
        for last in [json!(1), json!(null), json!({}), homeless] {
            let text = long("List", last.clone());
            assert!(super::read(&text).is_none(), "{last}");
            let read = input(&text);
            assert_eq!(
                read.manifests[0].value["spec"]["rules"][0]["matches"][0]["path"]["value"],
                "/0"
            );
        }
        let twice = long("List", json!({})).replace("{}]", r#"{"a": 1, "a": 2}]"#);
        let problem = &input(&twice).problems[0].message;
        assert!(problem.contains("duplicate key \"a\""), "{problem}");
        let other = Origin { document: 9, ..Origin::default() };
        assert_eq!(input(&twice).locate(other, ""), None);
    }
}
