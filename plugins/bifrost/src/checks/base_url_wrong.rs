//! # The base URL does not lead to the API
//!
//! ## What it means
//! Bifrost removes trailing slashes from `base_url` and appends `/v1/chat/completions`. A base URL
//! that ends in `/v1` doubles it, and one without `http://` has no host. Under `vllm`, `base_url`
//! is not read at all: there the address belongs to each key, in `vllm_key_config.url`.
//!
//! ## Why it matters
//! A doubled path gets 404 from the upstream (`provider API error (status 404)`, without a type); a
//! missing scheme gets 502, in 1.4 400. A vllm provider without `vllm_key_config.url` has no usable
//! key.
//!
//! ## Example
//! `"base_url": "http://chat.models:8000/v1"`: remove `/v1`.
//!
//! ## Fix safety
//! Safe for a trailing `/v1`, and for an address that is moved to the keys; unsafe for a missing
//! scheme.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed.

use igw_core::bifrost::config::{Provider, Setting};
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::repairs::{self, Repairs as _};
use igw_core::bifrost::rules::key_config;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Set};
use igw_core::kube::{Hidden, Kind};
use igw_core::mask;
use igw_core::page;
use igw_core::workload::Release;
use igw_core::workload::address::Url;

use crate::common;

pub static CHECK: Check = Check {
    code: "IGW0205",
    name: "base-url-wrong",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for (instance, provider) in common::providers(facts) {
        not_read(instance, provider, out);
        for address in common::addresses(provider) {
            // Variables are another check's.
            if address.text.reveal().contains("env.") || address.text.reveal().is_empty() {
                continue;
            }
            match wrong(provider, address) {
                Some((status, says)) => {
                    let finding = instance.at(address.id, says);
                    let fix = better(instance, provider, address);
                    out.finding_if(
                        finding.map(|finding| told(finding, provider, status).repair(fix)),
                    );
                }
                None => out.passed(),
            }
        }
    }
}

/// What is wrong with an address, and the status that clients get.
fn wrong(provider: &Provider, address: &Setting) -> Option<(u16, String)> {
    let text = address.text.reveal();
    let shown = mask::address_or_key(text);
    let Some(url) = Url::parse(text) else {
        return Some((
            502,
            format!("{shown} does not begin with http:// or https://, or has no valid port"),
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
        _ => "Bifrost cannot connect and answers 502 (400 before 1.5).",
    };
    finding.explain(text).effect(status, 1.0, requests)
}

/// A provider that reads the address from each key, and finds none: `vllm`, and from 1.5 on `ollama`
/// and `sgl` (facts/bifrost-versions.md, 4).
fn not_read(instance: &Instance, provider: &Provider, out: &mut Sink) {
    let Some(member) = key_config(&provider.name) else { return };
    let addressed = |key: &igw_core::bifrost::config::ApiKey| {
        key.server.as_ref().is_some_and(|server| server.url.is_some())
    };
    let name = provider.name.as_str();
    let skipped = |release: Release| name == "vllm" || release.since(1, 5, 0);
    let bare: Vec<_> = provider.keys.iter().filter(|key| !addressed(key)).collect();
    if bare.is_empty() || common::holds(instance, out, skipped) != Some(true) {
        return;
    }
    let text = match name {
        "vllm" => {
            "From 1.5 on its keys are skipped, and requests get 400 no keys found that support model; 1.4 answers 500."
        }
        _ => {
            "From 1.5 on its keys are skipped, and requests get 400 no keys found that support model; 1.4 reads base_url."
        }
    };
    let told = |finding: Finding| {
        let finding = finding.explain(text).effect(400, 1.0, format!("model {name}/..."));
        match name {
            "vllm" => finding.guide("2", Some("it puts base_url under vllm")),
            _ => finding,
        }
    };
    match &provider.base_url {
        Some(base) if bare.len() == provider.keys.len() => {
            let title =
                format!("{name} does not read base_url: set {member}.url on each key instead");
            let fix = on_each_key(instance, provider, base, member);
            out.finding_if(instance.at(base.id, title).map(|f| told(f).repair(fix)));
        }
        _ => {
            for key in bare {
                let title = format!("{} of {name} has no {member}.url", common::key_name(key));
                out.finding_if(instance.at(key.id, title).map(told));
            }
        }
    }
}

/// The address without the path that Bifrost appends, or with a scheme.
fn better(instance: &Instance, provider: &Provider, address: &Setting) -> Option<Fix> {
    let text = address.text.reveal();
    let at = instance.config()?.json.pointer(address.id);
    let bare = text.trim_end_matches('/');
    let ends = ["/v1/chat/completions", "/chat/completions", "/v1"];
    let (to, fix) = match Url::parse(text) {
        // A name without a dot and a port may be anything.
        None if !text.contains(['.', ':']) => return None,
        None => {
            let title = repairs::with_http(&at);
            let why = "whether the server speaks http is not known";
            (format!("http://{text}"), Fix::unsafe_as(why, title))
        }
        Some(_) => {
            let end = ends.iter().find(|end| bare.ends_with(*end))?;
            let to = &bare[..bare.len() - end.len()];
            let title = repairs::set_to(&at, &mask::address_or_key(to));
            (to.to_owned(), Fix::safe(title))
        }
    };
    let good = Setting { text: Hidden::new(to.clone()), id: address.id };
    if wrong(provider, &good).is_some() {
        return None;
    }
    instance.edit(fix, vec![Set::Put(at, to.into())])
}

/// The address of a provider as one of each key.
fn on_each_key(
    instance: &Instance,
    provider: &Provider,
    base: &Setting,
    member: &str,
) -> Option<Fix> {
    let json = &instance.config()?.json;
    let network = provider.network?;
    let only = json.children(network).nth(1).is_none();
    let at = json.pointer(if only { network } else { base.id });
    let url = base.text.reveal();
    let put = |key: &igw_core::bifrost::config::ApiKey| {
        Set::Put(instance.member(key.id, &[member, "url"]), url.into())
    };
    let mut sets: Vec<Set> = provider.keys.iter().map(put).collect();
    if sets.is_empty() {
        return None;
    }
    sets.push(Set::Drop(at));
    instance.edit(Fix::safe(format!("move base_url to {member}.url of each key")), sets)
}
