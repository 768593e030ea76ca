//! # config.json is not JSON
//!
//! ## What it means
//! The text that Bifrost reads as its configuration is not a JSON object: it has a comment, a
//! trailing comma or a byte-order mark, or it is YAML, truncated or empty. A key that appears twice
//! is reported as a warning: Go's decoder keeps the last value, but merges the two if both are the
//! file's `providers`.
//!
//! ## Why it matters
//! Bifrost exits at once with `failed to unmarshal schema: invalid character ...`; "schema" here
//! means its first look at the whole file. The pod is in CrashLoopBackOff and the gateway in front
//! of it answers 503.
//!
//! ## Example
//! `"models": ["llama-8b"], # our own` inside the ConfigMap key `config.json`.
//!
//! ## Fix safety
//! Show only: the intended content is not known.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed; Go `encoding/json` scanner. The guide
//! shows an entry with a `#` comment.

use std::collections::HashSet;

use igw_core::bifrost::cause::Cause;
use igw_core::bifrost::config::Config;
use igw_core::bifrost::document::ConfigDocument;
use igw_core::bifrost::instances;
use igw_core::bifrost::place::in_document;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::gojson::{self, Json, JsonError, JsonKind};
use igw_core::kube::Kind;
use igw_core::page;

use crate::foretold::seen;

pub static CHECK: Check = Check {
    code: "IGW0201",
    name: "config-not-json",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for instance in instances::all(facts) {
        let Some(document) = &instance.document else { continue };
        match &document.config {
            Err(fault) => {
                let finding = broken(document, fault);
                out.finding(seen(facts, instance, Cause::NotJson, finding));
            }
            Ok(config) => match config.json.kind(Json::ROOT) {
                JsonKind::Object | JsonKind::Null => {
                    oddities(document, config, out);
                    out.passed();
                }
                kind => {
                    let finding = no_object(document, kind.word());
                    out.finding(seen(facts, instance, Cause::NotJson, finding));
                }
            },
        }
    }
}

fn broken(document: &ConfigDocument, fault: &JsonError) -> Finding {
    let text = document.text.reveal();
    let end = text[fault.at..].chars().next().map_or(fault.at, |c| fault.at + c.len_utf8());
    let what = match (document.bom, text.trim().is_empty(), fault.ours) {
        (true, ..) => "begins with a byte-order mark, which is not JSON".to_owned(),
        (_, true, _) => "is empty".to_owned(),
        (.., true) => fault.says.clone(),
        _ => format!("is not JSON: {}", fault.says),
    };
    let finding =
        in_document(document, String::new(), (fault.at, end), format!("config.json {what}"));
    if fault.ours {
        return finding.only(Severity::Warning).explain("It is not read any further.");
    }
    // Which Go a release was built with is not known.
    let mark = if document.bom { "\u{feff}" } else { "" };
    let newer = gojson::newer(&format!("{mark}{text}"), fault);
    let or = newer.as_ref().map(|newer| format!(" Built with Go 1.27 or later, it says {newer}."));
    let says = format!("Bifrost exits at start: failed to unmarshal schema: {}.", fault.says);
    let finding = finding
        .explain(format!("{says}{}", or.unwrap_or_default()))
        .evidence("what Bifrost says", fault.says.clone());
    let finding = match newer {
        Some(newer) => finding.evidence("with Go 1.27 or later", newer),
        None => finding,
    };
    finding.guide("2", Some("it shows a plugin entry with a # comment"))
}

fn no_object(document: &ConfigDocument, word: &str) -> Finding {
    let title = format!("config.json is {}, but must be an object", igw_core::text::a(word));
    in_document(document, String::new(), (0, 1), title)
        .explain("Bifrost exits at start: failed to unmarshal schema.")
}

/// The objects that Go decodes into one struct or map, however often they appear.
const MERGED: [&str; 9] = [
    "providers",
    "client",
    "framework",
    "governance",
    "network_config",
    "custom_provider_config",
    "vllm_key_config",
    "ollama_key_config",
    "sgl_key_config",
];

/// Duplicate keys, and escapes that encode half of a character.
fn oddities(document: &ConfigDocument, config: &Config, out: &mut Sink) {
    let json = &config.json;
    for id in json.objects() {
        let mut seen = HashSet::new();
        for child in json.children(id) {
            if seen.insert(json.key(child)) {
                continue;
            }
            let key = igw_core::text::clip(json.key(child), 60);
            let merged = json.kind(child) == JsonKind::Object && MERGED.contains(&key.as_str());
            let becomes = if merged { "both are merged" } else { "the last one wins" };
            let title = format!("the key {key} appears twice, and {becomes}");
            let finding = in_document(document, json.pointer(child), json.key_range(child), title);
            out.finding(finding.only(Severity::Warning).explain("Bifrost does not report it."));
        }
    }
    for at in &json.halves {
        let title = "an escape encodes half of a character, and is read as U+FFFD";
        let finding = in_document(document, String::new(), (*at, at + 6), title);
        out.finding(finding.only(Severity::Warning));
    }
}
