//! What objects say beside their own view.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::status::Conditions;

/// What the store notes while it reads objects.
#[derive(Debug, Clone, Default)]
pub struct Notes {
    /// Secrets that something in the input makes once it is applied, by namespace and name, with
    /// what makes them.
    pub made: BTreeMap<(String, String), String>,
    /// Whether any HTTPRoute delegates to others.
    pub delegates: bool,
    /// The conditions of statuses, each combination once: most routes of a cluster have the same.
    pub conditions: BTreeSet<Arc<Conditions>>,
}
