//! Namespace and ConfigMap: only what they are called.

use crate::facts::Meta;

/// A Namespace; its labels decide about `allowedRoutes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace {
    /// Metadata.
    pub meta: Meta,
}

/// A ConfigMap; rules here only ask whether it exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigMap {
    /// Metadata.
    pub meta: Meta,
}
