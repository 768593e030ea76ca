//! Knowledge with three values.

use serde::{Deserialize, Serialize};

/// A piece of knowledge: known, known to be absent, or unknown with the reason.
///
/// Only `Absent` may be reported as missing; `Unknown` leads to "not checked".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact<T> {
    /// We looked and found it.
    Known(T),
    /// We looked, and it is not there.
    Absent,
    /// We could not look.
    Unknown(Why),
}

/// Why something is not known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Why {
    /// The class of the reason.
    pub kind: WhyKind,
    /// One clause for people: what would have been needed.
    pub detail: String,
}

/// The classes of "not known" that machine output tells apart (`notChecked[].reason.kind`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WhyKind {
    /// The API server refused to show it.
    Forbidden,
    /// The API server does not serve this kind.
    NotServed,
    /// The answer did not come in time.
    TimedOut,
    /// It is not among the manifests given.
    NotGiven,
    /// A program or component that is needed is not installed.
    NotInstalled,
    /// Nobody has asked yet.
    NotAsked,
}

impl WhyKind {
    /// The word used in machine output.
    pub fn word(self) -> &'static str {
        match self {
            WhyKind::Forbidden => "forbidden",
            WhyKind::NotServed => "not-served",
            WhyKind::TimedOut => "timed-out",
            WhyKind::NotGiven => "not-given",
            WhyKind::NotInstalled => "not-installed",
            WhyKind::NotAsked => "not-asked",
        }
    }

    /// Whether the reason is a failure to look (exit code 3) rather than input that was not given.
    pub fn is_failure(self) -> bool {
        matches!(self, WhyKind::Forbidden | WhyKind::TimedOut)
    }
}

impl Why {
    /// A reason of the kind "not among the manifests given".
    pub fn not_given(detail: impl Into<String>) -> Self {
        Why { kind: WhyKind::NotGiven, detail: detail.into() }
    }
}

impl<T> Fact<T> {
    /// The value, if it is known.
    pub fn known(self) -> Option<T> {
        match self {
            Fact::Known(value) => Some(value),
            _ => None,
        }
    }

    /// Whether the thing is known not to be there.
    pub fn is_absent(&self) -> bool {
        matches!(self, Fact::Absent)
    }

    /// Applies `f` to a known value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Fact<U> {
        match self {
            Fact::Known(value) => Fact::Known(f(value)),
            Fact::Absent => Fact::Absent,
            Fact::Unknown(why) => Fact::Unknown(why),
        }
    }
}
