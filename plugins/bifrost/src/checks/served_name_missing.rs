//! # vLLM serves a model only under its full name
//!
//! ## What it means
//! Without `--served-model-name` vLLM answers to the name that it was started with, such as
//! `meta-llama/Llama-3.1-8B` or a path.
//!
//! ## Why it matters
//! Clients that ask for a short name get 404 `The model ... does not exist.`. With the full name
//! the client must send `openai/meta-llama/Llama-3.1-8B`, and Bifrost must list the full name, too.
//!
//! ## Example
//! `vllm serve meta-llama/Llama-3.1-8B`: add `--served-model-name llama-8b
//! meta-llama/Llama-3.1-8B`.
//!
//! ## Fix safety
//! Safe with both names; restarts the server. Further names are those by which Bifrost asks this
//! server, or the last part of the model's own name.
//!
//! ## Sources
//! vLLM, command line of `vllm serve`; Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed.
//! The guide starts vLLM without the flag.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::Workload;
use igw_core::finding::Severity;
use igw_core::fix::Fix;
use igw_core::kube::Kind;
use igw_core::workload::standing;
use igw_core::workload::vllm::{self, Vllm};
use igw_core::{page, text};

use crate::serving;

pub static CHECK: Check = Check {
    code: "IGW0302",
    name: "served-name-missing",
    severity: Severity::Warning,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload, Kind::Service],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for workload in standing(facts, facts.scope.namespace.as_deref()) {
        let Some(server) = vllm::of(workload) else { continue };
        let Some(model) = server.model.as_ref().filter(|_| !server.named) else {
            out.passed();
            continue;
        };
        if !model.contains('/') || model.contains('$') {
            out.passed();
            continue;
        }
        let path = format!("/spec/template/spec/containers/{}", server.container);
        let shown = text::clip(model, 80);
        let title = format!("it answers only to {shown}");
        out.finding(
            igw_core::finding::Finding::at(&workload.meta, path, title)
                .explain("There is no --served-model-name. A request for a short name gets 404 The model does not exist.")
                .guide("7", Some("it starts vLLM without the flag and asks for a short name"))
                .repair(short(facts, workload, &server, model)),
        );
    }
}

/// The names that Bifrost sends to it beside the whole one, or else the last part of that.
fn short(facts: &Facts, workload: &Workload, server: &Vllm, model: &str) -> Option<Fix> {
    let last = model.trim_end_matches('/').rsplit('/').next().filter(|own| !own.is_empty())?;
    let mut names = serving::asked(facts, workload);
    names.remove(model);
    if names.is_empty() {
        names.insert(last.to_owned());
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let sets = serving::also(workload, server, &names)?;
    let shown: Vec<String> = names.iter().map(|name| text::clip(name, 80)).collect();
    let title = format!("serve {} as {}, too", text::clip(model, 80), text::list(&shown));
    Some(Fix::safe(title).change(&workload.meta, sets))
}
