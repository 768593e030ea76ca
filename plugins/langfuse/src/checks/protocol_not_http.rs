//! # Traces are sent over gRPC
//!
//! ## What it means
//! Langfuse takes OTLP over HTTP only, as protobuf or JSON, plain or compressed with gzip. The exporter
//! is set to gRPC (in an OpenTelemetry Collector it is `otlp` instead of `otlphttp`), or to another
//! compression.
//!
//! ## Why it matters
//! Langfuse answers the preface of HTTP/2 with 400 and an empty body and closes the connection. Traces
//! are lost, and nothing is in Langfuse's log. A body in another compression cannot be parsed: 400.
//!
//! ## Example
//! `OTEL_EXPORTER_OTLP_PROTOCOL: grpc`; in Bifrost's plugin `"protocol": "grpc"`.
//!
//! ## Fix safety
//! Safe where the address has the whole path: nothing arrives now.
//!
//! ## Sources
//! Langfuse 4.16.0, as observed; its documentation of OpenTelemetry says that gRPC is not supported.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::langfuse::exporters::{self, ExporterKind};
use igw_core::langfuse::ways::{self, TraceWay};
use igw_core::{page, text};

use crate::repairs;

pub static CHECK: Check = Check {
    code: "IGW0502",
    name: "protocol-not-http",
    severity: Severity::Warning,
    needs: exporters::NEEDS,
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for way in ways::over_otlp(facts) {
        if let Some(finding) = compression(way) {
            out.finding(finding);
        }
        let Some(protocol) = &way.exporter.protocol else { continue };
        if !way.is_grpc() {
            out.passed();
            continue;
        }
        let how = match way.exporter.kind {
            ExporterKind::Bifrost => "Use http.",
            ExporterKind::Collector => {
                "Use the exporter otlphttp, with an endpoint that ends in /api/public/otel."
            }
            _ => "Use http/protobuf.",
        };
        let http =
            if way.exporter.kind == ExporterKind::Bifrost { "http" } else { "http/protobuf" };
        let is = match way.exporter.kind {
            ExporterKind::Collector => "sends over gRPC",
            _ => "is grpc",
        };
        let title = format!("{} {is}, and Langfuse takes traces over HTTP only", protocol.name);
        let fix = repairs::protocol(facts, way, http);
        out.finding(
            protocol
                .finding(&title)
                .explain(format!("Langfuse answers 400 with an empty body and closes the connection, so traces are lost. {how}"))
                .label("gRPC")
                .related(way.exporter.subject.reference())
                .repair(fix),
        );
    }
}

/// A compression that Langfuse does not undo.
fn compression(way: &TraceWay) -> Option<Finding> {
    let own = way.exporter.compression.as_ref()?;
    let name = own.known()?.trim();
    if name.is_empty() || ["gzip", "none"].contains(&name) || way.is_grpc() {
        return None;
    }
    let name = text::clip(&text::clean(name), 20);
    let title = format!("{} is {name}, and Langfuse takes gzip only, or none", own.name);
    Some(
        own.finding(&title)
            .explain(
                "Langfuse answers 400 to a body that it cannot parse, and the traces are lost.",
            )
            .label("not gzip")
            .related(way.exporter.subject.reference()),
    )
}
