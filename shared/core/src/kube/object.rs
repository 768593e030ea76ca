//! What is known of every object: its name, and where it was read.

use serde::Serialize;
use serde_json::Value;

use super::{Interned, Pairs};

/// Reference to an object, as it appears in reports.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjRef {
    /// `group/version`, or the version alone for the core group.
    pub api_version: String,
    pub kind: String,
    /// The namespace; `None` for cluster-scoped objects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    pub name: String,
}

impl ObjRef {
    /// The object of a manifest; what it does not say is empty.
    pub fn of(object: &Value) -> ObjRef {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let meta = &object["metadata"];
        ObjRef {
            api_version: text(&object["apiVersion"]).unwrap_or_default(),
            kind: text(&object["kind"]).unwrap_or_default(),
            namespace: text(&meta["namespace"]),
            name: text(&meta["name"]).unwrap_or_default(),
        }
    }
}

impl std::fmt::Display for ObjRef {
    /// `Kind ns/name`, ready to paste.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{} {}/{}", self.kind, namespace, self.name),
            None => write!(f, "{} {}", self.kind, self.name),
        }
    }
}

/// Where an object was read from; only the shell can interpret the indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Origin {
    pub file: u32,
    pub document: u32,
    /// Index inside the `items` of a List.
    pub item: Option<u32>,
}

/// The object metadata that every view keeps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Meta {
    /// `group/version` as written.
    pub api_version: Interned,
    /// The kind as written.
    pub kind: Interned,
    /// The namespace; empty for cluster-scoped objects.
    pub namespace: String,
    pub name: String,
    /// Labels.
    pub labels: Pairs,
    /// RFC 3339 text; `None` in a manifest that was never stored.
    pub created: Option<String>,
    /// Whether the object has a uid, i.e. an API server has admitted it.
    pub stored: bool,
    pub origin: Origin,
    /// Its annotation `igw.dev/ignore`.
    pub ignore: Option<Box<str>>,
}

impl Origin {
    /// Read from the API server, not from a file.
    pub const CLUSTER: Origin = Origin { file: u32::MAX, document: u32::MAX, item: None };
}

impl Meta {
    /// Whether it comes from a file or a test, not from a cluster.
    pub fn is_laid(&self) -> bool {
        self.origin != Origin::CLUSTER
    }

    pub fn reference(&self) -> ObjRef {
        ObjRef {
            api_version: self.api_version.to_string(),
            kind: self.kind.to_string(),
            namespace: (!self.namespace.is_empty()).then(|| self.namespace.clone()),
            name: self.name.clone(),
        }
    }

    /// API group; empty for core.
    pub fn group(&self) -> &str {
        group_of(&self.api_version)
    }

    /// `ns/name`.
    pub fn full_name(&self) -> String {
        full_name(&self.namespace, &self.name)
    }

    /// Whether `wanted` names this object, as `name` or `namespace/name`.
    pub fn is_called(&self, wanted: &str) -> bool {
        let full = wanted.split_once('/').filter(|_| !self.namespace.is_empty());
        wanted == self.name || full == Some((self.namespace.as_str(), self.name.as_str()))
    }

    /// Whether both have the same namespace and name; they must be of the same kind.
    pub fn is_same(&self, other: &Meta) -> bool {
        self.name == other.name && self.namespace == other.namespace
    }

    /// `Kind ns/name`.
    pub fn title(&self) -> String {
        format!("{} {}", self.kind, self.full_name())
    }

    /// The key by which tables sort.
    pub fn key(&self) -> (String, String) {
        (self.namespace.clone(), self.name.clone())
    }
}

/// `ns/name`; the name alone where there is no namespace, or it is not known.
pub fn full_name(namespace: &str, name: &str) -> String {
    match namespace {
        "" => name.to_owned(),
        namespace => format!("{namespace}/{name}"),
    }
}

/// The API group of `group/version`; empty for core.
pub fn group_of(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}
