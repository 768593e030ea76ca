//! # A custom provider that Bifrost does not accept
//!
//! ## What it means
//! `custom_provider_config` needs a `base_provider_type` out of anthropic, bedrock, cohere, gemini,
//! openai, huggingface and replicate, and the provider must not have the name of a built-in one.
//!
//! ## Why it matters
//! From 1.5 on the provider is missing, with one warning in the log, and its requests get 400. 1.4
//! exits when `base_provider_type` is missing, and takes 15 seconds longer to start for an unknown
//! one.
//!
//! ## Example
//! `"custom_provider_config": {"base_provider_type": "vllm"}`: use `openai`, which is what vLLM
//! speaks.
//!
//! ## Fix safety
//! Unsafe: which protocol the server speaks cannot be told.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as seen.

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::finding::{Finding, Severity};

use super::common;
use igw_core::bifrost::config::{Custom, Provider};
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::rules;
use igw_core::scene::Scene;

/// IGW0204.
pub struct CustomProviderInvalid;

static META: Meta = Meta {
    code: "IGW0204",
    name: "custom-provider-invalid",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    source: include_str!("custom_provider_invalid.rs"),
};

impl Check for CustomProviderInvalid {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for (instance, config) in common::sound(cx) {
            for provider in &config.providers {
                let Some(custom) = &provider.custom else { continue };
                match fault(custom) {
                    Some(says) => {
                        let name = common::named(&provider.name);
                        let title = format!("the custom provider {name} is not accepted: {says}");
                        let finding = instance.at(custom.id, title);
                        out.finding_if(finding.map(explain));
                    }
                    None => standard(instance, provider, custom, out),
                }
            }
        }
    }
}

fn fault(custom: &Custom) -> Option<String> {
    let base = custom.base.as_ref().map(|(base, _)| base.as_str()).unwrap_or_default();
    if base.is_empty() {
        return Some("base_provider_type is missing".to_owned());
    }
    if !rules::BASE_TYPES.contains(&base) {
        return Some(format!("base_provider_type {} does not exist", common::named(base)));
    }
    (base == "bedrock" && custom.key_less).then(|| "Bedrock needs keys".to_owned())
}

fn explain(finding: Finding) -> Finding {
    finding.explain(
        "From 1.5 on the provider is missing and its requests get 400; 1.4 does not start without a base_provider_type.",
    )
}

/// The name of a built-in provider: 1.4 takes it, later ones do not.
fn standard(instance: &Instance, provider: &Provider, custom: &Custom, out: &mut Sink) {
    let refused = |release: igw_core::facts::Release| {
        rules::provider(release, &provider.name) == rules::Provider::Has && release.since(1, 5, 0)
    };
    match common::holds(instance, out, refused) {
        Some(true) => {
            let name = common::named(&provider.name);
            let title = format!("the built-in provider {name} cannot be a custom one");
            let finding = instance.at(custom.id, title);
            out.finding_if(finding.map(|finding| {
                finding
                    .explain("From 1.5 on the provider is gone, with a warning in the log.")
                    .effect(400, 1.0, format!("model {name}/..."))
            }));
        }
        Some(false) => out.passed(),
        None => {}
    }
}
