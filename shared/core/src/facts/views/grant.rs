//! ReferenceGrant.

use serde::Deserialize;
use serde_json::Value;

use crate::facts::fields::part;
use crate::facts::{Notes, View};
use crate::kube::Meta;
use crate::schema::Refusal;

/// A ReferenceGrant; it speaks for objects of its own namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceGrant {
    pub meta: Meta,
    pub from: Vec<GrantFrom>,
    pub to: Vec<GrantTo>,
}

impl View for ReferenceGrant {
    fn read(_: &mut Notes, object: &Value, meta: Meta) -> Result<Self, Refusal> {
        let (from, to) = (part(object, "/spec/from")?, part(object, "/spec/to")?);
        Ok(ReferenceGrant { meta, from, to })
    }
}

/// An entry of `spec.from`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct GrantFrom {
    pub group: String,
    pub kind: String,
    pub namespace: String,
}

/// An entry of `spec.to`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct GrantTo {
    /// API group of the target, empty for core.
    pub group: String,
    pub kind: String,
    /// Name; absent: all of that kind.
    pub name: Option<String>,
}
