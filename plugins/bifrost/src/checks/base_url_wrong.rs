//! # The base URL does not lead to the API
//!
//! ## What it means
//! Bifrost cuts slashes off the end of `base_url` and appends `/v1/chat/completions`. A base URL
//! that ends in `/v1` doubles it, one without `http://` has no host, and under `vllm` it is not
//! read at all: there the address belongs to each key, in `vllm_key_config.url`.
//!
//! ## Why it matters
//! A doubled path is 404 from the upstream (`provider API error (status 404)`, without a type); a
//! missing scheme is 502, in 1.4 400. A vllm provider without `vllm_key_config.url` has no usable
//! key.
//!
//! ## Example
//! `"base_url": "http://chat.models:8000/v1"`: leave `/v1` out.
//!
//! ## Fix safety
//! Safe for `/v1` at the end; unsafe for a missing scheme.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as seen.

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::finding::{Finding, Severity};

use super::common;
use igw_core::bifrost::config::{Provider, Setting};
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::masked;
use igw_core::bifrost::rules::key_config;
use igw_core::bifrost::target::Url;
use igw_core::scene::Scene;

/// IGW0205.
pub struct BaseUrlWrong;

static META: Meta = Meta {
    code: "IGW0205",
    name: "base-url-wrong",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    source: include_str!("base_url_wrong.rs"),
};

impl Check for BaseUrlWrong {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for (instance, config) in common::sound(cx) {
            for provider in &config.providers {
                if let Some(finding) = not_read(instance, provider) {
                    out.finding(finding);
                }
                for address in common::addresses(provider) {
                    // Variables are another check's.
                    if address.text.reveal().contains("env.") || address.text.reveal().is_empty() {
                        continue;
                    }
                    match wrong(provider, address) {
                        Some((status, says)) => {
                            let finding = instance.at(address.id, says);
                            out.finding_if(finding.map(|finding| told(finding, provider, status)));
                        }
                        None => out.passed(),
                    }
                }
            }
        }
    }
}

/// What is wrong with an address, and the status that a client gets.
fn wrong(provider: &Provider, address: &Setting) -> Option<(u16, String)> {
    let text = address.text.reveal();
    let shown = masked::url(text);
    let Some(url) = Url::parse(text) else {
        return Some((
            502,
            format!("{shown} has no http:// or https:// at its front, or no valid port"),
        ));
    };
    let overrides = provider.custom.iter().flat_map(|custom| &custom.paths);
    let path = overrides
        .filter(|(name, _)| name == "chat_completion")
        .map(|(_, path)| path.as_str())
        .next()
        .unwrap_or("/v1/chat/completions");
    let whole = format!("{}{path}", url.path);
    let doubled = whole.contains("/v1/v1/") || whole.matches("/chat/completions").count() > 1;
    doubled.then(|| {
        (404, format!("requests go to {whole}, because Bifrost appends {path} to {shown}"))
    })
}

fn told(finding: Finding, provider: &Provider, status: u16) -> Finding {
    let requests = format!("model {}/...", common::named(&provider.name));
    let text = match status {
        404 => {
            "The upstream answers 404, which Bifrost passes on as provider API error (status 404)."
        }
        _ => "Bifrost cannot connect: 502 from 1.5 on, 400 before.",
    };
    finding.explain(text).effect(status, 1.0, requests)
}

/// A base URL where the address belongs to each key.
fn not_read(instance: &Instance, provider: &Provider) -> Option<Finding> {
    let member = key_config(&provider.name)?;
    let base = provider.base_url.as_ref()?;
    let addressed = |key: &igw_core::bifrost::config::ApiKey| {
        key.server.as_ref().is_some_and(|server| server.url.is_some())
    };
    if provider.name != "vllm" || provider.keys.iter().any(addressed) {
        return None;
    }
    let title =
        format!("vllm does not read base_url: the address belongs into {member}.url of each key");
    let finding = instance.at(base.id, title)?;
    Some(finding.explain("From 1.5 on its keys are skipped, and requests get 400 no keys found that support model; 1.4 answers 500.")
        .effect(400, 1.0, "model vllm/...")
        .guide("2", Some("it puts base_url under vllm")))
}
