//! What a container with Bifrost does.

use serde::Serialize;

use super::cause::Cause;
use crate::gojson::Id;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Start {
    /// It opens its port.
    Listens,
    Exits,
    /// It never gets to start.
    Hangs,
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prediction {
    pub start: Start,
    /// `None` where it listens, or that is not known.
    pub cause: Option<Cause>,
    /// The message, or why it is not known.
    pub says: String,
    /// The value of the configuration that is to blame.
    pub place: Option<Id>,
}

/// Facts of a pod that no file shows, for callers who know them.
#[derive(Debug, Clone, Default)]
pub struct Circumstances {
    /// Why the data directory, or a database in it, cannot be used.
    pub data: Option<String>,
    /// Whether hosts outside of the cluster can be reached.
    pub internet: Option<bool>,
    /// Whether the price sheet can be reached, if it differs from that.
    pub prices: Option<bool>,
    /// Whether a database with price data is there from an earlier start.
    pub has_prices: bool,
    /// The ports of the pod itself that are listened on, if known.
    pub open_ports: Option<Vec<u16>>,
    /// Hosts whose names do not resolve, whatever the Services say.
    pub unresolved: Vec<String>,
    pub outage: Option<Outage>,
}

/// How an upstream fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outage {
    /// It answers this status, with text or JSON.
    Status(u16),
    /// It answers 200 with HTML.
    Html,
    Reset,
    /// It accepts and is silent.
    Silent,
}

impl Prediction {
    pub(super) fn listens() -> Prediction {
        Prediction { start: Start::Listens, ..Prediction::unknown("") }
    }

    pub(super) fn exits(cause: Cause, says: impl Into<String>) -> Prediction {
        Prediction { start: Start::Exits, cause: Some(cause), ..Prediction::unknown(says) }
    }

    /// The doubt, if there is one: what is wrong for certain comes before what may be.
    pub(super) fn unless(self, doubt: Option<Prediction>) -> Prediction {
        match self.start {
            Start::Listens => doubt.unwrap_or(self),
            _ => self,
        }
    }

    pub(super) fn unknown(says: impl Into<String>) -> Prediction {
        Prediction { start: Start::Unknown, cause: None, says: says.into(), place: None }
    }

    pub(super) fn because_of(mut self, id: Id) -> Prediction {
        self.place = Some(id);
        self
    }
}

/// The beginning of every message about a configuration.
pub(super) fn load(says: &str) -> String {
    format!("failed to bootstrap server: failed to load config {says}")
}
