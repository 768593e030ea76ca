//! # config.json is no JSON
//!
//! ## What it means
//! The text that Bifrost reads as its configuration is no JSON object: a comment, a trailing comma,
//! a byte-order mark, YAML, a cut or empty file. A key that is there twice is reported as a
//! warning: Go's decoder keeps the last value, and merges the two where both are `providers` of the
//! file.
//!
//! ## Why it matters
//! Bifrost exits at once with `failed to unmarshal schema: invalid character ...`; the odd word
//! "schema" is its first look at the whole file. The pod is in CrashLoopBackOff and the gateway in
//! front of it answers 503.
//!
//! ## Example
//! `"models": ["llama-8b"], # our own` inside the ConfigMap key `config.json`.
//!
//! ## Fix safety
//! Show only: what was meant cannot be told.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as seen; Go `encoding/json` scanner. The guide
//! shows an entry with a `#` comment.

use std::collections::HashSet;

use igw_core::bifrost::config::Config;
use igw_core::bifrost::instance::{self, Document};
use igw_core::bifrost::json::{Fault, Json, Kind as Value};
use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::finding::{Finding, Severity};
use igw_core::scene::Scene;

/// IGW0201.
pub struct ConfigNotJson;

static META: Meta = Meta {
    code: "IGW0201",
    name: "config-not-json",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    source: include_str!("config_not_json.rs"),
};

impl Check for ConfigNotJson {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for instance in instance::all(cx) {
            let Some(document) = &instance.document else { continue };
            match &document.config {
                Err(fault) => out.finding(broken(document, fault)),
                Ok(config) => match config.json.kind(Json::ROOT) {
                    Value::Object | Value::Null => {
                        oddities(document, config, out);
                        out.passed();
                    }
                    kind => out.finding(no_object(document, kind.word())),
                },
            }
        }
    }
}

fn broken(document: &Document, fault: &Fault) -> Finding {
    let text = document.text.reveal();
    let end = text[fault.at..].chars().next().map_or(fault.at, |c| fault.at + c.len_utf8());
    let what = match (document.bom, text.trim().is_empty(), fault.ours) {
        (true, ..) => "begins with a byte-order mark, which is no JSON".to_owned(),
        (_, true, _) => "is empty".to_owned(),
        (.., true) => fault.says.clone(),
        _ => format!("is no JSON: {}", fault.says),
    };
    let finding = document.finding(String::new(), (fault.at, end), format!("config.json {what}"));
    if fault.ours {
        return finding.only(Severity::Warning).explain("It is not read any further.");
    }
    finding
        .explain(format!("Bifrost exits at start: failed to unmarshal schema: {}.", fault.says))
        .evidence("what Bifrost says", fault.says.clone())
        .guide("2", Some("it shows a plugin entry with a # comment"))
}

fn no_object(document: &Document, word: &str) -> Finding {
    let title = format!("config.json is {}, and has to be an object", igw_core::words::a(word));
    document
        .finding(String::new(), (0, 1), title)
        .explain("Bifrost exits at start: failed to unmarshal schema.")
}

/// Keys that are there twice, and escapes that are half of a character.
fn oddities(document: &Document, config: &Config, out: &mut Sink) {
    let json = &config.json;
    for id in json.objects() {
        let mut seen = HashSet::new();
        for child in json.children(id) {
            if seen.insert(json.key(child)) {
                continue;
            }
            let key = igw_core::words::clip(json.key(child), 60);
            let merged = id == Json::ROOT && key == "providers";
            let becomes = if merged { "both are merged" } else { "the last one counts" };
            let title = format!("the key {key} is there twice, and {becomes}");
            let finding = document.finding(json.pointer(child), json.key_range(child), title);
            out.finding(finding.only(Severity::Warning).explain("Bifrost says nothing about it."));
        }
    }
    for at in &json.halves {
        let title = "an escape is half of a character, and is read as U+FFFD";
        let finding = document.finding(String::new(), (*at, at + 6), title);
        out.finding(finding.only(Severity::Warning));
    }
}
