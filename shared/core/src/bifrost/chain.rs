//! The names of a model on its way: client, Bifrost, upstream. Field names are machine output:
//! contract.md, "Bifrost".

use serde::Serialize;

use super::cause::Cause;
use super::prediction::Circumstances;
use super::served::ServedSaid;
use super::virtual_key::Shown;

/// The whole path of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chain {
    pub request: Asked,
    pub hops: Vec<Hop>,
    /// What the upstream gets; `None` if Bifrost answers itself.
    pub upstream: Option<Upstream>,
    pub verdict: ChainVerdict,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// `model` of the body.
    pub model: String,
    pub path: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hop {
    /// `client`, `litellm`, `classifier`, `bifrost` or `upstream`.
    pub stage: &'static str,
    /// The name there.
    pub name: String,
    pub says: String,
    /// The object and field that decide; empty if there are none.
    pub at: String,
}

/// What the upstream gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Upstream {
    pub url: String,
    pub model: String,
    /// The name of the key.
    pub key: Option<String>,
}

/// What the client reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChainVerdict {
    /// The status; `None`: no answer, or unknown.
    pub status: Option<u16>,
    /// Who answers: `bifrost`, `upstream`, or `none`.
    pub by: &'static str,
    /// The fixed text of the answer.
    pub message: Option<String>,
    pub says: String,
    /// Why the outcome is unknown.
    pub unknown: Option<String>,
    /// The check that explains it.
    #[serde(skip)]
    pub cause: Option<Cause>,
    /// The check that explains the cause; whoever knows checks fills it in.
    pub code: Option<&'static str>,
}

impl ChainVerdict {
    pub(super) fn bifrost(
        status: u16,
        message: impl Into<String>,
        cause: Option<Cause>,
    ) -> ChainVerdict {
        let message = message.into();
        let says = format!("Bifrost answers {status}: {message}");
        let message = Some(message);
        ChainVerdict {
            status: Some(status),
            by: "bifrost",
            message,
            says,
            unknown: None,
            cause,
            code: None,
        }
    }

    pub(super) fn says(mut self, says: impl Into<String>) -> ChainVerdict {
        self.says = says.into();
        self
    }

    /// The request does not leave the client.
    pub(super) fn not_sent(says: String) -> ChainVerdict {
        let unknown = ChainVerdict::unknown("");
        ChainVerdict { says, unknown: None, cause: Some(Cause::NameMismatch), ..unknown }
    }

    pub(super) fn unknown(why: impl Into<String>) -> ChainVerdict {
        let why = why.into();
        let says = format!("not known, because {why}");
        ChainVerdict {
            status: None,
            by: "none",
            message: None,
            says,
            unknown: Some(why),
            cause: None,
            code: None,
        }
    }
}

/// A request to follow.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// `model` of the body.
    pub model: String,
    pub path: String,
    /// Whether LiteLLM is in between, which strips one prefix.
    pub from_litellm: bool,
    pub served: Vec<ServedSaid>,
    pub virtual_key: Option<Shown>,
    /// What no file shows.
    pub around: Circumstances,
}
