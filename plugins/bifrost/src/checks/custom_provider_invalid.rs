//! # Bifrost does not accept a custom provider
//!
//! ## What it means
//! `custom_provider_config` needs a `base_provider_type`: anthropic, bedrock, cohere, gemini,
//! openai, huggingface or replicate. The provider must not have the name of a built-in one.
//!
//! ## Why it matters
//! From 1.5 on Bifrost drops the provider, with one warning in the log, and requests for it get
//! 400. 1.4 exits when `base_provider_type` is missing, and takes 15 seconds longer to start when
//! it is unknown.
//!
//! ## Example
//! `"custom_provider_config": {"base_provider_type": "vllm"}`: use `openai`, the protocol that vLLM
//! speaks.
//!
//! ## Fix safety
//! Unsafe: the protocol of the server is not known.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed.

use igw_core::bifrost::config::{Custom, Provider};
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::repairs::{self, Repairs as _};
use igw_core::bifrost::rules;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Set};
use igw_core::kube::{Kind, pointer};
use igw_core::page;

use crate::common;

pub static CHECK: Check = Check {
    code: "IGW0204",
    name: "custom-provider-invalid",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for (instance, provider) in common::providers(facts) {
        let Some(custom) = &provider.custom else { continue };
        match fault(custom) {
            Some(says) => {
                let name = common::named(&provider.name);
                let title = format!("the custom provider {name} is not accepted: {says}");
                let finding = instance.at(custom.id, title);
                let fix = based(instance, custom);
                out.finding_if(finding.map(|finding| explain(finding).repair(fix)));
            }
            None => standard(instance, provider, custom, out),
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
        "From 1.5 on Bifrost drops the provider, and requests for it get 400; 1.4 does not start without a base_provider_type.",
    )
}

/// The name of a built-in provider: accepted by 1.4, rejected by later versions.
fn standard(instance: &Instance, provider: &Provider, custom: &Custom, out: &mut Sink) {
    let refused = |release: igw_core::workload::Release| {
        rules::provider(release, &provider.name) == rules::KnownProvider::Has
            && release.since(1, 5, 0)
    };
    match common::holds(instance, out, refused) {
        Some(true) => {
            let name = common::named(&provider.name);
            let title = format!("the built-in provider {name} cannot be a custom provider");
            let finding = instance.at(custom.id, title);
            out.finding_if(finding.map(|finding| {
                finding
                    .explain("From 1.5 on Bifrost drops the provider, with a warning in the log.")
                    .effect(400, 1.0, format!("model {name}/..."))
                    .repair(built_in(instance, provider, custom))
            }));
        }
        Some(false) => out.passed(),
        None => {}
    }
}

/// The base that most servers have.
fn based(instance: &Instance, custom: &Custom) -> Option<Fix> {
    let base = custom.base.as_ref().map(|(base, _)| base.as_str()).unwrap_or_default();
    if custom.key_less && base == "bedrock" {
        return None;
    }
    let at = instance.member(custom.id, &["base_provider_type"]);
    let why = "the protocol of the server is not known";
    let near = rules::BASE_TYPES.iter().filter(|own| strsim::damerau_levenshtein(own, base) <= 2);
    let to = near.min_by_key(|own| strsim::damerau_levenshtein(own, base)).unwrap_or(&"openai");
    let title = repairs::set_to(&at, to);
    instance.edit(Fix::unsafe_as(why, title), vec![Set::Put(at, (*to).into())])
}

/// The built-in provider, where it speaks what the custom one was to speak.
fn built_in(instance: &Instance, provider: &Provider, custom: &Custom) -> Option<Fix> {
    let base = custom.base.as_ref().map(|(base, _)| base.as_str())?;
    if base != provider.name || custom.key_less || !custom.paths.is_empty() {
        return None;
    }
    let at = instance.config()?.json.pointer(custom.id);
    let title = format!("remove {}", pointer::dotted(&at));
    let why = "what else the section says is lost";
    instance.edit(Fix::unsafe_as(why, title), vec![Set::Drop(at)])
}
