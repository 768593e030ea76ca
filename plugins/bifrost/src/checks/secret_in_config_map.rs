//! # A secret stands in a ConfigMap
//!
//! ## What it means
//! A key, the Authorization of the otel plugin, a virtual key or the encryption key is written out
//! in a ConfigMap, which everybody who may read ConfigMaps can read, and which ends up in
//! repositories.
//!
//! ## Why it matters
//! Whoever reads it can use the provider at your cost, or write into your Langfuse.
//!
//! ## Example
//! `"value": "env.OPENAI_KEY"` in the ConfigMap, and in the Deployment `env` with a `secretKeyRef`.
//! A header has to be in the Secret as a whole.
//!
//! ## Fix safety
//! Unsafe: one plan of three objects (Secret, ConfigMap, Deployment), and the old secret has to be
//! replaced.
//!
//! ## Sources
//! The guide writes the keys of Langfuse into a ConfigMap.

use igw_core::bifrost::config::{Config, Setting};
use igw_core::bifrost::decode::Struct;
use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Hidden;
use igw_core::facts::Kind;
use igw_core::finding::Severity;
use igw_core::scene::Scene;

use super::{common, otel};

/// IGW0215.
pub struct SecretInConfigMap;

static META: Meta = Meta {
    code: "IGW0215",
    name: "secret-in-configmap",
    severity: Severity::Warning,
    needs: &[Kind::ConfigMap, Kind::Workload],
    source: include_str!("secret_in_config_map.rs"),
};

impl Check for SecretInConfigMap {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for (instance, config) in common::sound(cx) {
            let here = instance.document.as_ref().is_some_and(|d| d.object.kind == "ConfigMap");
            if !here {
                continue;
            }
            let found = secrets(config);
            if found.is_empty() {
                out.passed();
            }
            for (what, id) in found {
                let title = format!("{what} is written out in a ConfigMap");
                out.finding_if(instance.at(id, title).map(|finding| {
                    finding
                        .explain("Put it into a Secret, give it to the container as a variable, and write env.NAME here; a header has to be the whole value.")
                        .guide("5", Some("it writes the keys of Langfuse into a ConfigMap"))
                }));
            }
        }
    }
}

/// What is written out, and where.
fn secrets(config: &Config) -> Vec<(String, usize)> {
    let mut out = Vec::new();
    for provider in &config.providers {
        for key in &provider.keys {
            if let Ok(Some(value)) = &key.value
                && is_secret(value)
            {
                out.push((format!("the value of {}", common::key_name(key)), value.id));
            }
        }
    }
    for entry in otel::entries(config) {
        for (name, value) in &entry.headers {
            if name.eq_ignore_ascii_case("authorization") && value.variable().is_none() {
                out.push(("the Authorization of the otel plugin".to_owned(), value.id));
            }
        }
    }
    let root = Struct::root(&config.json);
    let written = |text: (String, usize)| Setting { text: Hidden::new(text.0), id: text.1 };
    if let Some(key) = root.text("encryption_key").map(written).filter(is_secret) {
        out.push(("the encryption key".to_owned(), key.id));
    }
    for id in root.inside("governance").list("virtual_keys") {
        let value = Struct::of(&config.json, id).text("value").map(written);
        if let Some(value) = value.filter(is_secret) {
            out.push(("the value of a virtual key".to_owned(), value.id));
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
