//! # A provider that this version does not have
//!
//! ## What it means
//! The name under `providers` is none of those that the version has of its own, and there is no
//! `custom_provider_config` that makes it one. `vllm` exists since 1.4.8.
//!
//! ## Why it matters
//! Requests for it get 400 as if no provider were named, and the start takes 15 seconds longer,
//! because listing its models times out.
//!
//! ## Example
//! `"providers": {"mycorp": {"keys": [...]}}`. A server that speaks OpenAI's protocol needs
//! `"custom_provider_config": {"base_provider_type": "openai"}`.
//!
//! ## Fix safety
//! Unsafe: whether another name or a custom provider was meant cannot be told.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as seen. The guide says that `vllm` is no built-in
//! name.

use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::rules::{self, Provider};
use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::finding::{Finding, Severity};
use igw_core::scene::Scene;

use super::common;

/// IGW0203.
pub struct UnknownProvider;

static META: Meta = Meta {
    code: "IGW0203",
    name: "unknown-provider",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    source: include_str!("unknown_provider.rs"),
};

impl Check for UnknownProvider {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for (instance, config) in common::sound(cx) {
            for provider in config.providers.iter().filter(|p| p.custom.is_none()) {
                let has = |release| rules::provider(release, &provider.name) == Provider::Has;
                match common::holds(instance, out, has) {
                    Some(true) => out.passed(),
                    Some(false) => out.finding(finding(instance, provider)),
                    None => {}
                }
            }
        }
    }
}

fn finding(instance: &Instance, provider: &igw_core::bifrost::config::Provider) -> Finding {
    let release = instance.releases()[0];
    let name = common::named(&provider.name);
    let title = format!("{} has no provider {name}", instance.title());
    let help = match rules::provider(release, &provider.name) {
        Provider::Since((major, minor, patch)) => {
            format!("It exists since {major}.{minor}.{patch}.")
        }
        _ => match rules::nearest_provider(release, &provider.name) {
            Some(near) => format!("The nearest name is {near}."),
            None => "A server that speaks OpenAI's protocol needs custom_provider_config with base_provider_type openai.".to_owned(),
        },
    };
    let requests = format!("model {name}/...");
    instance
        .at_key(provider.id, title.clone())
        .unwrap_or_else(|| instance.at_workload("", title))
        .explain(format!(
            "Requests for it get 400 as if no provider were named, and the start takes 15 s longer. {help}"
        ))
        .effect(400, 1.0, requests)
        .guide("2", Some("it says that vllm is no built-in name; it is one since 1.4.8"))
}
