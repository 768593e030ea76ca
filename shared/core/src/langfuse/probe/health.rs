//! `GET /api/public/health`, without a key: is it Langfuse, which version, are its stores there?

use super::elsewhere;
use super::judgement::{Judgement, ProbeTarget, is_next_page, member};
use super::wrong_path;
use crate::langfuse::TRACES_PATH as TRACES;
use crate::wire::WireReply;
use crate::workload::Release;

/// The path below the base.
pub const HEALTH: &str = "/api/public/health";

/// What the plain question came to, and the version that answers.
pub fn judge(reply: &WireReply, to: &ProbeTarget) -> (Judgement, Option<Release>) {
    let version = member(reply, "version").and_then(|text| Release::parse(&text));
    let judgement = match reply.status {
        200 => match (member(reply, "status").as_deref(), version) {
            (Some(_), Some(version)) => {
                let (major, minor, patch) = wrong_path::FIRST;
                match version.since(major, minor, patch) {
                    true => Judgement::proved("answers", format!("Langfuse {version} answers")),
                    false => wrong_path::too_old(Some(version)),
                }
            }
            _ => elsewhere::not_langfuse(reply, to),
        },
        404 if is_next_page(reply) => match to.base.is_empty() {
            true => Judgement::failed(
                "served-under-base-path",
                "a Next.js application answers, but has no health check at the root: a Langfuse that was built with a base path has it below that",
                "put the base path before /api/public in collector_url",
            ),
            false => Judgement::failed(
                "prefix-not-served",
                format!(
                    "a Next.js application answers, but has nothing under {}: it was not built with that base path",
                    to.base
                ),
                format!("set collector_url to {}{}", to.origin, TRACES),
            ),
        },
        500 if member(reply, "status").is_some_and(|own| own.starts_with("SIGTERM")) => {
            Judgement::failed(
                "shutting-down",
                "this pod of Langfuse is shutting down",
                "wait for the new pod, and probe again",
            )
        }
        500 => elsewhere::start_failed(reply),
        503 => match member(reply, "status") {
            Some(status) if status.starts_with("Database not available") => Judgement::failed(
                "postgres-down",
                "Langfuse reports that its database is not available",
                "check Postgres (DATABASE_URL) from the web container",
            ),
            _ => elsewhere::judge(reply, to),
        },
        _ => elsewhere::judge(reply, to),
    };
    (judgement, version)
}

/// What `?failIfNoRecentEvents=true` adds: a sentence for a note, or a fault.
pub fn recent(reply: &WireReply) -> Result<Option<&'static str>, Judgement> {
    let status = member(reply, "status").unwrap_or_default();
    match reply.status {
        503 if status.starts_with("Couldn't fetch") => Err(Judgement::failed(
            "clickhouse-down",
            "Langfuse cannot ask ClickHouse: exports are accepted, but nothing can be stored or read",
            "check ClickHouse (CLICKHOUSE_URL) from the web and the worker container",
        )),
        503 if status.starts_with("No ") => {
            Ok(Some("in the last 3 minutes no trace of any project arrived in the store"))
        }
        200 => {
            Ok(Some("in the last 3 minutes some trace, of whichever project, arrived in the store"))
        }
        _ => Ok(None),
    }
}
