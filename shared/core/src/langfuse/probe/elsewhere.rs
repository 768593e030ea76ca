//! Answers that are not Langfuse's own, whatever was asked.

use super::judgement::{Judgement, ProbeTarget, beginning, server};
use crate::langfuse::TRACES_PATH as TRACES;
use crate::text;
use crate::wire::WireReply;

/// What an answer means that no rule of Langfuse's own explains.
pub fn judge(reply: &WireReply, to: &ProbeTarget) -> Judgement {
    let status = reply.status;
    let from = server(reply);
    match status {
        300..=399 => redirect(reply, to),
        400 if reply.body.is_empty() && reply.header("content-type").is_none() => {
            Judgement::failed(
                "not-understood",
                "400 with an empty body: the HTTP parser refuses the request before Langfuse sees it, as it does for a line break in a header, for gRPC, and for TLS to a plain port",
                "check the exporter's headers for line breaks, its protocol (http, not grpc) and the scheme of collector_url",
            )
        }
        404 => Judgement::failed(
            "gateway-404",
            format!(
                "404{from}, which is not Langfuse's page: no route leads to it for this host and path"
            ),
            "ask the gateway: kubectl igw routes why POST URL",
        ),
        413 => Judgement::failed(
            "body-too-large",
            format!("413{from}: something on the way limits the size of bodies"),
            "raise the limit of the gateway, or lower the exporter's batch size",
        ),
        429 => Judgement::unknown(
            "rate-limited",
            format!("429{from}: too many requests"),
            "try again later; look at the rate limits of the gateway and of Langfuse",
        ),
        502..=504 => Judgement::failed(
            "gateway-error",
            format!("{status}{from}: a gateway got no answer from Langfuse; {}", beginning(reply)),
            "check the endpoints of the Langfuse web Service, and the route's backend port",
        ),
        500 => start_failed(reply),
        200..=299 => not_langfuse(reply, to),
        _ => Judgement::unknown(
            "unexpected",
            format!(
                "{status}{from}, which is not a known answer of Langfuse, with {}",
                beginning(reply)
            ),
            "find out what answers at this address",
        ),
    }
}

pub fn not_langfuse(reply: &WireReply, to: &ProbeTarget) -> Judgement {
    Judgement::failed(
        "not-langfuse",
        format!(
            "{} answers {} with {}, which is not Langfuse",
            to.origin,
            reply.status,
            beginning(reply)
        ),
        "check the host and the port of collector_url",
    )
}

/// A redirect, which is never followed: the key belongs to the host that the exporter names.
fn redirect(reply: &WireReply, to: &ProbeTarget) -> Judgement {
    let status = reply.status;
    let Some(location) = reply.header("location") else {
        return Judgement::failed(
            "redirected",
            format!("{status} without a Location"),
            "find out what answers at this address",
        );
    };
    // A query may hold anything.
    let plain = location.split(['?', '#']).next().unwrap_or_default();
    let shown = text::clip(&crate::mask::address(&text::clean(plain)), 120);
    let tidy = |path: &str| {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        format!("/{}", parts.join("/"))
    };
    // Next.js answers so to a slash at the end or a double one, before everything else.
    if location.starts_with('/') && !location.starts_with("//") {
        return match tidy(&to.path) == location.trim_end_matches('/') && to.path != location {
            true => Judgement::failed(
                "slash-redirected",
                format!(
                    "{status} to {shown}: the path has a slash too many, and some exporters do not repeat a POST there"
                ),
                format!("set collector_url to {}{shown}", to.origin),
            ),
            false => Judgement::failed(
                "redirected",
                format!("{status} to {shown}: not followed"),
                format!("set collector_url to {}{}{}", to.origin, to.base, TRACES),
            ),
        };
    }
    let secure = to.origin.strip_prefix("http://").is_some_and(|host| {
        let host = host.split(':').next().unwrap_or_default();
        location
            .strip_prefix("https://")
            .is_some_and(|own| own.split(['/', ':']).next() == Some(host))
    });
    match secure {
        true => Judgement::failed(
            "https-wanted",
            format!("{status} to {shown}: the gateway wants https"),
            format!("set collector_url to {shown}"),
        ),
        false => Judgement::failed(
            "redirected-elsewhere",
            format!(
                "{status} to {shown}, which is another host: not followed, and the key was not sent there"
            ),
            "if that is the right address, set collector_url to it",
        ),
    }
}

/// A process that listens, and whose start has failed.
pub fn start_failed(reply: &WireReply) -> Judgement {
    match reply.body.trim() == "Internal Server Error" {
        true => Judgement::failed(
            "start-failed",
            "Langfuse listens, but answers 500 to everything, health included: its start has failed",
            "read the first lines of the web container's log: NEXTAUTH_URL without a scheme, a database that was down, a LANGFUSE_INIT_ or LANGFUSE_MIGRATION_V4_WRITE_MODE that it refuses",
        ),
        false => Judgement::failed(
            "server-error",
            format!("500 with {}", beginning(reply)),
            "read the log of the Langfuse web container",
        ),
    }
}
