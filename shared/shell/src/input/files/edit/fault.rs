//! Why a text is not changed.

/// A reason, and the byte of the document that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EditFault {
    pub(super) at: usize,
    /// A lower-case fragment.
    pub(super) reason: String,
}

impl EditFault {
    pub(super) fn new(at: usize, reason: impl Into<String>) -> Self {
        EditFault { at, reason: reason.into() }
    }
}

pub(super) type Fallible<T> = Result<T, EditFault>;
