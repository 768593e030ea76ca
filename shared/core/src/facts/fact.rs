//! Knowledge with three values.

use serde::{Deserialize, Serialize};

/// A piece of knowledge: known, known to be absent, or unknown with the reason.
///
/// Only `Absent` may be reported as missing; `Unknown` leads to "not checked".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact<T> {
    Known(T),
    /// We looked, and it is not there.
    Absent,
    /// We could not look.
    Unknown(Why),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Why {
    pub kind: WhyKind,
    /// One clause for people: what would have been needed.
    pub detail: String,
}

/// The classes of "not known" that machine output tells apart (`notChecked[].reason.kind`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WhyKind {
    Forbidden,
    NotServed,
    TimedOut,
    /// It is not among the manifests given.
    NotGiven,
    NotInstalled,
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
    pub fn not_given(detail: impl Into<String>) -> Self {
        Why { kind: WhyKind::NotGiven, detail: detail.into() }
    }

    /// Why an object is not known, as a clause of its own.
    pub fn about(&self, object: &str) -> String {
        match self.kind {
            WhyKind::NotGiven => format!("{object} is not in the input"),
            _ => format!("{object}: {}", self.detail),
        }
    }
}

impl<T> Fact<T> {
    pub fn known(self) -> Option<T> {
        match self {
            Fact::Known(value) => Some(value),
            _ => None,
        }
    }

    pub fn is_absent(&self) -> bool {
        matches!(self, Fact::Absent)
    }

    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Fact<U> {
        match self {
            Fact::Known(value) => Fact::Known(f(value)),
            Fact::Absent => Fact::Absent,
            Fact::Unknown(why) => Fact::Unknown(why),
        }
    }
}
