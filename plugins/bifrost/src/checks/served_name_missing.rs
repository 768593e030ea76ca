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
//! Safe with both names; restarts the server.
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
use igw_core::page;
use igw_core::workload::standing;
use igw_core::workload::vllm::{self, Vllm};

use crate::serving;

pub static CHECK: Check = Check {
    code: "IGW0302",
    name: "served-name-missing",
    severity: Severity::Warning,
    needs: &[Kind::Workload],
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
        let shown = igw_core::text::clip(model, 80);
        let title = format!("it answers only to {shown}");
        out.finding(
            igw_core::finding::Finding::at(&workload.meta, path, igw_core::text::sentence(&title))
                .explain("There is no --served-model-name. A request for a short name gets 404 The model does not exist.")
                .guide("7", Some("it starts vLLM without the flag and asks for a short name"))
                .repair(short(workload, &server, model)),
        );
    }
}

/// The last part of the name beside the whole one.
fn short(workload: &Workload, server: &Vllm, model: &str) -> Option<Fix> {
    let short = model.trim_end_matches('/').rsplit('/').next().filter(|own| !own.is_empty())?;
    let sets = serving::also(workload, server, &[short])?;
    let title = format!("serve {} as {}, too", igw_core::text::clip(model, 80), short);
    Some(Fix::safe(title).change(&workload.meta, sets))
}
