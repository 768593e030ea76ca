//! The namespace of what says none: told by what refers to it.

use std::collections::{BTreeMap, BTreeSet};

use igw_core::kube::Kind;
use serde_json::Value;

use super::layout::kind_of;
use crate::input::files::Manifest;

/// Gives an object a namespace, in the place of its own. As kustomize does it, a Namespace itself
/// is called so from then on.
pub fn set(value: &mut Value, namespace: &str) {
    match kind_of(value) {
        Some(Kind::Namespace) => value["metadata"]["name"] = namespace.into(),
        Some(kind) if kind.is_cluster_scoped() => {}
        _ => {
            if let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut) {
                metadata.insert("namespace".to_owned(), namespace.into());
            }
        }
    }
}

/// Gives a namespace to an object that says none.
pub fn set_if_missing(value: &mut Value, namespace: &str) {
    let named = value["metadata"]["namespace"].is_string();
    if !named && kind_of(value) != Some(Kind::Namespace) {
        set(value, namespace);
    }
}

/// A reference of a route: what it names, in which namespace.
struct RouteReference<'a> {
    kind: Kind,
    name: &'a str,
    /// The namespace that it says, or else that of the route; `None`: the route's is not known.
    namespace: Option<&'a str>,
}

/// The backendRefs of a route.
pub fn backend_refs(route: &Value) -> impl Iterator<Item = &Value> {
    let rules = route["spec"]["rules"].as_array().into_iter().flatten();
    rules.flat_map(|rule| rule["backendRefs"].as_array().into_iter().flatten())
}

fn references(value: &Value) -> Vec<RouteReference<'_>> {
    let own = value["metadata"]["namespace"].as_str();
    let mut out = Vec::new();
    for parent in value["spec"]["parentRefs"].as_array().into_iter().flatten() {
        if parent["kind"].as_str().is_none_or(|kind| kind == "Gateway")
            && let Some(name) = parent["name"].as_str()
        {
            let namespace = parent["namespace"].as_str().or(own);
            out.push(RouteReference { kind: Kind::Gateway, name, namespace });
        }
    }
    for backend in backend_refs(value) {
        if backend["kind"].as_str().is_none_or(|kind| kind == "Service")
            && let Some(name) = backend["name"].as_str()
        {
            let namespace = backend["namespace"].as_str().or(own);
            out.push(RouteReference { kind: Kind::Service, name, namespace });
        }
    }
    out
}

/// Finds the namespace of the units whose objects say none: what refers to them by a namespace, or
/// what they refer to without one, where that leaves exactly one.
pub fn infer(units: &mut [&mut Vec<Manifest>]) {
    let mut homes: BTreeMap<(Kind, String), BTreeSet<String>> = BTreeMap::new();
    let mut homeless: BTreeMap<(Kind, String), Vec<usize>> = BTreeMap::new();
    for (unit, manifests) in units.iter().enumerate() {
        for Manifest { value, .. } in manifests.iter() {
            let Some(kind) = kind_of(value) else { continue };
            let name = value["metadata"]["name"].as_str().unwrap_or_default().to_owned();
            match value["metadata"]["namespace"].as_str() {
                Some(namespace) => {
                    homes.entry((kind, name)).or_default().insert(namespace.to_owned());
                }
                None if kind.is_cluster_scoped() => {}
                None => homeless.entry((kind, name)).or_default().push(unit),
            }
        }
    }
    if homeless.is_empty() {
        return;
    }
    let mut told: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    for (unit, manifests) in units.iter().enumerate() {
        let routes = manifests.iter().filter(|own| kind_of(&own.value) == Some(Kind::HttpRoute));
        for reference in routes.flat_map(|route| references(&route.value)) {
            let key = (reference.kind, reference.name.to_owned());
            let known = homes.get(&key);
            match reference.namespace {
                Some(namespace) if !known.is_some_and(|known| known.contains(namespace)) => {
                    if let Some([one]) = homeless.get(&key).map(Vec::as_slice) {
                        told.entry(*one).or_default().insert(namespace.to_owned());
                    }
                }
                None if !homeless.contains_key(&key) => {
                    let only = known.filter(|known| known.len() == 1).and_then(BTreeSet::first);
                    if let Some(namespace) = only {
                        told.entry(unit).or_default().insert(namespace.clone());
                    }
                }
                _ => {}
            }
        }
    }
    for (unit, namespaces) in told {
        let Some(namespace) = namespaces.first().filter(|_| namespaces.len() == 1) else {
            continue;
        };
        for manifest in units[unit].iter_mut() {
            set_if_missing(&mut manifest.value, namespace);
        }
    }
}

#[cfg(test)]
mod tests {
    use igw_core::kube::Origin;
    use serde_json::json;

    use super::*;

    fn of(value: Value) -> Manifest {
        Manifest { origin: Origin::default(), value }
    }

    fn gateway() -> Manifest {
        of(
            json!({"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway", "metadata": {"name": "public"}}),
        )
    }

    fn route(metadata: Value, parent: Value) -> Manifest {
        of(json!({
            "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute",
            "metadata": metadata, "spec": {"parentRefs": [parent]},
        }))
    }

    #[test]
    fn a_reference_tells_the_namespace() {
        let mut edge = vec![gateway()];
        let mut chat = vec![route(
            json!({"name": "r", "namespace": "chat"}),
            json!({"name": "public", "namespace": "edge"}),
        )];
        infer(&mut [&mut edge, &mut chat]);
        assert_eq!(edge[0].value["metadata"]["namespace"], "edge");
    }

    #[test]
    fn two_that_differ_tell_nothing() {
        let mut edge = vec![gateway()];
        let parent = |namespace: &str| json!({"name": "public", "namespace": namespace});
        let mut chat = vec![
            route(json!({"name": "r", "namespace": "chat"}), parent("edge")),
            route(json!({"name": "s", "namespace": "chat"}), parent("other")),
        ];
        infer(&mut [&mut edge, &mut chat]);
        assert!(edge[0].value["metadata"]["namespace"].is_null());
    }

    #[test]
    fn a_namespace_is_renamed_and_a_class_left_alone() {
        let mut namespace =
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "_"}});
        set(&mut namespace, "red");
        assert_eq!(namespace["metadata"]["name"], "red");
        let mut class = json!({"apiVersion": "gateway.networking.k8s.io/v1", "kind": "GatewayClass", "metadata": {"name": "a"}});
        set(&mut class, "red");
        assert!(class["metadata"]["namespace"].is_null());
    }
}
