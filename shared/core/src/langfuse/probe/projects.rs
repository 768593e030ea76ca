//! `GET /api/public/projects` with the exporter's own key: whose key is it?

use super::elsewhere;
use super::judgement::{Judgement, ProbeTarget, is_next_page, member};
use super::key::ExporterKey;
use super::ladder::KeyProject;
use super::{refused, wrong_path};
use crate::text;
use crate::wire::WireReply;
use crate::workload::Release;

pub const PROJECTS: &str = "/api/public/projects";

pub fn judge(
    reply: &WireReply,
    to: &ProbeTarget,
    key: &ExporterKey,
    version: Option<Release>,
) -> (Judgement, Option<KeyProject>) {
    let judgement = match reply.status {
        200 => match project(reply) {
            Some(project) => {
                let name = text::clip(&text::clean(&project.name), 80);
                let says = format!("the key belongs to project {name}");
                return (Judgement::proved("key-known", says), Some(project));
            }
            None => elsewhere::not_langfuse(reply, to),
        },
        401 | 403 => refused::judge(reply, Some(key)),
        404 if is_next_page(reply) => match wrong_path::judge(to, version) {
            judged if judged.cause == "rewritten-on-the-way" || judged.cause == "wrong-path" => {
                Judgement::unknown(
                    "no-projects-endpoint",
                    "Langfuse has no such page",
                    "upgrade Langfuse",
                )
            }
            judged => judged,
        },
        // Observed in both spellings, with the key in Redis and without it.
        500 if !reply.body.trim().is_empty() && member(reply, "error").is_none() => {
            Judgement::failed(
                "postgres-down",
                "500 although health answers: Langfuse cannot read its database",
                "check Postgres (DATABASE_URL) from the web container",
            )
        }
        503 if member(reply, "message").is_some() => unavailable(),
        _ => elsewhere::judge(reply, to),
    };
    (judgement, None)
}

/// `503 {"message":"Service Unavailable"}`.
pub fn unavailable() -> Judgement {
    Judgement::failed(
        "postgres-down",
        "Langfuse cannot look the key up: its database does not answer. Exporters whose key is still cached are accepted for at most 300 s after their last request",
        "check Postgres (DATABASE_URL) from the web container",
    )
}

fn project(reply: &WireReply) -> Option<KeyProject> {
    let body: serde_json::Value = serde_json::from_str(&reply.body).ok()?;
    let first = body.get("data")?.as_array()?.first()?;
    let own = |name: &str| first.get(name).and_then(|own| own.as_str()).map(str::to_owned);
    Some(KeyProject { id: own("id")?, name: own("name")? })
}
