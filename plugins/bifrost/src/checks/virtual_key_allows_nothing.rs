//! # A virtual key lets no request through
//!
//! ## What it means
//! From 1.5 on an empty or missing list of a virtual key allows nothing: without `provider_configs`
//! it has no provider, without `allowed_models` the provider has no model, and without `key_ids` no
//! key. Up to 1.4 an empty list allowed everything; the top-level setting `"version": 1` restores
//! that.
//!
//! ## Why it matters
//! Clients with this virtual key get 403 `Provider ... is not allowed for this virtual key` or `Model
//! ... is not allowed for this virtual key`, or 400 `no keys found for provider: ...`.
//!
//! ## Example
//! `{"provider": "openai", "allowed_models": ["*"]}`: add `"key_ids": ["*"]`.
//!
//! ## Fix safety
//! Unsafe: it opens a provider or a model to a client.
//!
//! ## Sources
//! Bifrost 1.5.16 and 2.0.0-prerelease3, as observed (403); upstream source and change notes of 1.5
//! (`key_ids`).

use igw_core::bifrost::config::{Config, Provider};
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::repairs::{self, Repairs as _};
use igw_core::bifrost::virtual_keys::{self, KeyChoice, ProviderEntry, VirtualKey};
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::Severity;
use igw_core::fix::{Fix, Set};
use igw_core::kube::{Kind, pointer};
use igw_core::page;
use igw_core::workload::Release;
use serde_json::{Value, json};

use crate::common;

pub static CHECK: Check = Check {
    code: "IGW0227",
    name: "virtual-key-allows-nothing",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for (instance, config) in common::sound(facts) {
        for key in virtual_keys::all(config).iter().filter(|key| key.active) {
            if key.entries.is_empty() {
                no_provider(instance, config, key, out);
            }
            for entry in &key.entries {
                no_entry(instance, config, key, entry, out);
            }
        }
    }
}

fn no_provider(instance: &Instance, config: &Config, key: &VirtualKey, out: &mut Sink) {
    let denies = |release: Release| {
        release.since(1, 5, 0)
            && !config.version_1
            && !(key.all_providers && release.since(2, 1, 0))
    };
    match common::holds(instance, out, denies) {
        Some(true) => {
            let name = common::named(&key.name);
            let title =
                format!("the virtual key {name} has no provider_configs, so it allows none");
            let help = "List each provider with allowed_models and key_ids; [\"*\"] allows all.";
            out.finding_if(instance.at(key.id, title).map(|finding| {
                finding
                    .only(Severity::Warning)
                    .explain(help)
                    .effect(403, 1.0, format!("requests with {name}"))
                    .repair(all_providers(instance, config, key))
            }));
        }
        Some(false) => out.passed(),
        None => {}
    }
}

/// An entry for each provider of the file.
fn all_providers(instance: &Instance, config: &Config, key: &VirtualKey) -> Option<Fix> {
    let at = instance.member(key.id, &["provider_configs"]);
    let entry = |provider: &Provider| json!({ "provider": provider.name, "allowed_models": ["*"], "key_ids": ["*"] });
    let entries: Vec<Value> = config.providers.iter().map(entry).collect();
    let none = entries.is_empty();
    let title = format!("allow all providers of the file in {}", pointer::dotted(&at));
    let fix = Fix::unsafe_as("it opens all models to the clients of this key", title);
    instance.edit(fix, vec![Set::Put(at, entries.into())]).filter(|_| !none)
}

/// The list with all in it.
fn all(instance: &Instance, entry: &ProviderEntry, list: &str) -> Option<Fix> {
    let at = instance.member(entry.id, &[list]);
    let why = "it opens the provider to the clients of this key";
    let fix = Fix::unsafe_as(why, repairs::set_to(&at, "[\"*\"]"));
    instance.edit(fix, vec![Set::Put(at, json!(["*"]))])
}

fn no_entry(
    instance: &Instance,
    config: &Config,
    key: &VirtualKey,
    entry: &ProviderEntry,
    out: &mut Sink,
) {
    let empty = |release: Release| entry.empty_list(release, config.version_1);
    // A provider without keys needs none.
    let key_less = config.provider(&entry.provider).is_some_and(common::key_less);
    let Some(list) = instance.releases().into_iter().rev().find_map(empty) else {
        return foreign(instance, config, key, entry, out);
    };
    if list == "key_ids" && key_less {
        return out.passed();
    }
    if common::holds(instance, out, |release| empty(release).is_some()) != Some(true) {
        return;
    }
    let (name, provider) = (common::named(&key.name), common::named(&entry.provider));
    let (what, status) = match list {
        "key_ids" => ("key", 400),
        _ => ("model", 403),
    };
    let title =
        format!("the virtual key {name} has no {list} for {provider}, so it allows no {what}");
    // Whoever writes an empty list may mean it.
    let meant = list == "allowed_models" && entry.models.is_some();
    let help = match list {
        "key_ids" => {
            "Clients get 400 no keys found for provider. key_ids lists the id of each key, and [\"*\"] allows all."
        }
        _ => "Clients get 403. Write the names into allowed_models; [\"*\"] allows all.",
    };
    out.finding_if(instance.at(entry.id, title).map(|finding| {
        finding
            .only(if meant { Severity::Warning } else { Severity::Error })
            .explain(help)
            .effect(status, 1.0, format!("requests with {name}"))
            .repair(all(instance, entry, list))
    }));
}

/// An entry whose keys all belong to other providers.
fn foreign(
    instance: &Instance,
    config: &Config,
    key: &VirtualKey,
    entry: &ProviderEntry,
    out: &mut Sink,
) {
    let Some(provider) = config.provider(&entry.provider).filter(|own| !common::key_less(own))
    else {
        return out.passed();
    };
    let others = |release: Release| match entry.keys(config, release) {
        KeyChoice::Only(ids) => !provider.keys.iter().any(|own| ids.contains(&own.id)),
        KeyChoice::All | KeyChoice::NoSuchKey(..) => false,
    };
    match common::holds(instance, out, others) {
        Some(true) => {
            let (name, provider) = (common::named(&key.name), common::named(&entry.provider));
            let title = format!("the virtual key {name} lists no key of {provider}");
            out.finding_if(instance.at(entry.id, title).map(|finding| {
                finding
                    .explain("The keys in key_ids belong to other providers. Clients get 400 no keys found for provider.")
                    .effect(400, 1.0, format!("requests with {name}"))
            }));
        }
        Some(false) => out.passed(),
        None => {}
    }
}
