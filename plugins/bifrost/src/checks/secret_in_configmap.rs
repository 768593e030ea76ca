//! # A ConfigMap contains a secret
//!
//! ## What it means
//! A key, the Authorization header of the otel plugin, a virtual key or the encryption key is in
//! plain text in a ConfigMap. Everyone who may read ConfigMaps can read it, and it ends up in
//! repositories.
//!
//! ## Why it matters
//! Anyone who reads it can use the provider at your cost, or write to your Langfuse.
//!
//! ## Example
//! `"value": "env.OPENAI_KEY"` in the ConfigMap, and in the Deployment `env` with a `secretKeyRef`.
//! The Secret must hold a header as a whole.
//!
//! ## Fix safety
//! Unsafe: one plan of three objects (Secret, ConfigMap, Deployment), and the old secret must be
//! replaced.
//!
//! ## Sources
//! The guide writes the keys of Langfuse into a ConfigMap.

use igw_core::bifrost::config::{Config, Setting};
use igw_core::bifrost::otel;
use igw_core::bifrost::place::Place as _;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::Severity;
use igw_core::gojson::GoStruct;
use igw_core::kube::{Hidden, Kind};
use igw_core::page;

use crate::{common, moved};

pub static CHECK: Check = Check {
    code: "IGW0215",
    name: "secret-in-configmap",
    severity: Severity::Warning,
    needs: &[Kind::ConfigMap, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for (instance, config) in common::sound(facts) {
        let here = instance.document.as_ref().is_some_and(|d| d.object.kind == "ConfigMap");
        if !here {
            continue;
        }
        let found = secrets(config);
        if found.is_empty() {
            out.passed();
        }
        for (what, id, variable) in found {
            let title = format!("{what} is in plain text in a ConfigMap");
            out.finding_if(instance.at(id, title).map(|finding| {
                finding
                    .explain("Put it in a Secret, pass it to the container as a variable, and use env.NAME here; the variable must hold a header as a whole.")
                    .guide("5", Some("it writes the keys of Langfuse into a ConfigMap"))
                    .repair(moved::out(instance, id, &variable))
            }));
        }
    }
}

/// Secrets written in plain text: what each is, its id, and a name for a variable.
fn secrets(config: &Config) -> Vec<(String, usize, String)> {
    let mut out = Vec::new();
    for provider in &config.providers {
        for key in &provider.keys {
            if let Ok(Some(value)) = &key.value
                && is_secret(value)
            {
                let name = match key.name.as_str() {
                    "" => format!("{}_api_key", provider.name),
                    name => format!("{}_{name}", provider.name),
                };
                out.push((format!("the value of {}", common::key_name(key)), value.id, name));
            }
        }
    }
    for entry in otel::entries(config) {
        for (name, value) in &entry.headers {
            if name.eq_ignore_ascii_case("authorization") && value.variable().is_none() {
                let what = "the Authorization header of the otel plugin".to_owned();
                out.push((what, value.id, "otel_authorization".to_owned()));
            }
        }
    }
    let root = GoStruct::root(&config.json);
    let written = |text: (String, usize)| Setting { text: Hidden::new(text.0), id: text.1 };
    if let Some(key) = root.text("encryption_key").map(written).filter(is_secret) {
        out.push(("the encryption key".to_owned(), key.id, "bifrost_encryption_key".to_owned()));
    }
    for id in root.inside("governance").list("virtual_keys") {
        let value = GoStruct::of(&config.json, id).text("value").map(written);
        if let Some(value) = value.filter(is_secret) {
            let name = GoStruct::of(&config.json, id).text("name").map(|(name, _)| name);
            let name = format!("virtual_key_{}", name.unwrap_or_default());
            out.push(("the value of a virtual key".to_owned(), value.id, name));
        }
    }
    out
}

/// Whether a text is more than the dummy that a keyless server needs.
fn is_secret(value: &Setting) -> bool {
    let text = value.text.reveal();
    let dummy = ["dummy", "none", "empty", "not-needed", "unused", "placeholder", "no-key"];
    value.variable().is_none()
        && !text.starts_with("vault.")
        && text.len() >= 8
        && !text.contains(['<', '$'])
        && !dummy.iter().any(|word| text.to_ascii_lowercase().contains(word))
}
