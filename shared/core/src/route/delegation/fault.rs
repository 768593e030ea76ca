//! What keeps a rule from handing requests on to other routes.

/// Why a rule cannot hand requests on, or may not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DelegationFault {
    /// kgateway answers 500 in its place, and its route has `ResolvedRefs=False` with this reason.
    Broken { reason: &'static str, says: String },
    /// Not all of the children are known; whether at least one takes requests is.
    Open { says: String, resolves: bool },
}

impl DelegationFault {
    /// No child takes requests.
    pub fn unresolved(says: String) -> Self {
        DelegationFault::Broken { reason: "BackendNotFound", says }
    }

    pub fn says(&self) -> &str {
        match self {
            DelegationFault::Broken { says, .. } | DelegationFault::Open { says, .. } => says,
        }
    }

    pub fn is_broken(&self) -> bool {
        matches!(self, DelegationFault::Broken { .. })
    }
}
