//! # Langfuse 4 drops what this client sends
//!
//! ## What it means
//! Langfuse 4 takes traces over OTLP only (`LANGFUSE_MIGRATION_V4_WRITE_MODE` is `events_only` unless it
//! is set). Clients of `/api/public/ingestion` are answered, but their traces are not stored: LiteLLM's
//! callback `langfuse`, Dify, SDKs before Python 3 and JavaScript 4, and whatever has an address with
//! that path. Dify keeps its setting in its database, and no object says which SDK a program uses: of
//! these the check says at most that it is not known.
//!
//! ## Why it matters
//! The answer is 207, each event in it has status 400 (`Event type not accepted`), and most clients do not
//! look into it: no error anywhere, and no traces.
//!
//! ## Example
//! LiteLLM with `success_callback: ["langfuse"]`: use `langfuse_otel`.
//!
//! ## Fix safety
//! Show only: another callback writes other fields, and `dual` has Langfuse write everything twice.
//!
//! ## Sources
//! Langfuse 4.16.0, as observed; LiteLLM, documentation of its callbacks; langgenius/dify 41542.

use igw_core::check::{Check, Sink};
use igw_core::facts::views::Container;
use igw_core::facts::{Facts, Why};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::{Kind, Meta};
use igw_core::langfuse::destination::{self, Arriving, TraceDestination};
use igw_core::langfuse::exporters::{self, ExporterKind};
use igw_core::langfuse::part::{LangfusePart, PartValue};
use igw_core::langfuse::{installations, litellm, services, ways};
use igw_core::page;
use igw_core::workload::address::Url;
use igw_core::workload::image::image_name;

pub static CHECK: Check = Check {
    code: "IGW0412",
    name: "legacy-clients-dropped",
    severity: Severity::Warning,
    needs: exporters::NEEDS,
    page: page!(),
    run,
};

const MODE: &str = "LANGFUSE_MIGRATION_V4_WRITE_MODE";

fn run(facts: &Facts, out: &mut Sink) {
    for way in ways::all(facts).iter().filter(|way| way.exporter.kind == ExporterKind::LiteLlm) {
        let subject = &way.exporter.subject;
        let Some(arriving) = way.arriving() else { continue };
        let proxies = exporters::proxies(facts).iter();
        let own: Vec<_> = proxies.filter(|own| own.pods.meta.is_same(subject)).collect();
        if own.is_empty() {
            unknown_callback(facts, out, arriving, subject);
        }
        let mut configs = own.iter().flat_map(|own| &own.configs);
        let Some(config) = configs.find(|own| own.calls(litellm::LEGACY)) else { continue };
        let at = Finding::at(&config.map.meta, config.path.clone(), "");
        let says = "LiteLLM's callback langfuse sends what";
        let cure = "Use the callback langfuse_otel (LANGFUSE_OTEL_HOST is the address)";
        judge(facts, out, arriving, Client { at, says, cure, subject });
    }
    for sender in senders_of_ingestion(facts) {
        let says = format!("{} posts to /api/public/ingestion, which", sender.name);
        let at = Finding::at(sender.meta, sender.path.clone(), "");
        let cure = "Send OTLP to /api/public/otel/v1/traces, or use a current SDK";
        let (says, subject) = (says.as_str(), sender.meta);
        judge(facts, out, &sender.arriving, Client { at, says, cure, subject });
    }
    dify(facts, out);
}

/// What posts to `/api/public/ingestion`.
struct Client<'c> {
    /// A finding at its place, without words.
    at: Finding,
    /// The beginning of a sentence that ends in "Langfuse 4 drops".
    says: &'c str,
    cure: &'c str,
    subject: &'c Meta,
}

