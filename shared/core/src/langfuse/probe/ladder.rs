//! What a probe came to, rung by rung.

use serde::Serialize;

use super::judgement::{Judgement, RungMark};

/// A rung, each of which rests on those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RungName {
    Service,
    Health,
    Projects,
    Export,
    Write,
    Through,
}

impl RungName {
    pub fn as_str(self) -> &'static str {
        match self {
            RungName::Service => "service",
            RungName::Health => "health",
            RungName::Projects => "projects",
            RungName::Export => "export",
            RungName::Write => "write",
            RungName::Through => "through",
        }
    }

    /// What it proves when it holds.
    pub fn proves(self) -> &'static str {
        match self {
            RungName::Service => {
                "the name in collector_url is a Service with this port and ready endpoints"
            }
            RungName::Health => "Langfuse runs and is reached",
            RungName::Projects => "the key is valid; which project it belongs to",
            RungName::Export => "path, method, content type and key of the exporter's own request",
            RungName::Write => {
                "a span goes through storage, queue, worker and ClickHouse, and can be read"
            }
            RungName::Through => "Bifrost makes a trace of a request, and it arrives",
        }
    }
}

/// A request that was sent, without anything secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RungRequest {
    pub request: String,
    /// Whether it carried the key.
    pub with_key: bool,
    /// `null`: no HTTP answer.
    pub status: Option<u16>,
    pub millis: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LadderRung {
    pub rung: RungName,
    pub mark: RungMark,
    pub cause: &'static str,
    pub says: String,
    pub proves: &'static str,
    pub next: Option<String>,
    pub notes: Vec<String>,
    pub requests: Vec<RungRequest>,
}

impl LadderRung {
    pub fn new(rung: RungName, judged: Judgement) -> LadderRung {
        let Judgement { mark, cause, says, next } = judged;
        let (notes, requests) = (Vec::new(), Vec::new());
        LadderRung { rung, mark, cause, says, proves: rung.proves(), next, notes, requests }
    }
}

/// The project of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyProject {
    pub id: String,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LadderVerdict {
    pub mark: RungMark,
    /// The rung that decides: the first that fails, else the first that is unknown after the last
    /// that holds, else that.
    pub rung: Option<RungName>,
    pub cause: &'static str,
    pub says: String,
    pub next: Option<String>,
}

/// The document of `langfuse probe`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ladder {
    /// Where the exporter sends traces; a password in it is masked.
    pub collector_url: String,
    /// The exporter, as `Kind namespace/name`.
    pub exporter: Option<String>,
    /// Where the connection went: a pod, or an address.
    pub through: Option<String>,
    /// What the exporter's way has and this one has not.
    pub skips: Vec<&'static str>,
    /// Where the key came from.
    pub key_from: Option<String>,
    pub version: Option<String>,
    pub project: Option<KeyProject>,
    /// The trace of the written span.
    pub trace_id: Option<String>,
    /// The trace of the chat request.
    pub chat_trace_id: Option<String>,
    pub rungs: Vec<LadderRung>,
    pub verdict: LadderVerdict,
}

/// What all rungs come to.
pub fn verdict(rungs: &[LadderRung]) -> LadderVerdict {
    let is = |mark: RungMark| move |rung: &&LadderRung| rung.mark == mark;
    let best = rungs.iter().rposition(|rung| rung.mark == RungMark::Proved);
    // What a later rung proves was not needed for it.
    let later = rungs.get(best.map_or(0, |at| at + 1)..).unwrap_or_default();
    let decides = rungs.iter().find(is(RungMark::Failed));
    let decides = decides.or_else(|| later.iter().find(is(RungMark::Unknown)));
    let Some(rung) = decides.or(best.map(|at| &rungs[at])) else {
        let says = "nothing could be asked".to_owned();
        let mark = RungMark::Unknown;
        return LadderVerdict { mark, rung: None, cause: "nothing-asked", says, next: None };
    };
    let LadderRung { mark, cause, says, next, .. } = rung;
    LadderVerdict {
        mark: *mark,
        rung: Some(rung.rung),
        cause,
        says: says.clone(),
        next: next.clone(),
    }
}
