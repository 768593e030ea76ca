//! What an object of a kind that no rule reads points at, told by its shape: policies have
//! `targetRef(s)` and `targetSelectors` (GEP-713), what makes routes has `parentRefs`.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::kube::Meta;

/// Something that an object points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointing {
    /// The kind of the target.
    pub kind: String,
    /// The namespace of the target.
    pub namespace: String,
    pub target: PointingTarget,
    /// `sectionName`: a listener, a rule, a port.
    pub section: Option<String>,
    /// Whether it makes routes of the target, rather than changing how it works.
    pub adds_routes: bool,
}

/// Which object of a kind and namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PointingTarget {
    Named(String),
    /// Those with these labels.
    Labelled(BTreeMap<String, String>),
}

/// Whether objects with a field in their `spec` can point at what routes are made of, by the names
/// of that field and of what is in it, or in its items: a `targetRef` with an `apiVersion` in place
/// of a group (a scaler's) is another thing.
pub fn may_point(group: &str, field: &str, has: impl Fn(&str) -> bool) -> bool {
    match field {
        "targetRef" | "targetRefs" | "targetSelectors" => has("group") && has("kind"),
        "parentRefs" => has("name"),
        // A DestinationRule's Service.
        "host" => group.ends_with("istio.io"),
        _ => false,
    }
}

/// All that an object points at, in the order of its text.
pub fn pointings(object: &Value, meta: &Meta) -> Vec<Pointing> {
    let spec = &object["spec"];
    let list = |field: &str| spec[field].as_array().into_iter().flatten();
    let makes_routes = meta.kind.ends_with("Route");
    let mut out: Vec<Pointing> = Vec::new();
    for reference in std::iter::once(&spec["targetRef"]).chain(list("targetRefs")) {
        out.extend(named(reference, meta, None, makes_routes));
    }
    for reference in list("parentRefs") {
        out.extend(named(reference, meta, Some("Gateway"), true));
    }
    for selector in list("targetSelectors") {
        let Some(kind) = selector["kind"].as_str() else { continue };
        let labels = labels(&selector["matchLabels"]);
        out.push(Pointing {
            kind: kind.to_owned(),
            namespace: meta.namespace.clone(),
            target: PointingTarget::Labelled(labels),
            section: text(selector, "sectionName"),
            adds_routes: false,
        });
    }
    if meta.group().ends_with("istio.io") {
        out.extend(of_istio(spec, meta, out.is_empty()));
    }
    out
}

fn named(
    reference: &Value,
    meta: &Meta,
    kind: Option<&str>,
    adds_routes: bool,
) -> Option<Pointing> {
    Some(Pointing {
        kind: reference["kind"].as_str().or(kind)?.to_owned(),
        namespace: text(reference, "namespace").unwrap_or_else(|| meta.namespace.clone()),
        target: PointingTarget::Named(text(reference, "name")?),
        section: text(reference, "sectionName"),
        adds_routes,
    })
}

/// Istio's own shapes: `selector` and `workloadSelector` pick proxies by the labels of their pods,
/// and none of the two all of the namespace; a `host` is a Service.
fn of_istio(spec: &Value, meta: &Meta, untargeted: bool) -> Option<Pointing> {
    let (kind, namespace, target) = match meta.kind.as_ref() {
        "DestinationRule" => {
            let host = spec["host"].as_str()?;
            let mut labels = host.split('.');
            let name = labels.next()?.to_owned();
            let namespace = labels.next().unwrap_or(&meta.namespace).to_owned();
            ("Service", namespace, PointingTarget::Named(name))
        }
        "AuthorizationPolicy" | "RequestAuthentication" | "WasmPlugin" | "EnvoyFilter"
            if untargeted =>
        {
            let by_labels = [&spec["selector"]["matchLabels"], &spec["workloadSelector"]["labels"]];
            let labels = by_labels.into_iter().map(labels).find(|own| !own.is_empty());
            let labels = labels.unwrap_or_default();
            ("Gateway", meta.namespace.clone(), PointingTarget::Labelled(labels))
        }
        _ => return None,
    };
    let (kind, section, adds_routes) = (kind.to_owned(), None, false);
    Some(Pointing { kind, namespace, target, section, adds_routes })
}

/// The fields of a `spec`, two names deep.
pub fn field_names(object: &Value) -> Vec<String> {
    let members = object["spec"].as_object().into_iter().flatten();
    let names = members.flat_map(|(name, value)| match value.as_object() {
        Some(inner) if !inner.is_empty() => {
            inner.keys().map(|own| format!("{name}.{own}")).collect()
        }
        _ => vec![name.clone()],
    });
    names.collect()
}

fn text(value: &Value, field: &str) -> Option<String> {
    value[field].as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

fn labels(value: &Value) -> BTreeMap<String, String> {
    let all = value.as_object().into_iter().flatten();
    all.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}
