//! What following a backendRef comes to.

/// The outcome of following a backendRef.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Requests reach it; the number of ready endpoints, if known.
    Reached(Option<usize>),
    Fails {
        status: u16,
        /// The reason of `ResolvedRefs=False`, `None` when the status stays True.
        reason: Option<&'static str>,
        cause: Option<BackendCause>,
    },
    /// The outcome is unknown; `reason` as above, if at least that is known.
    Unknown,
}

/// Why requests to a backend fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BackendCause {
    /// No ReferenceGrant lets the route refer to it.
    NotPermitted,
    NotFound,
    PortNotFound,
    /// An ExternalName Service, which kgateway never resolves.
    ExternalName,
    /// A kind that the implementation does not know.
    KindUnknown,
    /// No endpoint is ready.
    NoEndpoints,
    /// The backend, or a policy on it, is invalid.
    Invalid,
}

pub fn fails(status: u16, reason: &'static str, cause: BackendCause) -> Outcome {
    Outcome::Fails { status, reason: Some(reason), cause: Some(cause) }
}
