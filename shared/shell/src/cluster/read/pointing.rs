//! Which kinds of a cluster can point at others: told by the schemas of its
//! CustomResourceDefinitions, in one list.

use std::collections::BTreeMap;

use igw_core::facts::may_point;
use igw_core::kube::{Kind, Resource};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::getter::Getter;
use super::page;
use crate::cluster::path::escaped;
use crate::cluster::read_error::ReadError;

const PATH: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/// Definitions of one page: of most clusters all. Large ones have a megabyte each.
const DEFINITIONS: usize = 250;

/// More pages than any cluster has.
const MOST_DEFINITION_PAGES: usize = 40;

/// Reads which kinds can point at others and are read by no rule.
///
/// # Errors
/// When the definitions cannot be read.
pub async fn kinds(getter: &Getter) -> Result<Vec<Resource>, ReadError> {
    let mut out = Vec::new();
    let mut next: Option<String> = None;
    for _ in 0..MOST_DEFINITION_PAGES {
        let token = next.map(|token| format!("&continue={}", escaped(&token))).unwrap_or_default();
        let query = format!("{PATH}?limit={DEFINITIONS}{token}");
        let (body, end) = getter.get(&query, "application/json", page::end).await?;
        out.extend(of_page(&body)?);
        next = end.next;
        if next.is_none() {
            break;
        }
    }
    Ok(out)
}

fn of_page(body: &[u8]) -> Result<Vec<Resource>, ReadError> {
    let page: DefinitionPage =
        serde_json::from_slice(body).map_err(|error| ReadError::not_json(&error))?;
    Ok(page.items.iter().filter_map(|own| own.spec.resource()).collect())
}

#[derive(Deserialize)]
struct DefinitionPage {
    items: Vec<Definition>,
}

#[derive(Deserialize)]
struct Definition {
    spec: DefinitionSpec,
}

#[derive(Deserialize)]
struct DefinitionSpec {
    group: String,
    names: DefinitionNames,
    versions: Vec<DefinitionVersion>,
}

#[derive(Deserialize)]
struct DefinitionNames {
    plural: String,
    kind: String,
}

#[derive(Deserialize)]
struct DefinitionVersion {
    name: String,
    served: bool,
    #[serde(default)]
    schema: Option<DefinitionSchema>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DefinitionSchema {
    #[serde(default, rename = "openAPIV3Schema")]
    root: Option<RootSchema>,
}

#[derive(Deserialize)]
struct RootSchema {
    #[serde(default)]
    properties: RootFields,
}

#[derive(Default, Deserialize)]
struct RootFields {
    #[serde(default)]
    spec: Option<SpecSchema>,
}

#[derive(Deserialize)]
struct SpecSchema {
    #[serde(default)]
    properties: BTreeMap<String, SpecField>,
}

/// A field, as far as its members, or those of its items, are concerned.
#[derive(Deserialize)]
struct SpecField {
    #[serde(default)]
    properties: Option<BTreeMap<String, IgnoredAny>>,
    #[serde(default)]
    items: Option<FieldItems>,
}

#[derive(Deserialize)]
struct FieldItems {
    #[serde(default)]
    properties: Option<BTreeMap<String, IgnoredAny>>,
}

impl SpecField {
    fn has(&self, name: &str) -> bool {
        let items = self.items.as_ref().and_then(|items| items.properties.as_ref());
        let mut all = self.properties.iter().chain(items);
        all.any(|members| members.contains_key(name))
    }
}

impl DefinitionSpec {
    /// The resource to read, if its objects can point at others and no rule reads them.
    fn resource(&self) -> Option<Resource> {
        if Kind::of(&self.group, &self.names.kind).is_some() {
            return None;
        }
        let version = self.versions.iter().find(|version| version.served)?;
        let root = version.schema.as_ref()?.root.as_ref()?;
        let fields = &root.properties.spec.as_ref()?.properties;
        let points = |(field, own): (&String, &SpecField)| {
            may_point(&self.group, field, |name| own.has(name))
        };
        // A resource has the life of the program, and a cluster few of these.
        fields.iter().any(points).then(|| {
            let kept = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
            let versions: &'static [&'static str] = Box::leak(Box::new([kept(&version.name)]));
            let (plural, kind) = (kept(&self.names.plural), kept(&self.names.kind));
            Resource::new(kept(&self.group), versions, plural, kind)
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn definition(group: &str, kind: &str, spec: Value) -> Value {
        json!({ "spec": {
            "group": group,
            "names": { "plural": format!("{}s", kind.to_lowercase()), "kind": kind },
            "versions": [
                { "name": "v1alpha1", "served": false },
                { "name": "v1", "served": true, "schema": { "openAPIV3Schema": {
                    "properties": { "spec": { "properties": spec }, "status": {} },
                } } },
            ],
        } })
    }

    #[test]
    fn by_the_shape_of_their_specs() {
        let target = json!({ "properties": { "group": {}, "kind": {}, "name": {} } });
        let scaled = json!({ "properties": { "apiVersion": {}, "kind": {}, "name": {} } });
        let parents = json!({ "items": { "properties": { "name": {}, "namespace": {} } } });
        let body = json!({ "items": [
            definition("guard.test", "Guard", json!({ "targetRefs": { "items": target } })),
            definition("guard.test", "Old", json!({ "targetRef": target })),
            definition("scale.test", "Scaler", json!({ "targetRef": scaled })),
            definition("maker.test", "ModelRoute", json!({ "parentRefs": parents })),
            definition("gateway.networking.k8s.io", "HTTPRoute", json!({ "parentRefs": parents })),
            definition("plain.test", "Plain", json!({ "host": { "type": "string" } })),
            definition("networking.istio.io", "DestinationRule", json!({ "host": {} })),
        ] });
        let found = of_page(body.to_string().as_bytes()).expect("it is a page");
        let names: Vec<String> = found.iter().map(Resource::full_name).collect();
        assert_eq!(
            names,
            [
                "guards.guard.test",
                "olds.guard.test",
                "modelroutes.maker.test",
                "destinationrules.networking.istio.io",
            ]
        );
        assert_eq!(found[0].versions, ["v1"]);
    }
}
