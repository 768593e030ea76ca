//! HTTPRoute.

use serde::Deserialize;
use serde_json::Value;

use crate::facts::word::{self, Word};
use crate::facts::{GATEWAY_API, Meta};

/// An HTTPRoute.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HttpRoute {
    /// Metadata.
    pub meta: Meta,
    /// `spec.parentRefs`.
    pub parents: Vec<ParentRef>,
    /// `spec.hostnames`, empty for any.
    pub hostnames: Vec<String>,
    /// `spec.rules`.
    pub rules: Vec<Rule>,
    /// Its matches continue those of the route that delegates to it (kgateway's annotation
    /// `delegation.kgateway.dev/inherit-parent-matcher`).
    pub inherits: bool,
    /// Its status.
    pub written: super::Written,
}

impl HttpRoute {
    /// Takes over the status of the same route, unless its spec differs.
    pub fn inherit_status(&mut self, before: &HttpRoute) {
        let same = (&self.parents, &self.hostnames, &self.rules, self.inherits)
            == (&before.parents, &before.hostnames, &before.rules, before.inherits);
        if same {
            self.written = before.written.clone();
        }
    }
}

/// A reference of a route to a parent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ParentRef {
    /// API group.
    #[serde(deserialize_with = "word::read")]
    pub group: Word,
    /// Kind.
    #[serde(deserialize_with = "word::read")]
    pub kind: Word,
    /// Namespace; the route's own if absent.
    pub namespace: Option<String>,
    /// Name.
    pub name: String,
    /// A listener's name.
    pub section_name: Option<String>,
    /// A listener's port.
    pub port: Option<u16>,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Rule {
    /// Optional name.
    pub name: Option<String>,
    /// Alternatives; empty: everything.
    pub matches: Vec<Match>,
    /// Filters.
    pub filters: Vec<Filter>,
    /// Where requests go.
    pub backend_refs: Vec<BackendRef>,
}

/// One alternative of a rule; all its parts must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Match {
    /// The path.
    pub path: PathMatch,
    /// Headers.
    pub headers: Vec<ValueMatch>,
    /// Query parameters.
    pub query_params: Vec<ValueMatch>,
    /// Method.
    pub method: Option<String>,
}

/// How a path is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Deserialize)]
pub enum PathType {
    /// The whole path.
    Exact,
    /// A prefix by path elements.
    #[default]
    PathPrefix,
    /// A regular expression (Envoy: RE2, of the whole path).
    RegularExpression,
}

/// A path match.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PathMatch {
    /// Its type.
    #[serde(rename = "type", default)]
    pub kind: PathType,
    /// Its value.
    #[serde(default = "root")]
    pub value: String,
}

fn root() -> String {
    "/".to_owned()
}

impl Default for PathMatch {
    fn default() -> Self {
        PathMatch { kind: PathType::PathPrefix, value: root() }
    }
}

/// A header or query parameter match.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct ValueMatch {
    /// `Exact` or `RegularExpression`.
    #[serde(rename = "type")]
    pub kind: ValueType,
    /// Name.
    pub name: String,
    /// Value.
    pub value: String,
}

/// How a header or query parameter is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum ValueType {
    /// The whole value.
    #[default]
    Exact,
    /// A regular expression of the whole value.
    RegularExpression,
}

/// A backend reference.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct BackendRef {
    /// API group, empty for core.
    #[serde(deserialize_with = "word::read")]
    pub group: Word,
    /// Kind, `Service` by default.
    #[serde(deserialize_with = "word::read")]
    pub kind: Word,
    /// Namespace; the route's own if absent.
    pub namespace: Option<String>,
    /// Name.
    pub name: String,
    /// The Service's port.
    pub port: Option<u16>,
    /// Weight, 1 by default.
    pub weight: u32,
    /// Filters of this backend alone.
    pub filters: Vec<Filter>,
}

impl BackendRef {
    /// Whether it hands requests on to other HTTPRoutes (kgateway's delegation, kgateway.md 5).
    pub fn is_delegation(&self) -> bool {
        (self.group == GATEWAY_API && self.kind == "HTTPRoute")
            || self.group == "delegation.kgateway.dev"
    }
}

/// A filter.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "type")]
pub enum Filter {
    /// Changes request headers.
    RequestHeaderModifier {
        /// The changes.
        #[serde(rename = "requestHeaderModifier", default)]
        change: HeaderChange,
    },
    /// Changes response headers.
    ResponseHeaderModifier {
        /// The changes.
        #[serde(rename = "responseHeaderModifier", default)]
        change: HeaderChange,
    },
    /// Copies requests to another backend.
    RequestMirror {
        /// The mirror.
        #[serde(rename = "requestMirror", default)]
        mirror: Mirror,
    },
    /// Answers with a redirect.
    RequestRedirect {
        /// The redirect.
        #[serde(rename = "requestRedirect", default)]
        redirect: Redirect,
    },
    /// Rewrites host and path.
    #[serde(rename = "URLRewrite")]
    UrlRewrite {
        /// The rewrite.
        #[serde(rename = "urlRewrite", default)]
        rewrite: Rewrite,
    },
    /// Cross-origin resource sharing.
    #[serde(rename = "CORS")]
    Cors {
        /// The settings.
        #[serde(default)]
        cors: Cors,
    },
    /// Authorization by another service (experimental channel).
    ExternalAuth {
        /// The settings, not modelled.
        #[serde(rename = "externalAuth", default)]
        auth: Value,
    },
    /// An implementation's own filter.
    ExtensionRef {
        /// The object.
        #[serde(rename = "extensionRef", default)]
        target: LocalRef,
    },
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
        }
    }
}

/// Changes to headers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct HeaderChange {
    /// Replaces.
    pub set: Vec<Header>,
    /// Appends.
    pub add: Vec<Header>,
    /// Removes.
    pub remove: Vec<String>,
}

/// A header.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Header {
    /// Name.
    pub name: String,
    /// Value.
    pub value: String,
}

/// A mirror.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Mirror {
    /// Where copies go.
    pub backend_ref: BackendRef,
}

/// A redirect.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Redirect {
    /// New scheme.
    pub scheme: Option<String>,
    /// New host.
    pub hostname: Option<String>,
    /// New path.
    pub path: Option<PathChange>,
    /// New port.
    pub port: Option<u16>,
    /// Status code, 302 by default.
    pub status_code: Option<u16>,
}

/// A rewrite.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Rewrite {
    /// New host.
    pub hostname: Option<String>,
    /// New path.
    pub path: Option<PathChange>,
}

/// A change of the path.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "type")]
pub enum PathChange {
    /// The whole path is replaced.
    ReplaceFullPath {
        /// By this.
        #[serde(rename = "replaceFullPath", default)]
        value: String,
    },
    /// The matched prefix is replaced.
    ReplacePrefixMatch {
        /// By this.
        #[serde(rename = "replacePrefixMatch", default)]
        value: String,
    },
}

/// CORS settings that decide who answers a preflight request.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Cors {
    /// Origins that are allowed.
    pub allow_origins: Vec<String>,
}

/// A reference within the route's namespace.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct LocalRef {
    /// API group.
    pub group: String,
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
}
