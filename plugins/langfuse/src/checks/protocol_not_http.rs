//! # Traces are sent over gRPC
//!
//! ## What it means
//! Langfuse takes OTLP over HTTP only, as protobuf or JSON. The exporter is set to gRPC.
//!
//! ## Why it matters
//! Langfuse answers the preface of HTTP/2 with 400 and an empty body and closes the connection. Traces
//! are lost, and nothing is in Langfuse's log.
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
use igw_core::finding::Severity;
use igw_core::kube::Kind;
use igw_core::langfuse::exporters::ExporterKind;
use igw_core::langfuse::ways;
use igw_core::page;

use crate::repairs;

pub static CHECK: Check = Check {
    code: "IGW0502",
    name: "protocol-not-http",
    severity: Severity::Warning,
    needs: &[
        Kind::Workload,
        Kind::Service,
        Kind::ConfigMap,
        Kind::Secret,
        Kind::HttpRoute,
        Kind::Gateway,
    ],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for way in ways::over_otlp(facts) {
        let Some(protocol) = &way.exporter.protocol else { continue };
        if !way.is_grpc() {
            out.passed();
            continue;
        }
        let http = match way.exporter.kind {
            ExporterKind::Bifrost => "http",
            _ => "http/protobuf",
        };
        let title = format!("{} is grpc, and Langfuse takes traces over HTTP only", protocol.name);
        let fix = repairs::protocol(facts, way, http);
        out.finding(
            protocol
                .finding(&title)
                .explain(format!("Langfuse answers 400 with an empty body and closes the connection, so traces are lost. Use {http}."))
                .label("gRPC")
                .related(way.exporter.subject.reference())
                .repair(fix),
        );
    }
}
