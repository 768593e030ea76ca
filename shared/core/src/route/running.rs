//! Whether there is a proxy.

use crate::facts::Why;

/// Whether a proxy is running for a Gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Running {
    Yes,
    /// There is no proxy: the reason of `Accepted=False`, and a sentence.
    No(String, String),
    Unknown(Why),
}
