//! # A provider that this version does not have
//!
//! ## What it means
//! The name under `providers` is not built into this version, and no `custom_provider_config`
//! defines it as a custom provider. `vllm` has existed since 1.4.8.
//!
//! ## Why it matters
//! Requests for it get 400 as if they named no provider, and Bifrost takes 15 seconds longer to
//! start, because listing its models times out.
//!
//! ## Example
//! `"providers": {"mycorp": {"keys": [...]}}`. A server with an OpenAI-compatible API needs
//! `"custom_provider_config": {"base_provider_type": "openai"}`.
//!
//! ## Fix safety
//! Unsafe: it is not known whether a different name or a custom provider was meant.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed. The guide says that `vllm` is not a
//! built-in name.

use igw_core::bifrost::config::Provider;
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::repairs::Repairs as _;
use igw_core::bifrost::rules::{self, KnownProvider};
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Edit, Fix, FixChoice, Pick, Safety, Set};
use igw_core::kube::Kind;
use igw_core::page;
use serde_json::json;

use crate::common;

pub static CHECK: Check = Check {
    code: "IGW0203",
    name: "unknown-provider",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for (instance, config) in common::sound(facts) {
        for provider in config.providers.iter().filter(|p| p.custom.is_none()) {
            let has = |release| rules::provider(release, &provider.name) == KnownProvider::Has;
            match common::holds(instance, out, has) {
                Some(true) => out.passed(),
                Some(false) => out.finding(finding(instance, provider)),
                None => {}
            }
        }
    }
}

fn finding(instance: &Instance, provider: &Provider) -> Finding {
    let release = instance.releases()[0];
    let name = common::named(&provider.name);
    let title = format!("{} has no provider {name}", instance.title());
    let help = match rules::provider(release, &provider.name) {
        KnownProvider::Since((major, minor, patch)) => {
            format!("It exists from {major}.{minor}.{patch} on.")
        }
        _ => match rules::nearest_provider(release, &provider.name) {
            Some(near) => format!("The nearest name is {near}."),
            None => "A server with an OpenAI-compatible API needs custom_provider_config with base_provider_type openai.".to_owned(),
        },
    };
    let requests = format!("model {name}/...");
    instance
        .at_key(provider.id, title.clone())
        .unwrap_or_else(|| instance.at_workload("", title))
        .explain(format!(
            "Requests for it get 400 as if they named no provider, and Bifrost takes 15 s longer to start. {help}"
        ))
        .effect(400, 1.0, requests)
        .repair(named(instance, provider))
        .guide("2", Some("it says that vllm is not a built-in name, but it has been one since 1.4.8"))
}

/// The nearest name, or a provider of one's own where the file says which server it is.
fn named(instance: &Instance, provider: &Provider) -> Option<Fix> {
    let config = instance.config()?;
    let inside = instance.inside()?;
    let at = config.json.pointer(provider.id);
    let mut picks = Vec::new();
    let near = rules::nearest_provider(instance.releases()[0], &provider.name);
    if let Some(near) = near.filter(|near| config.provider(near).is_none()) {
        let edits = vec![Edit::Change(inside.clone(), vec![Set::Rename(at.clone(), near.into())])];
        let label = format!("it is called {near}");
        picks.push(Pick { value: near.into(), label, edits });
    }
    if provider.base_url.is_some() {
        let custom = instance.member(provider.id, &["custom_provider_config"]);
        let value = json!({ "base_provider_type": "openai" });
        let edits = vec![Edit::Change(inside, vec![Set::Put(custom, value)])];
        let label = "it is a server with an OpenAI-compatible API".to_owned();
        picks.push(Pick { value: "custom".into(), label, edits });
    }
    let name = common::named(&provider.name);
    let ask = format!("What is the provider {name}?");
    let why = "it is not known which provider was meant";
    let choice = FixChoice { key: "provider", ask, picks };
    Fix::choose(Safety::Unsafe(why.into()), choice, |only| match only {
        Some(only) if only.value != "custom" => format!("rename provider {name} to {}", only.value),
        Some(_) => format!("make {name} a custom provider with base_provider_type openai"),
        None => format!("say what the provider {name} is"),
    })
}
