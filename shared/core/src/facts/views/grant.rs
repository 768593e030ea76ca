//! ReferenceGrant.

use serde::Deserialize;

use crate::facts::Meta;

/// A ReferenceGrant; it speaks for objects of its own namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceGrant {
    /// Metadata.
    pub meta: Meta,
    /// Who may refer.
    pub from: Vec<GrantFrom>,
    /// To what.
    pub to: Vec<GrantTo>,
}

/// An entry of `spec.from`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct GrantFrom {
    /// API group of the referrer.
    pub group: String,
    /// Kind of the referrer.
    pub kind: String,
    /// Namespace of the referrer.
    pub namespace: String,
}

/// An entry of `spec.to`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct GrantTo {
    /// API group of the target, empty for core.
    pub group: String,
    /// Kind of the target.
    pub kind: String,
    /// Name; absent: all of that kind.
    pub name: Option<String>,
}
