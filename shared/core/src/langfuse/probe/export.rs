//! `POST` to the exporter's exact address: every documented answer, by its cause.

use super::judgement::{Judgement, ProbeTarget, beginning, is_next_page, member, server};
use super::key::ExporterKey;
use super::silence::Carried;
use super::{elsewhere, projects, refused, wrong_path};
use crate::langfuse::authorization::AuthorizationFault;
use crate::mask::MASKED;
use crate::text;
use crate::wire::WireReply;
use crate::workload::Release;

/// The largest version that `x-langfuse-ingestion-version` may name.
const NEWEST_INGESTION: f64 = 4.0;
pub const INGESTION_VERSION: &str = "x-langfuse-ingestion-version";

/// What an export came to; `key`: what was sent, if anything.
pub fn judge(
    reply: &WireReply,
    to: &ProbeTarget,
    key: Option<&ExporterKey>,
    carried: Carried,
    version: Option<Release>,
) -> Judgement {
    let error = member(reply, "error").unwrap_or_default();
    let message = member(reply, "message").unwrap_or_default();
    let begins = |start: &str| error.starts_with(start);
    match reply.status {
        200..=299 => accepted(reply, to, key, carried),
        400 if begins("Invalid content type") => Judgement::failed(
            "content-type-refused",
            "Langfuse takes application/x-protobuf and application/json only, and got another Content-Type",
            "remove the exporter's own Content-Type header, and filters on the way that change it",
        ),
        400 if begins("Failed to parse OTel") => Judgement::failed(
            "body-not-parsed",
            "Langfuse cannot parse the body as what its Content-Type says",
            "remove what changes the body or its Content-Type on the way; the exporter must send traces, not logs",
        ),
        400 if begins("Failed to decompress") => Judgement::failed(
            "body-not-decompressed",
            "the request says Content-Encoding: gzip, but its body is not gzip",
            "remove the exporter's own Content-Encoding header, and what decompresses bodies on the way",
        ),
        400 if begins("Invalid OTLP trace export") => Judgement::failed(
            "span-refused",
            format!("Langfuse refuses the whole export: {}", text::clip(&text::clean(&error), 160)),
            "update the exporter: one bad span discards all spans of an export",
        ),
        400 if begins("Unsupported x-langfuse-ingestion-version") => ingestion_version(),
        400 if reply.body.is_empty()
            && key.and_then(ExporterKey::fault) == Some(AuthorizationFault::LineBreak) =>
        {
            refused::line_break()
        }
        401 | 403 => refused::judge(reply, key),
        404 if is_next_page(reply) => wrong_path::judge(to, version),
        405 if error == "MethodNotAllowedError" => Judgement::failed(
            "method-changed",
            "the path is right, but the request arrived with a method other than POST: a redirect on the way turns it into GET",
            "set collector_url to the address that is not redirected",
        ),
        // One report of a 405 for the short path; a page answers so to POST.
        405 => Judgement::failed(
            "posted-to-a-page",
            format!("405{}: the path is a page, not the OTLP endpoint", server(reply)),
            to.set_right(),
        ),
        500 if begins("Failed to upload") => Judgement::failed(
            "s3-refused",
            "Langfuse cannot write to its object storage: every real span is refused, empty exports are accepted",
            "check the bucket and the S3 endpoint (LANGFUSE_S3_EVENT_UPLOAD_*) from the web container",
        ),
        500 if !error.is_empty() || !message.is_empty() => Judgement::failed(
            "server-error",
            format!("Langfuse answers 500 with {}", beginning(reply)),
            "read the log of the Langfuse web container",
        ),
        500 => elsewhere::start_failed(reply),
        503 if message == "Service Unavailable" => projects::unavailable(),
        _ => elsewhere::judge(reply, to),
    }
}

fn ingestion_version() -> Judgement {
    Judgement::failed(
        "ingestion-version-refused",
        format!(
            "the header {INGESTION_VERSION} is not a number up to 4: every real span is refused"
        ),
        format!("set {INGESTION_VERSION} to 4, or remove it"),
    )
}

/// What Langfuse will make of the header once spans come: it is not looked at for an empty export.
pub fn foresee_ingestion_version(value: &str) -> Option<Judgement> {
    // Read as JavaScript's parseInt does; an empty value passes.
    let text = value.trim_start();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let number = digits[..end].parse::<f64>().ok().map(|number| number * sign);
    let passes = value.is_empty() || number.is_some_and(|number| number <= NEWEST_INGESTION);
    (!passes).then(ingestion_version)
}

fn accepted(
    reply: &WireReply,
    to: &ProbeTarget,
    key: Option<&ExporterKey>,
    carried: Carried,
) -> Judgement {
    let body: Option<serde_json::Value> = serde_json::from_str(&reply.body).ok();
    let Some(serde_json::Value::Object(body)) = body else {
        let html = reply.header("content-type").is_some_and(|own| own.contains("html"));
        return match html {
            true => elsewhere::not_langfuse(reply, to),
            // An OpenTelemetry Collector answers with an empty protobuf message.
            false => Judgement::unknown(
                "another-collector",
                format!(
                    "{} accepted the export, but not as Langfuse does: with {}",
                    to.origin,
                    beginning(reply)
                ),
                "if an OpenTelemetry Collector stands there, look at its exporters and its log",
            ),
        };
    };
    let ok = body.get("message").and_then(|own| own.as_str()) == Some("OK");
    if ok && body.len() == 1 {
        return Judgement::failed(
            "metrics-path",
            "the endpoint for metrics accepts everything and keeps nothing",
            to.set_right(),
        );
    }
    let job = body.get("name").and_then(|own| own.as_str()) == Some("otel-ingestion-job");
    match (body.is_empty(), job, carried.span) {
        (true, _, false) => Judgement::proved("accepted", "an empty export is accepted"),
        (true, _, true) => Judgement::failed(
            "span-not-seen",
            "Langfuse answers 200, but saw no span in an export with one",
            "look for what changes the body on the way",
        ),
        (_, true, _) => queued(&body, key),
        _ => elsewhere::not_langfuse(reply, to),
    }
}

fn queued(
    body: &serde_json::Map<String, serde_json::Value>,
    key: Option<&ExporterKey>,
) -> Judgement {
    let job = body.get("data").and_then(|data| data.pointer("/payload/data/publicKey"));
    let theirs = job.and_then(|own| own.as_str());
    let ours = key.and_then(ExporterKey::public);
    match (theirs, ours) {
        // Our own one was taken out of the answer.
        (Some(theirs), Some(ours)) if theirs != ours.reveal() && theirs != MASKED => Judgement::proved(
            "public-key-mismatch",
            "the span is accepted and queued, but the public key is not that of the secret key: Langfuse goes by the secret, so traces are in its project",
        )
        .then("set the public key that belongs to this secret key"),
        _ => Judgement::proved("queued", "one span is accepted and queued for the worker"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_as_javascript_does() {
        for good in ["4", "1", "", "4.9", "-1", "4abc", " 4", "+3"] {
            assert_eq!(foresee_ingestion_version(good), None, "{good}");
        }
        for bad in ["5", "abc", "999999999999999999999999", " ", "-"] {
            assert!(foresee_ingestion_version(bad).is_some(), "{bad}");
        }
    }
}
