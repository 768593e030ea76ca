//! Has the span arrived? Two endpoints know, each in some modes, and an empty answer of one is no
//! proof.

use super::elsewhere;
use super::judgement::{Judgement, ProbeTarget, is_next_page, member};
use super::key::ExporterKey;
use super::refused;
use crate::wire::WireReply;
use crate::workload::Release;

/// Where a trace can be looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadEndpoint {
    /// `/api/public/v2/observations`: what v4 writes.
    Observations,
    /// `/api/public/traces/ID`: what v3 writes, and v4 unless in the mode `events_only`.
    Trace,
}

impl ReadEndpoint {
    /// In the order in which they are asked.
    pub fn order(version: Option<Release>) -> [ReadEndpoint; 2] {
        match version.is_some_and(|own| own.major < 4) {
            true => [ReadEndpoint::Trace, ReadEndpoint::Observations],
            false => [ReadEndpoint::Observations, ReadEndpoint::Trace],
        }
    }

    pub fn target(self, base: &str, trace: &str) -> String {
        match self {
            ReadEndpoint::Observations => {
                format!("{base}/api/public/v2/observations?traceId={trace}&limit=1")
            }
            ReadEndpoint::Trace => format!("{base}/api/public/traces/{trace}"),
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            ReadEndpoint::Observations => "v2/observations",
            ReadEndpoint::Trace => "traces",
        }
    }
}

/// What one look came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sighting {
    Arrived,
    /// Not there, or not yet.
    NotThere,
    /// This endpoint cannot know in this mode or version.
    WrongEndpoint,
    Fault(Judgement),
}

pub fn judge(
    reply: &WireReply,
    endpoint: ReadEndpoint,
    to: &ProbeTarget,
    key: &ExporterKey,
) -> Sighting {
    let message = member(reply, "message").unwrap_or_default();
    let error = member(reply, "error").unwrap_or_default();
    match (reply.status, endpoint) {
        (200, ReadEndpoint::Observations) => {
            let body: Option<serde_json::Value> = serde_json::from_str(&reply.body).ok();
            let data = body.as_ref().and_then(|body| body.get("data")?.as_array());
            match data {
                Some(data) if data.is_empty() => Sighting::NotThere,
                Some(_) => Sighting::Arrived,
                // What is cut begins with what was found.
                None if reply.cut && reply.body.starts_with("{\"data\":[{") => Sighting::Arrived,
                None => Sighting::Fault(elsewhere::not_langfuse(reply, to)),
            }
        }
        (200, ReadEndpoint::Trace) => {
            let found = member(reply, "id").is_some() || reply.cut && reply.body.starts_with("{\"");
            match found {
                true => Sighting::Arrived,
                false => Sighting::Fault(elsewhere::not_langfuse(reply, to)),
            }
        }
        (404, _) if message.contains("events_only mode") => Sighting::WrongEndpoint,
        (404, _) if message.contains("only available in a Langfuse v4 write mode") => {
            Sighting::WrongEndpoint
        }
        (404, ReadEndpoint::Trace) if error == "LangfuseNotFoundError" => Sighting::NotThere,
        // Versions before the endpoint.
        (404, _) if is_next_page(reply) => Sighting::WrongEndpoint,
        (500, _) if error.contains("ECONNREFUSED") || error.contains("ENOTFOUND") => {
            Sighting::Fault(Judgement::failed(
                "clickhouse-down",
                "Langfuse cannot ask ClickHouse: exports are accepted, but nothing can be stored or read",
                "check ClickHouse (CLICKHOUSE_URL) from the web and the worker container",
            ))
        }
        (500, _) => Sighting::Fault(Judgement::unknown(
            "read-back-failed",
            format!("the endpoint {} answers 500", endpoint.name()),
            "read the log of the Langfuse web container, and check ClickHouse",
        )),
        (401 | 403, _) => {
            let mut judged = refused::judge(reply, Some(key));
            judged.mark = super::judgement::RungMark::Unknown;
            Sighting::Fault(judged)
        }
        _ => Sighting::Fault(elsewhere::judge(reply, to)),
    }
}
