//! HTTPRoute.

use serde::Deserialize;
use serde_json::Value;

use super::backend_ref::{BackendRef, Filter, LocalRef};
use super::written::written;
use crate::facts::fields::part;
use crate::facts::status::Written;
use crate::facts::{Notes, View};
use crate::kube::{Interned, Meta, full_name, read_interned};
use crate::schema::Refusal;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HttpRoute {
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
    /// Which of its policies and of those of the routes that it delegates to count (kgateway's
    /// annotation `kgateway.dev/inherited-policy-priority`).
    pub priority: PolicyPriority,
    /// Its annotation `kgateway.dev/http-redirect-status-code`.
    pub redirect_code: Option<String>,
    /// Its status.
    pub written: Written,
}

impl View for HttpRoute {
    fn read(notes: &mut Notes, object: &Value, meta: Meta) -> Result<Self, Refusal> {
        let written = written(notes, object, &meta);
        let annotations = &object["metadata"]["annotations"];
        let route = HttpRoute {
            meta,
            parents: part(object, "/spec/parentRefs")?,
            hostnames: part(object, "/spec/hostnames")?,
            rules: part(object, "/spec/rules")?,
            inherits: inherits(&annotations["delegation.kgateway.dev/inherit-parent-matcher"]),
            priority: PolicyPriority::read(&annotations["kgateway.dev/inherited-policy-priority"]),
            redirect_code: annotations["kgateway.dev/http-redirect-status-code"]
                .as_str()
                .map(str::to_owned),
            written,
        };
        let mut references = route.rules.iter().flat_map(|rule| &rule.backend_refs);
        notes.delegates |= references.any(BackendRef::is_delegation);
        Ok(route)
    }

    fn inherit(&mut self, before: &HttpRoute) {
        let spec = |own: &HttpRoute| (own.inherits, own.priority, own.redirect_code.clone());
        let same = (&self.parents, &self.hostnames, &self.rules, spec(self))
            == (&before.parents, &before.hostnames, &before.rules, spec(before));
        if same {
            self.written = before.written.clone();
        }
    }
}

impl HttpRoute {
    /// Whether it is a GRPCRoute whose rules are known.
    pub fn is_of_calls(&self) -> bool {
        self.meta.kind == "GRPCRoute" && !self.rules.is_empty()
    }
}

/// The values that kgateway takes for yes (its `pkg/kgateway/utils/delegation`).
fn inherits(value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default().to_ascii_lowercase();
    ["true", "yes", "enabled"].contains(&text.as_str())
}

/// Whose policy counts where a route and one that it delegates to have one of the same kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PolicyPriority {
    /// The child's, field by field: kgateway's default.
    #[default]
    Child,
    /// The parent's, field by field.
    Parent,
    /// They are merged within the fields, or the value is not one of kgateway's.
    Merged,
}

impl PolicyPriority {
    fn read(value: &Value) -> Self {
        match value.as_str() {
            None | Some("ShallowMergePreferChild") => PolicyPriority::Child,
            Some("ShallowMergePreferParent") => PolicyPriority::Parent,
            Some(_) => PolicyPriority::Merged,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ParentRef {
    #[serde(deserialize_with = "read_interned")]
    pub group: Interned,
    #[serde(deserialize_with = "read_interned")]
    pub kind: Interned,
    /// Namespace; the route's own if absent.
    pub namespace: Option<String>,
    pub name: String,
    pub section_name: Option<String>,
    pub port: Option<u16>,
}

impl ParentRef {
    /// The namespace that it means.
    pub fn namespace_from<'a>(&'a self, route: &'a Meta) -> &'a str {
        self.namespace.as_deref().unwrap_or(&route.namespace)
    }

    /// `Gateway ns/name`
    pub fn title(&self, route: &Meta) -> String {
        format!("{} {}", self.kind, full_name(self.namespace_from(route), &self.name))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Rule {
    pub name: Option<String>,
    /// Alternatives; empty: everything.
    pub matches: Vec<Match>,
    pub filters: Vec<Filter>,
    pub backend_refs: Vec<BackendRef>,
    pub timeouts: Option<Box<Timeouts>>,
    pub retry: Option<Box<Retry>>,
}

/// `rules[].retry`, of the experimental channel.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Retry {
    /// How often a try that failed is repeated at most; absent: as the implementation has it.
    pub attempts: Option<u32>,
}

/// `rules[].timeouts`, as written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Timeouts {
    /// For the whole request.
    pub request: Option<String>,
    /// For one try at a backend.
    pub backend_request: Option<String>,
}

impl Rule {
    /// What its ExtensionRef filters name.
    pub fn extension_refs(&self) -> impl Iterator<Item = &LocalRef> {
        self.filters.iter().filter_map(|filter| match filter {
            Filter::ExtensionRef { target } => Some(target),
            _ => None,
        })
    }
}

/// One alternative of a rule; all its parts must hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Match {
    pub path: PathMatch,
    pub headers: Vec<ValueMatch>,
    pub query_params: Vec<ValueMatch>,
    pub method: Option<String>,
}

/// How a path is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Deserialize)]
pub enum PathType {
    Exact,
    /// A prefix by path elements.
    #[default]
    PathPrefix,
    /// A regular expression (Envoy: RE2, of the whole path).
    RegularExpression,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
pub struct PathMatch {
    #[serde(rename = "type", default)]
    pub kind: PathType,
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
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(default)]
pub struct ValueMatch {
    /// `Exact` or `RegularExpression`.
    #[serde(rename = "type")]
    pub kind: ValueType,
    pub name: String,
    pub value: String,
}

/// How a header or query parameter is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
pub enum ValueType {
    #[default]
    Exact,
    /// A regular expression of the whole value.
    RegularExpression,
}
