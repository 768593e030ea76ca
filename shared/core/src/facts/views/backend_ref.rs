//! A reference to a backend, and filters, which may have one themselves.

use serde::Deserialize;
use serde_json::Value;

use crate::kube::{GATEWAY_API, Interned, Meta, read_interned};
use crate::text;

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct BackendRef {
    /// API group, empty for core.
    #[serde(deserialize_with = "read_interned")]
    pub group: Interned,
    /// Kind, `Service` by default.
    #[serde(deserialize_with = "read_interned")]
    pub kind: Interned,
    /// Namespace; the route's own if absent.
    pub namespace: Option<String>,
    pub name: String,
    /// The Service's port.
    pub port: Option<u16>,
    /// Weight, 1 by default.
    pub weight: u32,
    /// Filters that apply to this backend only.
    pub filters: Vec<Filter>,
}

impl BackendRef {
    /// The namespace that it means.
    pub fn namespace_from<'a>(&'a self, route: &'a Meta) -> &'a str {
        self.namespace.as_deref().unwrap_or(&route.namespace)
    }

    /// Whether this delegates requests to other HTTPRoutes (kgateway delegation, kgateway.md 5).
    pub fn is_delegation(&self) -> bool {
        (self.group == GATEWAY_API && self.kind == "HTTPRoute") || self.delegates_by_label()
    }

    /// Whether its name is the value of the label `delegation.kgateway.dev/label` of those routes.
    pub fn delegates_by_label(&self) -> bool {
        self.group == "delegation.kgateway.dev" && self.kind == "label"
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "type")]
pub enum Filter {
    RequestHeaderModifier {
        #[serde(rename = "requestHeaderModifier", default)]
        change: HeaderChange,
    },
    ResponseHeaderModifier {
        #[serde(rename = "responseHeaderModifier", default)]
        change: HeaderChange,
    },
    /// Copies requests to another backend.
    RequestMirror {
        #[serde(rename = "requestMirror", default)]
        mirror: Mirror,
    },
    RequestRedirect {
        #[serde(rename = "requestRedirect", default)]
        redirect: Redirect,
    },
    #[serde(rename = "URLRewrite")]
    UrlRewrite {
        #[serde(rename = "urlRewrite", default)]
        rewrite: Rewrite,
    },
    #[serde(rename = "CORS")]
    Cors {
        #[serde(default)]
        cors: Cors,
    },
    /// Authorization by another service (experimental channel).
    ExternalAuth {
        /// The settings, not modelled.
        #[serde(rename = "externalAuth", default)]
        auth: Value,
    },
    /// An implementation-specific filter.
    ExtensionRef {
        #[serde(rename = "extensionRef", default)]
        target: LocalRef,
    },
    /// A type that the API does not have; an object may be stored with it all the same.
    #[serde(other)]
    Other,
}

impl Filter {
    /// The value of its `type` field.
    pub fn type_name(&self) -> &'static str {
        match self {
            Filter::RequestHeaderModifier { .. } => "RequestHeaderModifier",
            Filter::ResponseHeaderModifier { .. } => "ResponseHeaderModifier",
            Filter::RequestMirror { .. } => "RequestMirror",
            Filter::RequestRedirect { .. } => "RequestRedirect",
            Filter::UrlRewrite { .. } => "URLRewrite",
            Filter::Cors { .. } => "CORS",
            Filter::ExternalAuth { .. } => "ExternalAuth",
            Filter::ExtensionRef { .. } => "ExtensionRef",
            Filter::Other => "of an unknown type",
        }
    }

    /// What the API does not have in it, as a clause; controllers that meet such a filter in a stored
    /// object differ.
    pub fn unsound(&self) -> Option<String> {
        let path = match self {
            Filter::Other => {
                return Some("a filter has a type that the API does not have".to_owned());
            }
            Filter::UrlRewrite { rewrite } => &rewrite.path,
            Filter::RequestRedirect { redirect } => &redirect.path,
            _ => return None,
        };
        match path {
            Some(PathChange::Unsound(change)) => Some(change.says()),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct HeaderChange {
    /// Headers to set, replacing existing values.
    pub set: Vec<Header>,
    /// Headers to append.
    pub add: Vec<Header>,
    pub remove: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Header {
    pub name: String,
    pub value: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Mirror {
    pub backend_ref: BackendRef,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Redirect {
    pub scheme: Option<String>,
    pub hostname: Option<String>,
    pub path: Option<PathChange>,
    pub port: Option<u16>,
    /// Status code, 302 by default.
    pub status_code: Option<u16>,
}

impl Redirect {
    pub fn status(&self) -> u16 {
        self.status_code.unwrap_or(302)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Rewrite {
    pub hostname: Option<String>,
    pub path: Option<PathChange>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "WrittenPathChange")]
pub enum PathChange {
    ReplaceFullPath {
        value: String,
    },
    ReplacePrefixMatch {
        value: String,
    },
    /// One that the API server refuses today; an object may be stored with it all the same.
    Unsound(Box<WrittenPathChange>),
}

/// A change of a path as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct WrittenPathChange {
    #[serde(rename = "type")]
    pub kind: String,
    pub replace_full_path: Option<String>,
    pub replace_prefix_match: Option<String>,
}

impl WrittenPathChange {
    /// What is wrong with it, as a clause.
    pub fn says(&self) -> String {
        let (member, other) = match self.kind.as_str() {
            "ReplaceFullPath" => ("replaceFullPath", "replacePrefixMatch"),
            "ReplacePrefixMatch" => ("replacePrefixMatch", "replaceFullPath"),
            kind => return format!("the path type {} does not exist", text::clean(kind)),
        };
        match (&self.replace_full_path, &self.replace_prefix_match) {
            (Some(_), Some(_)) => format!("a path of type {} has a {other}", self.kind),
            _ => format!("a path of type {} has no {member}", self.kind),
        }
    }
}

impl From<WrittenPathChange> for PathChange {
    fn from(own: WrittenPathChange) -> Self {
        match (own.kind.as_str(), &own.replace_full_path, &own.replace_prefix_match) {
            ("ReplaceFullPath", Some(value), None) => {
                PathChange::ReplaceFullPath { value: value.clone() }
            }
            ("ReplacePrefixMatch", None, Some(value)) => {
                PathChange::ReplacePrefixMatch { value: value.clone() }
            }
            _ => PathChange::Unsound(Box::new(own)),
        }
    }
}

/// CORS settings that decide who answers a preflight request.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Cors {
    pub allow_origins: Vec<String>,
}

/// A reference within the route's namespace.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct LocalRef {
    pub group: String,
    pub kind: String,
    pub name: String,
}
