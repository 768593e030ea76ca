//! What following a backendRef comes to.

/// The outcome of following a backendRef.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Worth {
    /// Requests reach it; how many endpoints are ready, if that is known.
    Reached(Option<usize>),
    /// Requests fail.
    Fails {
        /// What the client gets.
        status: u16,
        /// The reason of `ResolvedRefs=False`, `None` when the status stays True.
        reason: Option<&'static str>,
        /// The code of the check that explains it, if there is one.
        code: Option<&'static str>,
    },
    /// It cannot be said what happens. `reason` as above, when that at least is known.
    Unknown,
}
