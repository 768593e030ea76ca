//! # This Langfuse has no OTLP endpoint
//!
//! ## What it means
//! `/api/public/otel` exists since Langfuse 3.22. The image is older.
//!
//! ## Why it matters
//! Every export gets 404 with a page of HTML, and the traces are lost.
//!
//! ## Example
//! Image `langfuse/langfuse:2`.
//!
//! ## Fix safety
//! Show only: an update to 3 needs ClickHouse, Redis and a bucket.
//!
//! ## Sources
//! Langfuse, changelog of 3.22.0; report langfuse/langfuse 5695.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::Severity;
use igw_core::langfuse::{exporters, ways};
use igw_core::page;

pub static CHECK: Check = Check {
    code: "IGW0506",
    name: "langfuse-too-old",
    severity: Severity::Warning,
    needs: exporters::NEEDS,
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for way in ways::over_otlp(facts) {
        let Some(release) = way.release else { continue };
        if release.since(3, 22, 0) {
            out.passed();
            continue;
        }
        let own = &way.exporter.endpoint;
        let title = format!("{} leads to Langfuse {release}, which has no OTLP endpoint", own.name);
        out.finding(
            own.finding(&title)
                .explain("It answers 404 with a page of HTML, and the traces are lost. The endpoint exists since Langfuse 3.22; an update from 2 needs ClickHouse, Redis, a bucket and a worker.")
                .label("404 before 3.22")
                .related(way.exporter.subject.reference()),
        );
    }
}
