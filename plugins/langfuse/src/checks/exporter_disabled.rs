//! # An exporter for Langfuse is switched off
//!
//! ## What it means
//! The address of Langfuse is set, and something beside it keeps anything from being sent:
//! `OTEL_SDK_DISABLED`, `OTEL_TRACES_EXPORTER: none`, `LANGFUSE_TRACING_ENABLED: false`, an otel plugin of
//! Bifrost that is not enabled, an exporter of an OpenTelemetry Collector that no pipeline names, or keys
//! of Langfuse's SDK that are missing.
//!
//! ## Why it matters
//! No trace arrives, and no error is logged.
//!
//! ## Example
//! `"name": "otel"` in Bifrost's `plugins` without `"enabled": true`.
//!
//! ## Fix safety
//! Unsafe: it may be switched off on purpose.
//!
//! ## Sources
//! OpenTelemetry, environment variable specification; Langfuse's SDKs; Bifrost 1.5.16, as observed.

use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::repairs::Repairs as _;
use igw_core::bifrost::{instances, otel};
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::Severity;
use igw_core::fix::{Fix, Set};
use igw_core::langfuse::exporters::{self, ExporterKind};
use igw_core::langfuse::ways;
use igw_core::page;

pub static CHECK: Check = Check {
    code: "IGW0507",
    name: "exporter-disabled",
    severity: Severity::Warning,
    needs: exporters::NEEDS,
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for way in ways::all(facts) {
        let exporter = &way.exporter;
        if let Some(off) = &exporter.off {
            let value = off.known().unwrap_or_default();
            let title = format!("{} is {value}, so no trace is sent to Langfuse", off.name);
            let explain = match exporter.kind {
                ExporterKind::Collector => {
                    "The Collector starts only the exporters that a pipeline of its service names."
                }
                _ => "The SDK sends nothing and logs no error.",
            };
            out.finding(off.finding(&title).explain(explain).label("off").only(Severity::Info));
            continue;
        }
        if exporter.kind == ExporterKind::LangfuseSdk && !exporter.has_keys && !exporter.open {
            let title = format!(
                "{} is set without LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY",
                exporter.endpoint.name
            );
            out.finding(
                exporter.endpoint.finding(&title)
                    .explain("Langfuse's SDK switches itself off without keys and only logs a warning, unless the program gives them in its code.")
                    .label("no keys")
                    .only(Severity::Info),
            );
            continue;
        }
        out.passed();
    }
    for sender in exporters::senders(facts) {
        let Some(own) = sender.vars.get("LANGFUSE_TRACING_ENABLED") else { continue };
        if own.known().is_some_and(|text| text.eq_ignore_ascii_case("false")) {
            let text = sender.text("LANGFUSE_TRACING_ENABLED", own);
            let title = "LANGFUSE_TRACING_ENABLED is false, so no trace is sent to Langfuse";
            out.finding(
                text.finding(title)
                    .explain("Langfuse's SDK sends nothing.")
                    .label("off")
                    .only(Severity::Info),
            );
        }
    }
    for own in instances::all(facts) {
        let Some(config) = own.config() else { continue };
        let Some(plugin) = config.plugins.iter().find(|plugin| plugin.name == "otel") else {
            continue;
        };
        let named = otel::all_entries(config, plugin).iter().any(otel::Entry::is_langfuse);
        if plugin.enabled || !named {
            continue;
        }
        let title = "the otel plugin is not enabled, so no trace is sent to Langfuse";
        let at = own.member(plugin.id, &["enabled"]);
        let fix = Fix::unsafe_as("it may be off on purpose", "enable the otel plugin");
        let fix = own.edit(fix, vec![Set::Put(at, true.into())]);
        out.finding_if(own.at(plugin.id, title).map(|finding| {
            finding
                .explain("Bifrost takes a plugin without \"enabled\": true for one that is off, and logs nothing.")
                .label("not enabled")
                .repair(fix)
        }));
    }
}
