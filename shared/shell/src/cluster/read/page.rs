//! A page of a list: its items go one by one into the store, so that only views stay.

use igw_core::facts::{Store, decode};
use igw_core::kube::Origin;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::cluster::read_error::ReadError;
use crate::input::bundle::Kept;

pub struct Into<'a> {
    pub store: &'a mut Store,
    /// What is also kept for a bundle.
    pub kept: Option<&'a mut Kept>,
}

/// The end of a page, read before its items are.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PageEnd {
    /// Where to go on; `None` on the last page.
    pub next: Option<String>,
    /// `metadata.resourceVersion`, the same on every page.
    pub version: Option<String>,
    /// Whether it has no items.
    pub empty: bool,
}

/// Whether a body is a list, and where it goes on.
///
/// # Errors
/// When it is not a list or breaks off: nothing of it is used then.
pub fn end(body: &[u8]) -> Result<PageEnd, ReadError> {
    #[derive(Deserialize)]
    struct Page {
        #[serde(default)]
        metadata: Metadata,
        // `null` stands for no items.
        #[serde(default, deserialize_with = "counted")]
        items: Option<usize>,
    }
    #[derive(Default, Deserialize)]
    struct Metadata {
        #[serde(default, rename = "continue")]
        next: Option<String>,
        #[serde(default, rename = "resourceVersion")]
        version: Option<String>,
    }
    fn counted<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
        let items = Option::<Vec<IgnoredAny>>::deserialize(deserializer)?;
        Ok(Some(items.map_or(0, |items| items.len())))
    }
    let page: Page = serde_json::from_slice(body).map_err(|error| match error.is_data() {
        true => ReadError::Broken("it is not a list".to_owned()),
        false => ReadError::not_json(&error),
    })?;
    let empty = page.items == Some(0);
    if page.items.is_none() {
        return Err(ReadError::Broken("it is not a list".to_owned()));
    }
    let Metadata { next, version } = page.metadata;
    Ok(PageEnd { next: next.filter(|next| !next.is_empty()), version, empty })
}

/// Puts the items of a page into the store. Items of built-in lists lack apiVersion and kind.
///
/// # Errors
/// When an item cannot be read.
pub fn fill(into: &mut Into, body: &[u8], api_version: &str, kind: &str) -> Result<(), ReadError> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    PageSeed { into, api_version, kind }
        .deserialize(&mut reader)
        .map_err(|error| ReadError::not_json(&error))
}

pub fn put(into: &mut Into, mut object: Value, api_version: &str, kind: &str) {
    if let Some(members) = object.as_object_mut() {
        members.entry("apiVersion").or_insert_with(|| api_version.into());
        members.entry("kind").or_insert_with(|| kind.into());
    }
    if let Some(kept) = &mut into.kept {
        kept.add(&object);
    }
    // Objects of a cluster have their namespace, or are cluster-scoped.
    decode(into.store, object, Origin::CLUSTER, "");
}

struct PageSeed<'a, 'b> {
    into: &'a mut Into<'b>,
    api_version: &'a str,
    kind: &'a str,
}

impl<'de> DeserializeSeed<'de> for PageSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for PageSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "items" => map.next_value_seed(Items {
                    into: &mut *self.into,
                    api_version: self.api_version,
                    kind: self.kind,
                })?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

struct Items<'a, 'b> {
    into: &'a mut Into<'b>,
    api_version: &'a str,
    kind: &'a str,
}

impl<'de> DeserializeSeed<'de> for Items<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Items<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("items")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let written = ["ConfigMap", "Secret"].contains(&self.kind);
        while let Some(item) = items.next_element_seed(Members { of: "", written })? {
            put(self.into, item, self.api_version, self.kind);
        }
        Ok(())
    }
}

/// An object, or its metadata, without `managedFields` unless rules look at them: there is more of
/// them than of all the rest.
#[derive(Clone, Copy)]
struct Members {
    of: &'static str,
    /// Whether it matters when the object was written.
    written: bool,
}

impl<'de> DeserializeSeed<'de> for Members {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Members {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut out = serde_json::Map::new();
        while let Some(key) = map.next_key::<String>()? {
            let value = match (self.of, key.as_str()) {
                ("", "metadata") => map.next_value_seed(Members { of: "metadata", ..self })?,
                ("metadata", "managedFields") if !self.written => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
                _ => map.next_value()?,
            };
            out.insert(key, value);
        }
        Ok(out.into())
    }
}

#[cfg(test)]
mod tests {
    use igw_core::facts::{Facts, Scope};
    use igw_core::kube::Kind;

    use super::*;

    #[test]
    fn where_a_page_ends() {
        let next = |body: &str| end(body.as_bytes()).map(|end| end.next);
        assert_eq!(next(r#"{"items":[{}],"metadata":{"continue":"abc"}}"#), Ok(Some("abc".into())));
        assert_eq!(next(r#"{"items":[],"metadata":{"continue":""}}"#), Ok(None));
        assert_eq!(next(r#"{"items":null}"#), Ok(None));
        let broken = |why: &str| Err(ReadError::Broken(why.to_owned()));
        assert_eq!(next(r#"{"items":[{}"#), broken("it breaks off"));
        assert_eq!(next(r#"{"kind":"Status"}"#), broken("it is not a list"));
        assert_eq!(next("[]"), broken("it is not a list"));
        assert_eq!(next("<html>"), broken("it is not JSON, at line 1 column 1"));
    }

    #[test]
    fn items_of_built_in_kinds_get_their_kind() {
        let mut store = Store::default();
        let body = br#"{"kind":"NamespaceList","items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]}"#;
        let mut into = Into { store: &mut store, kept: None };
        fill(&mut into, body, "v1", "Namespace").expect("it is a list");
        let scope = Scope::default();
        let found = Facts::new(&store, &scope).list::<igw_core::facts::views::Namespace>(None);
        let names: Vec<_> = found.items.iter().map(|n| n.meta.title()).collect();
        assert_eq!(names, ["Namespace a", "Namespace b"]);
        assert_eq!(Kind::of("", "Namespace"), Some(Kind::Namespace));
    }
}
