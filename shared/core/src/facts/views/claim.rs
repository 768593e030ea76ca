//! PersistentVolumeClaim.

use serde_json::Value;

use crate::facts::fields::part;
use crate::facts::{Notes, View};
use crate::kube::Meta;
use crate::schema::Refusal;

/// A PersistentVolumeClaim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    pub meta: Meta,
    /// `spec.accessModes`.
    pub modes: Vec<String>,
}

impl View for Claim {
    fn read(_: &mut Notes, object: &Value, meta: Meta) -> Result<Self, Refusal> {
        Ok(Claim { meta, modes: part(object, "/spec/accessModes")? })
    }
}
