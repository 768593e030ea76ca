//! The path that Langfuse does not have: its 404 is a page of Next.js, before any authentication.

use super::judgement::{Judgement, ProbeTarget};
use crate::langfuse::endpoint::{self, PathFault};
use crate::langfuse::{TRACES_BASE, TRACES_PATH as TRACES};
use crate::workload::Release;

/// The first version with an OTLP endpoint.
pub const FIRST: (u16, u16, u16) = (3, 22, 0);

/// Why a collector's path is answered by Langfuse's page of what is not found.
pub fn judge(to: &ProbeTarget, version: Option<Release>) -> Judgement {
    let path = to.path.trim_end_matches('/');
    let (major, minor, patch) = FIRST;
    let ours = format!("{}{TRACES}", to.base);
    let set = to.set_right();
    if path == ours && version.is_some_and(|own| !own.since(major, minor, patch)) {
        return too_old(version);
    }
    if path == ours {
        return match (to.base.is_empty(), to.forwarded) {
            (false, _) => Judgement::failed(
                "prefix-not-served",
                format!(
                    "this Langfuse has nothing under {}: it was not built with that base path",
                    to.base
                ),
                format!("set collector_url to {}{TRACES}", to.origin),
            ),
            (true, true) => Judgement::failed(
                "served-under-base-path",
                "this application has no OTLP endpoint at the root: a Langfuse that was built with a base path has it below that",
                "put the base path before /api/public in collector_url",
            ),
            (true, false) => Judgement::failed(
                "rewritten-on-the-way",
                "the path is right, but Langfuse answers that it has no such page: a gateway changes the path on the way, or this Langfuse has a base path",
                "look for a URLRewrite of the route; ask the gateway: kubectl igw routes why POST URL",
            ),
        };
    }
    if path.is_empty() || path == "/v1/traces" || path == "/v1" {
        return Judgement::failed(
            "langfuse-part-missing",
            format!(
                "{} is where an OpenTelemetry Collector listens; Langfuse's endpoint is {TRACES}",
                if path.is_empty() { "/" } else { path }
            ),
            set,
        );
    }
    let base = format!("{}{TRACES_BASE}", to.base);
    match endpoint::fault_of(path, &to.base) {
        Some(PathFault::Doubled) => Judgement::failed(
            "doubled-path",
            format!(
                "{path} has a part of the endpoint twice: the exporter appends it, or a gateway does, and it is in the address already"
            ),
            set,
        ),
        Some(PathFault::Short) if path.starts_with(&base) => Judgement::failed(
            "short-path",
            format!(
                "{path} is only the base address for SDKs, which append /v1/traces; this exporter posts to collector_url as it is written"
            ),
            set,
        ),
        _ if path.ends_with("/v1/logs") => Judgement::failed(
            "logs-path",
            format!("{path} is for logs, which Langfuse does not take"),
            set,
        ),
        _ => {
            let says = match path.to_lowercase() == ours.to_lowercase() {
                true => format!("{path} differs from the endpoint in upper and lower case"),
                false => format!("Langfuse has no endpoint {path}"),
            };
            Judgement::failed("wrong-path", says, set)
        }
    }
}

pub fn too_old(version: Option<Release>) -> Judgement {
    let version = version.map(|own| own.to_string()).unwrap_or_default();
    Judgement::failed(
        "too-old",
        format!("Langfuse {version} has no OTLP endpoint: the first version with one is 3.22.0"),
        "upgrade Langfuse",
    )
}
