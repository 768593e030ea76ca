//! # A provider without a usable key
//!
//! ## What it means
//! Bifrost uses a key only if it is enabled and its value is not empty, even if the upstream needs
//! no key at all. A provider needs at least one key; only a custom provider can be `is_key_less`.
//!
//! ## Why it matters
//! Bifrost does not report a key that it skips. Clients get 400 `no keys found that support model:
//! ...`, or `no keys found for provider: ...` if there is no key at all.
//!
//! ## Example
//! `"keys": [{"name": "local", "value": "", "models": ["llama-8b"]}]`: for a vLLM without
//! `--api-key` any value works, e.g. `"none"`.
//!
//! ## Fix safety
//! Safe for a server without keys: a dummy value.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed.

use igw_core::bifrost::config::{ApiKey, Provider, Setting};
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::repairs::{self, Repairs as _};
use igw_core::bifrost::rules::{Rules as _, key_config, value_may_be_empty};
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Set};
use igw_core::kube::{Kind, pointer};
use igw_core::page;
use igw_core::workload::address::AddressTarget;
use igw_core::workload::env::Var;
use serde_json::json;

use crate::common;

pub static CHECK: Check = Check {
    code: "IGW0211",
    name: "key-empty",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for (instance, config) in common::sound(facts) {
        for provider in config.providers.iter().filter(|p| !common::key_less(p)) {
            let dead: Vec<_> =
                provider.keys.iter().filter_map(|key| fault(instance, provider, key)).collect();
            let none = dead.len() == provider.keys.len();
            let name = common::named(&provider.name);
            if provider.keys.is_empty() {
                let title = format!("provider {name} has no key");
                let text = "Clients get 400 no keys found for provider.";
                let finding = instance.at_key(provider.id, title);
                let fix = new_key(facts, instance, provider);
                out.finding_if(finding.map(|f| {
                    f.explain(text).effect(400, 1.0, format!("model {name}/...")).repair(fix)
                }));
            }
            for (key, id, says) in &dead {
                let title = format!("provider {name}: {says}");
                let severity = if none { Severity::Error } else { Severity::Warning };
                let text = "Bifrost silently skips the key: 400 no keys found that support model, unless another key allows the model.";
                let finding = instance.at(*id, title);
                out.finding_if(finding.map(|f: Finding| {
                    f.only(severity)
                        .explain(text)
                        .effect(400, 1.0, format!("model {name}/..."))
                        .repair(used(facts, instance, provider, key))
                }));
            }
            if dead.is_empty() && !provider.keys.is_empty() {
                out.passed();
            }
        }
    }
}

/// Why a key is not used, other than because of unset variables.
fn fault<'k>(
    instance: &Instance,
    provider: &Provider,
    key: &'k ApiKey,
) -> Option<(&'k ApiKey, usize, String)> {
    let name = common::key_name(key);
    if !key.enabled {
        return Some((key, key.id, format!("{name} is not enabled")));
    }
    if value_may_be_empty(&provider.name) {
        return None;
    }
    let value = key.value.as_ref().ok()?;
    match value {
        None => Some((key, key.id, format!("{name} has no value"))),
        Some(value) => {
            let empty = match value.variable() {
                None => value.text.reveal().is_empty(),
                Some(variable) => {
                    matches!(instance.env.get(variable), Var::Set(text) if text.reveal().is_empty())
                }
            };
            empty.then(|| (key, value.id, format!("the value of {name} is empty")))
        }
    }
}

/// The value that a server without keys needs, or the switch that is off.
fn used(facts: &Facts, instance: &Instance, provider: &Provider, key: &ApiKey) -> Option<Fix> {
    if !key.enabled {
        let at = instance.member(key.id, &["enabled"]);
        let why = "somebody may have switched it off on purpose";
        let fix = Fix::unsafe_as(why, repairs::set_to(&at, "true"));
        return instance.edit(fix, vec![Set::Put(at, true.into())]);
    }
    let at = instance.member(key.id, &["value"]);
    let fix = Fix::safe(repairs::set_to(&at, "dummy"));
    let fix = instance.edit(fix, vec![Set::Put(at, "dummy".into())]);
    fix.filter(|_| is_own_server(facts, instance, provider))
}

/// A key for a server without keys.
fn new_key(facts: &Facts, instance: &Instance, provider: &Provider) -> Option<Fix> {
    let at = instance.member(provider.id, &["keys"]);
    let models = instance.holds(|release| release.white_list())?;
    let mut key =
        json!({ "name": format!("{}-key", provider.name), "value": "dummy", "weight": 1 });
    if models {
        key["models"] = json!(["*"]);
    }
    let title = format!("add a key with the value dummy to {}", pointer::dotted(&at));
    let fix = instance.edit(Fix::safe(title), vec![Set::Insert(at, None, key)]);
    let keyed = key_config(&provider.name).is_some();
    fix.filter(|_| !keyed && is_own_server(facts, instance, provider))
}

/// Whether all its addresses are inside of the cluster, where a server without keys may be.
fn is_own_server(facts: &Facts, instance: &Instance, provider: &Provider) -> bool {
    let addresses = common::addresses(provider);
    let inside = |address: &&Setting| {
        let to = common::leads(facts, instance, address).map(|(_, to)| to);
        matches!(
            to,
            Some(
                AddressTarget::Service { .. }
                    | AddressTarget::NotGiven { .. }
                    | AddressTarget::Private(_)
            )
        )
    };
    !addresses.is_empty() && addresses.iter().all(inside)
}
