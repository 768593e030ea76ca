//! The names of a model on its way: client, Bifrost, upstream. Field names are machine output:
//! contract.md, "Bifrost".

use serde::Serialize;

use crate::facts::{Cx, Release};

use super::instance::Instance;
use super::served::Said;
use super::start::Circumstances;
use super::virtual_key::Shown;
use super::walk::Walk;

/// The whole way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chain {
    /// What the client sends.
    pub request: Asked,
    /// The name at each hop.
    pub hops: Vec<Hop>,
    /// What the upstream gets; `None` where Bifrost answers itself.
    pub upstream: Option<Upstream>,
    /// What the client reads.
    pub verdict: Verdict,
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// `model` of the body.
    pub model: String,
    /// The path.
    pub path: String,
}

/// A hop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hop {
    /// `client`, `litellm`, `classifier`, `bifrost` or `upstream`.
    pub stage: &'static str,
    /// The name there.
    pub name: String,
    /// What becomes of it.
    pub says: String,
    /// The object and field that decide; empty where none does.
    pub at: String,
}

/// What the upstream gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Upstream {
    /// The address.
    pub url: String,
    /// The model.
    pub model: String,
    /// The name of the key.
    pub key: Option<String>,
}

/// What the client reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The status; `None` where there is no answer or it is not known.
    pub status: Option<u16>,
    /// Who answers: `bifrost`, `upstream`, or `none`.
    pub by: &'static str,
    /// The fixed text of the answer.
    pub message: Option<String>,
    /// One sentence.
    pub says: String,
    /// Why it is not known.
    pub unknown: Option<String>,
    /// The check that tells the cause.
    pub code: Option<&'static str>,
}

impl Verdict {
    pub(super) fn bifrost(
        status: u16,
        message: impl Into<String>,
        code: Option<&'static str>,
    ) -> Verdict {
        let message = message.into();
        let says = format!("Bifrost answers {status}: {message}");
        let message = Some(message);
        Verdict { status: Some(status), by: "bifrost", message, says, unknown: None, code }
    }

    pub(super) fn says(mut self, says: impl Into<String>) -> Verdict {
        self.says = says.into();
        self
    }

    pub(super) fn unknown(why: impl Into<String>) -> Verdict {
        let why = why.into();
        let says = format!("not known, because {why}");
        Verdict { status: None, by: "none", message: None, says, unknown: Some(why), code: None }
    }
}

/// A request to follow.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// `model` of the body.
    pub model: String,
    /// The path.
    pub path: String,
    /// Whether LiteLLM stands in between, which takes one prefix off.
    pub from_litellm: bool,
    /// What upstreams serve.
    pub served: Vec<Said>,
    /// The client's own key.
    pub virtual_key: Option<Shown>,
    /// What no file shows.
    pub around: Circumstances,
}

/// Follows a request through an instance, whatever of the possible versions it is.
pub fn follow(cx: &Cx, instance: &Instance, query: &Query) -> Chain {
    let mut chains: Vec<(Release, Chain)> = instance
        .releases()
        .into_iter()
        .map(|release| (release, Walk::new(cx, instance, query, release).run()))
        .collect();
    let (_, mut last) = match chains.pop() {
        Some(newest) => newest,
        None => return Walk::new(cx, instance, query, super::OBSERVED[2]).run(),
    };
    let differs: Vec<String> = chains
        .iter()
        .filter(|(_, chain)| chain.verdict.status != last.verdict.status)
        .map(|(release, chain)| match chain.verdict.status {
            Some(status) => format!("{status} by {release}"),
            None => format!("{} by {release}", chain.verdict.says),
        })
        .collect();
    if !differs.is_empty() {
        let newest = last.verdict.status.map_or("?".to_owned(), |status| status.to_string());
        last.verdict = Verdict::unknown(format!(
            "it depends on the version ({}, {newest} by 2.0); --assume bifrost=VERSION",
            differs.join(", ")
        ));
        last.upstream = None;
    }
    last
}
