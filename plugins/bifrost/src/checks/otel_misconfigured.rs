//! # Traces do not reach the collector
//!
//! ## What it means
//! The otel plugin uses `collector_url` exactly as it is written: over http it must include the
//! whole path, for Langfuse `/api/public/otel/v1/traces`. `protocol` has no default and is `http`
//! or `grpc`; Langfuse supports only http. Over grpc the URL is `host:port`.
//!
//! ## Why it matters
//! Traces are lost; requests are not affected. `/api/plugins` still reports `active` while every
//! export fails. `trace_type` is never the cause: no version reads it.
//!
//! ## Example
//! `"collector_url": "http://langfuse-web.tracing.svc.cluster.local:3000"`.
//!
//! ## Fix safety
//! Safe for a missing protocol with a whole path; unsafe otherwise.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed. The guide says that only the base of
//! the URL is used, and that trace_type must be otel.

use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::otel;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::repairs::{self, Repairs as _};
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Set};
use igw_core::gojson::{Id, JsonKind};
use igw_core::kube::Kind;
use igw_core::mask;
use igw_core::page;
use igw_core::workload::address::Url;

use crate::common;

pub static CHECK: Check = Check {
    code: "IGW0213",
    name: "otel-misconfigured",
    severity: Severity::Warning,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for (instance, config) in common::sound(facts) {
        let twice: Vec<_> = config.plugins.iter().filter(|plugin| plugin.name == "otel").collect();
        for second in twice.iter().skip(1) {
            let title = "a second otel entry is not read";
            out.finding_if(instance.at(second.id, title).map(|f| {
                f.explain("Bifrost reads only the first one; for several collectors use profiles.")
            }));
        }
        let Some(plugin) = otel::plugin(config) else { continue };
        let object = plugin.config.is_some_and(|id| config.json.kind(id) == JsonKind::Object);
        if !object {
            let title = "the otel plugin has no configuration";
            out.finding_if(instance.at(plugin.config.unwrap_or(plugin.id), title).map(lost));
        }
        for entry in otel::entries(config) {
            let before = out.findings.len();
            look(instance, &entry, out);
            if out.findings.len() == before {
                out.passed();
            }
        }
    }
}

fn lost(finding: Finding) -> Finding {
    finding.explain(
        "Traces are lost; requests are not affected, and /api/plugins may still say active.",
    )
}

fn look(instance: &Instance, entry: &otel::Entry, out: &mut Sink) {
    let mut say = |id: Id, title: String, fix: Option<Fix>| {
        out.finding_if(instance.at(id, title).map(|f| {
            lost(f).repair(fix).guide(
                "5",
                Some("it says that the plugin uses only the base path of collector_url"),
            )
        }));
    };
    let protocol = entry.protocol.as_ref().map(|(name, _)| name.as_str()).unwrap_or_default();
    let place = entry.protocol.as_ref().map_or(entry.id, |(_, id)| *id);
    if protocol.is_empty() {
        say(
            place,
            "the otel plugin does not start: protocol is missing, and has no default".to_owned(),
            over_http(instance, entry),
        );
    } else if !["http", "grpc"].contains(&protocol) {
        let name = common::named(protocol);
        say(
            place,
            format!("the otel plugin does not start: protocol {name} is neither http nor grpc"),
            over_http(instance, entry),
        );
    }
    let address = entry.url.as_ref().map(|url| (url.text.reveal(), url.id));
    match address.filter(|(url, _)| !url.is_empty()) {
        None => say(entry.id, "the otel plugin has no collector_url".to_owned(), None),
        Some((url, id)) => {
            let shown = mask::address_or_key(url);
            match (protocol, Url::parse(url)) {
                ("grpc", _) if entry.is_langfuse() => {
                    say(
                        place,
                        "Langfuse accepts traces only over http, but protocol is grpc".to_owned(),
                        over_http(instance, entry),
                    );
                }
                ("grpc", Some(_)) => {
                    say(
                        id,
                        format!("the collector must be host:port over grpc, but {shown} is a URL"),
                        sent_to(
                            instance,
                            id,
                            Url::parse(url).map(|own| format!("{}:{}", own.host, own.port)),
                        ),
                    );
                }
                ("http", None) => {
                    let to = url.contains(['.', ':']).then(|| format!("http://{url}"));
                    let to = sent_to(instance, id, to);
                    say(id, format!("{shown} does not begin with http:// or https://"), to);
                }
                ("http", Some(parsed)) if !parsed.path.ends_with("/v1/traces") => {
                    say(
                        id,
                        format!("traces are posted to {shown}, which does not end in /v1/traces"),
                        sent_to(instance, id, with_path(url)),
                    );
                }
                _ => {}
            }
        }
    }
    if let Some((name, id)) = &entry.trace_type
        && !["genai_extension", "vercel", "open_inference"].contains(&name.as_str())
        && (name != "otel" || instance.holds(|release| release.since(1, 4, 23)) == Some(true))
    {
        let title = format!("trace_type {} is not in the current schema", common::named(name));
        out.finding_if(instance.at(*id, title).map(|f| {
            f.only(Severity::Info)
                .explain("It does no harm: no version reads it, so it is not why traces are missing. Schemas up to 1.4.22 had only otel.")
                .guide("5", Some("it gives trace_type as the reason for missing traces"))
        }));
    }
}

/// The protocol http: certain where the address has the whole path.
fn over_http(instance: &Instance, entry: &otel::Entry) -> Option<Fix> {
    let at = instance.member(entry.id, &["protocol"]);
    let url = entry.url.as_ref().map(|url| url.text.reveal()).and_then(Url::parse);
    let whole = url.is_some_and(|url| url.path.ends_with("/v1/traces"));
    let title = repairs::set_to(&at, "http");
    let fix = match whole {
        true => Fix::safe(title),
        false => Fix::unsafe_as("the address does not say which protocol is meant", title),
    };
    instance.edit(fix, vec![Set::Put(at, "http".into())])
}

fn sent_to(instance: &Instance, id: Id, to: Option<String>) -> Option<Fix> {
    let (at, to) = (instance.config()?.json.pointer(id), to?);
    let title = match instance.config()?.json.text(id).and_then(|own| Url::parse(&own)) {
        None => repairs::with_http(&at),
        Some(_) => repairs::set_to(&at, &mask::address_or_key(&to)),
    };
    let fix = Fix::unsafe_as("where the collector is is not known", title);
    instance.edit(fix, vec![Set::Put(at, to.into())])
}

/// The address with the path at which collectors take traces.
fn with_path(url: &str) -> Option<String> {
    let bare = url.trim_end_matches('/');
    let bare = bare.strip_suffix("/v1").unwrap_or(bare);
    // Langfuse has it below this path.
    let bare = match bare.find("/api/public") {
        Some(at) => format!("{}/api/public/otel", &bare[..at]),
        None if Url::parse(url)?.host.contains("langfuse") => format!("{bare}/api/public/otel"),
        None => bare.to_owned(),
    };
    (!url.contains(['?', '#'])).then(|| format!("{bare}/v1/traces"))
}
