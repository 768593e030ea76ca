//! Which program of an inference gateway stands behind a backendRef.

use igw_core::bifrost::instance::is_bifrost_image;
use igw_core::facts::views::{Service, Workload};
use igw_core::facts::{Fact, Facts};
use igw_core::route::followed::FollowedBackend;
use igw_core::workload::vllm;

#[derive(Debug, PartialEq, Eq)]
pub enum LlmServer {
    /// vLLM, with the model names that it serves, if that is known.
    Vllm(Vec<String>),
    Bifrost,
    /// The guide's classifier, which chooses between two backends by the prompt.
    Classifier,
}

/// The program behind an arm, if its Service leads to workloads of one kind. `ask`: whether it is
/// worth a request, where workloads are not known.
pub fn server(facts: &Facts, arm: &FollowedBackend, ask: bool) -> Option<LlmServer> {
    let mut servers = workloads(facts, arm, ask).into_iter().map(program);
    let first = servers.next()??;
    servers.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

/// What the program behind an arm is called, if it serves or forwards requests to language models.
pub fn called(facts: &Facts, arm: &FollowedBackend) -> Option<&'static str> {
    let found = workloads(facts, arm, false);
    match found.iter().find_map(|workload| program(workload)) {
        Some(LlmServer::Vllm(_)) => return Some("vLLM"),
        Some(LlmServer::Bifrost) => return Some("Bifrost"),
        Some(LlmServer::Classifier) => return Some("the classifier"),
        None => {}
    }
    let images = found.iter().flat_map(|workload| &workload.images);
    images.filter_map(|image| by_image(image)).next()
}

/// Other servers and gateways of models, by the names of their images.
fn by_image(image: &str) -> Option<&'static str> {
    let path = image.split('@').next().unwrap_or_default();
    let known = [
        ("litellm", "LiteLLM"),
        ("sglang", "SGLang"),
        ("ollama", "Ollama"),
        ("text-generation-inference", "Text Generation Inference"),
        ("llama.cpp", "llama.cpp"),
    ];
    known.iter().find(|(part, _)| path.contains(part)).map(|(_, name)| *name)
}

/// The workloads behind an arm.
fn workloads<'a>(facts: &Facts<'a>, arm: &FollowedBackend, ask: bool) -> Vec<&'a Workload> {
    if !arm.reference.group.is_empty() || arm.reference.kind != "Service" {
        return Vec::new();
    }
    let Fact::Known(service) = facts.get::<Service>(&arm.judged.namespace, &arm.reference.name)
    else {
        return Vec::new();
    };
    let selector: Vec<(&str, &str)> = service.selector.iter().collect();
    if selector.is_empty() {
        return Vec::new();
    }
    let namespace = Some(service.meta.namespace.as_str());
    match ask {
        true => facts.select::<Workload>(namespace, &selector).items,
        false => facts.store.select::<Workload>(namespace, &selector, |_| {}).items,
    }
}

/// What a workload runs: by its images and command lines. Names of objects tell nothing.
fn program(workload: &Workload) -> Option<LlmServer> {
    if let Some(vllm) = vllm::of(workload) {
        return Some(LlmServer::Vllm(vllm.names.unwrap_or_default()));
    }
    let containers = &workload.template.as_ref().ok()?.containers;
    if containers.iter().any(|container| is_bifrost_image(&container.image)) {
        return Some(LlmServer::Bifrost);
    }
    let has = |name: &str| containers.iter().flat_map(|c| &c.env).any(|var| var.name == name);
    (has("WEAK_BACKEND") && has("STRONG_BACKEND")).then_some(LlmServer::Classifier)
}