fn judge(facts: &Facts, out: &mut Sink, arriving: &Arriving, client: Client) {
    let found = services::installation_behind(facts, &arriving.namespace, &arriving.name);
    let Some(langfuse) = found else { return };
    let Some(web) = langfuse.web.as_ref().filter(|_| langfuse.since(4, 0) == Some(true)) else {
        return;
    };
    match drops(web) {
        Some(true) => {
            let mut finding = client.at;
            finding.title = format!("{} {} drops.", client.says, langfuse.title());
            let explain = format!(
                "/api/public/ingestion answers 207 with status 400 for each event, and nothing is stored. {}, or set {MODE} to dual for as long as such clients are there.",
                client.cure
            );
            out.finding(
                finding
                    .explain(explain)
                    .label("a client of the old endpoint")
                    .related(client.subject.reference())
                    .related(web.workload.meta.reference()),
            );
        }
        Some(false) => out.passed(),
        None => {
            let why = Why::not_given(format!("the value of {MODE} is not known"));
            out.not_checked(Kind::Workload, &arriving.namespace, why);
        }
    }
}

/// A LiteLLM whose configuration is not known, before a Langfuse that drops one of its callbacks.
fn unknown_callback(facts: &Facts, out: &mut Sink, arriving: &Arriving, subject: &Meta) {
    let found = services::installation_behind(facts, &arriving.namespace, &arriving.name);
    let Some(langfuse) = found.filter(|own| own.since(4, 0) == Some(true)) else { return };
    if langfuse.web.as_ref().and_then(drops) == Some(true) {
        let why = format!(
            "whether {} uses the callback langfuse, which {} drops, or langfuse_otel: its configuration is not known",
            subject.title(),
            langfuse.title()
        );
        out.not_checked(Kind::ConfigMap, &subject.namespace, Why::not_given(why));
    }
}

/// Whether a Langfuse 4 stores nothing of the old endpoint; `None`: that is not known.
fn drops(web: &LangfusePart) -> Option<bool> {
    match web.value(MODE) {
        PartValue::Unset => Some(true),
        PartValue::Text(mode) => Some(mode.trim() == "events_only"),
        PartValue::Unseen => None,
    }
}

/// A variable that holds an address of the old endpoint.
struct IngestionSender<'a> {
    meta: &'a Meta,
    name: String,
    path: String,
    arriving: Arriving,
}

fn senders_of_ingestion<'a>(facts: &Facts<'a>) -> Vec<IngestionSender<'a>> {
    let mut out = Vec::new();
    for pods in exporters::pods(facts) {
        for (number, container) in pods.template.containers.iter().enumerate() {
            for (at, var) in container.env.iter().enumerate() {
                let text = var.value.as_ref().map(|value| value.reveal()).unwrap_or_default();
                if !text.contains("/api/public/ingestion") {
                    continue;
                }
                let Some(url) = Url::parse(text) else { continue };
                let to = destination::of_url(facts, &pods.meta.namespace, text, &url);
                let TraceDestination::Web(arriving) = to else { continue };
                let path = format!("{}/containers/{number}/env/{at}/value", pods.at);
                out.push(IngestionSender {
                    meta: pods.meta,
                    name: var.name.clone(),
                    path,
                    arriving,
                });
            }
        }
    }
    out
}

/// Dify keeps where it sends traces in its database: its objects say nothing of it.
fn dify(facts: &Facts, out: &mut Sink) {
    let drops_all = installations::all(facts).iter().find(|own| {
        own.since(4, 0) == Some(true)
            && own.web.as_ref().is_some_and(|web| drops(web) == Some(true))
    });
    let Some(langfuse) = drops_all else { return };
    for pods in exporters::pods(facts) {
        let runs = |container: &Container| {
            image_name(&container.image).0.rsplit('/').next() == Some("dify-api")
        };
        if pods.template.containers.iter().any(runs) {
            let why = format!(
                "whether {} sends traces to {}, which drops what Dify sends (/api/public/ingestion); that is set in Dify's UI",
                pods.meta.title(),
                langfuse.title()
            );
            out.not_checked(Kind::Workload, &pods.meta.namespace, Why::not_given(why));
        }
    }
}
