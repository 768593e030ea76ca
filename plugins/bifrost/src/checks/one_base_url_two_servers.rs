//! # Two models of one provider go to the same server
//!
//! ## What it means
//! A provider has one `base_url` for all its keys (except `vllm`, `ollama` and `sgl`, where each
//! key has its own address). Keys that list different models do not lead to different servers.
//!
//! ## Why it matters
//! The server gets requests for a model that it most likely does not serve, and answers 404.
//!
//! ## Example
//! Two keys under `openai`, one for a small and one for a large model. Use two custom providers, or
//! `vllm` with one key for each server.
//!
//! ## Fix safety
//! Show only: the other address is not in the file.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed. The guide builds its cascade this
//! way.

use igw_core::bifrost::config::Provider;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::rules::key_config;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::Severity;
use igw_core::kube::Kind;
use igw_core::page;

use crate::common;

pub static CHECK: Check = Check {
    code: "IGW0217",
    name: "one-base-url-two-servers",
    severity: Severity::Warning,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for (instance, provider) in common::providers(facts) {
        if !apart(provider) {
            out.passed();
            continue;
        }
        let name = common::named(&provider.name);
        let title =
            format!("the keys of {name} are for different models, but all go to one base_url");
        out.finding_if(instance.at_key(provider.id, title).map(|finding| {
            finding
                .explain("One server gets the requests for all these models. For two servers use two custom providers, or vllm with one key for each.")
                .guide("9", Some("its cascade has two models of different servers under one base_url"))
        }));
    }
}

/// The most keys that are compared with each other.
const MOST_KEYS: usize = 64;

/// Whether two keys share no model, and neither allows all.
fn apart(provider: &Provider) -> bool {
    if key_config(&provider.name).is_some() || provider.base_url.is_none() {
        return false;
    }
    let lists: Vec<Vec<&str>> = provider
        .keys
        .iter()
        .take(MOST_KEYS)
        .map(|key| key.models.iter().flatten().map(|(name, _)| name.as_str()).collect())
        .collect();
    let open = |list: &Vec<&str>| list.is_empty() || list.contains(&"*");
    lists.iter().enumerate().any(|(at, one)| {
        !open(one)
            && lists[at + 1..]
                .iter()
                .any(|other| !open(other) && one.iter().all(|name| !other.contains(name)))
    })
}
