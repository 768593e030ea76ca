//! How the stand-in of Langfuse takes exports: decoded by opentelemetry-proto.

use std::time::Instant;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message as _;
use serde_json::json;

use super::answer::GivenAnswer;
use super::received::Received;
use super::switches::LangfuseFault;
use super::{LangfuseState, held};

impl LangfuseState {
    pub(super) fn export(&self, received: &Received) -> GivenAnswer {
        if self.switches.has(LangfuseFault::MethodChanged) {
            return GivenAnswer::not_allowed();
        }
        let public = match self.authenticate(received) {
            Ok(public) => public,
            Err(refused) => return refused,
        };
        let spans = match spans(received) {
            Ok(spans) => spans,
            Err(refused) => return refused,
        };
        if spans.is_empty() {
            return GivenAnswer::json(200, "{}");
        }
        if spans.iter().any(|(trace, span)| trace.len() != 32 || span.len() != 16) {
            let n = spans.len();
            let error = format!(
                "Invalid OTLP trace export: 1 of {n} span(s) cannot be processed (traceId:absent). The entire export was rejected"
            );
            return GivenAnswer::error(400, &error);
        }
        let version = received.header("x-langfuse-ingestion-version").unwrap_or_default();
        if !version.is_empty() && !version.trim().parse::<f64>().is_ok_and(|own| own < 5.0) {
            let error = format!(
                "Unsupported x-langfuse-ingestion-version: \"{version}\". Maximum supported: \"4\"."
            );
            return GivenAnswer::error(400, &error);
        }
        if self.switches.has(LangfuseFault::S3Hangs) {
            return self.hang();
        }
        if self.switches.has(LangfuseFault::S3Refuses) {
            let body = json!({ "message": "Internal Server Error", "error": "Failed to upload JSON to S3" });
            return GivenAnswer::json(500, &body.to_string());
        }
        for (trace, _) in spans {
            held(&self.traces).insert(trace, Instant::now());
        }
        let job = json!({
            "name": "otel-ingestion-job",
            "data": { "payload": { "data": { "fileKey": "otel/p/x.json", "publicKey": public } } },
        });
        GivenAnswer::json(200, &job.to_string())
    }

    /// A chat request as through Bifrost, which continues the trace of its client.
    pub(super) fn chat(&self, received: &Received) -> GivenAnswer {
        let parent = received.header("traceparent").unwrap_or_default();
        let trace = parent.split('-').nth(1).unwrap_or_default().to_owned();
        if self.switches.traces_chats {
            held(&self.traces).insert(trace, Instant::now());
        }
        GivenAnswer::json(200, r#"{"choices":[{"message":{"content":"OK"}}]}"#)
    }
}

/// The ids of all spans, in hex.
fn spans(received: &Received) -> Result<Vec<(String, String)>, GivenAnswer> {
    let kind = received.header("content-type").unwrap_or_default().to_lowercase();
    let request = if kind.contains("application/x-protobuf") {
        ExportTraceServiceRequest::decode(&received.body[..])
            .map_err(|_| GivenAnswer::error(400, "Failed to parse OTel Protobuf Trace"))?
    } else if kind.contains("application/json") {
        serde_json::from_slice(&received.body)
            .map_err(|_| GivenAnswer::error(400, "Failed to parse OTel JSON Trace"))?
    } else {
        return Err(GivenAnswer::error(400, "Invalid content type"));
    };
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let resources = request.resource_spans.into_iter().flat_map(|own| own.scope_spans);
    let spans = resources.flat_map(|own| own.spans);
    Ok(spans.map(|own| (hex(&own.trace_id), hex(&own.span_id))).collect())
}
