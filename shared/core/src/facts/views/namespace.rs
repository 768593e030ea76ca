//! Namespace and ConfigMap.

use std::collections::BTreeMap;

use crate::facts::{Hidden, Meta};

/// A Namespace; its labels decide about `allowedRoutes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace {
    /// Metadata.
    pub meta: Meta,
}

/// A ConfigMap; the routing rules only ask whether it exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigMap {
    /// Metadata.
    pub meta: Meta,
    /// Its entries by key; people put secrets there, too.
    pub data: BTreeMap<String, Entry>,
}

/// An entry of a ConfigMap or a Secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The member that holds it: `data`, `binaryData` or `stringData`.
    pub member: &'static str,
    /// The text, decoded; `None` when it is no UTF-8 or, masked, no base64.
    pub text: Option<Hidden>,
}
