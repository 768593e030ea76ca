//! # A provider without a usable key
//!
//! ## What it means
//! Bifrost uses a key only if it is enabled and its value is not empty, also where the upstream
//! wants no key at all. A provider needs at least one key; only a custom provider can be
//! `is_key_less`.
//!
//! ## Why it matters
//! A key that is left out is not spoken of. Clients get 400 `no keys found that support model:
//! ...`, or `no keys found for provider: ...` where there is none at all.
//!
//! ## Example
//! `"keys": [{"name": "local", "value": "", "models": ["llama-8b"]}]`: any value will do for a vLLM
//! without `--api-key`, e.g. `"none"`.
//!
//! ## Fix safety
//! Safe for a server without keys: a dummy value.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as seen.

use igw_core::bifrost::config::{ApiKey, Provider};
use igw_core::bifrost::env::Var;
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::rules::value_may_be_empty;
use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::finding::{Finding, Severity};
use igw_core::scene::Scene;

use super::common;

/// IGW0211.
pub struct KeyEmpty;

static META: Meta = Meta {
    code: "IGW0211",
    name: "key-empty",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    source: include_str!("key_empty.rs"),
};

impl Check for KeyEmpty {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for (instance, config) in common::sound(cx) {
            for provider in config.providers.iter().filter(|p| !common::key_less(p)) {
                let dead: Vec<_> =
                    provider.keys.iter().filter_map(|key| fault(instance, provider, key)).collect();
                let none = dead.len() == provider.keys.len();
                let name = common::named(&provider.name);
                if provider.keys.is_empty() {
                    let title = format!("provider {name} has no key");
                    let text = "Clients get 400 no keys found for provider.";
                    let finding = instance.at_key(provider.id, title);
                    out.finding_if(
                        finding
                            .map(|f| f.explain(text).effect(400, 1.0, format!("model {name}/..."))),
                    );
                }
                for (id, says) in &dead {
                    let title = format!("provider {name}: {says}");
                    let severity = if none { Severity::Error } else { Severity::Warning };
                    let text = "The key is left out without a word: 400 no keys found that support model, unless another one takes the model.";
                    let finding = instance.at(*id, title);
                    out.finding_if(finding.map(|f: Finding| {
                        f.only(severity).explain(text).effect(400, 1.0, format!("model {name}/..."))
                    }));
                }
                if dead.is_empty() && !provider.keys.is_empty() {
                    out.passed();
                }
            }
        }
    }
}

/// Why a key is not used, apart from variables that are not set.
fn fault(instance: &Instance, provider: &Provider, key: &ApiKey) -> Option<(usize, String)> {
    let name = common::key_name(key);
    if !key.enabled {
        return Some((key.id, format!("{name} is not enabled")));
    }
    if value_may_be_empty(&provider.name) {
        return None;
    }
    let value = key.value.as_ref().ok()?;
    match value {
        None => Some((key.id, format!("{name} has no value"))),
        Some(value) => {
            let empty = match value.variable() {
                None => value.text.reveal().is_empty(),
                Some(variable) => {
                    matches!(instance.env.get(variable), Var::Set(text) if text.reveal().is_empty())
                }
            };
            empty.then(|| (value.id, format!("the value of {name} is empty")))
        }
    }
}
