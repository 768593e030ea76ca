//! Which program of an inference gateway stands behind a backendRef.

use std::collections::BTreeSet;

use igw_core::bifrost::instance::is_bifrost_image;
use igw_core::facts::views::{Service, Workload};
use igw_core::facts::{Fact, Facts};
use igw_core::kube::full_name;
use igw_core::route::followed::FollowedBackend;
use igw_core::text;
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
    one_of(&workloads(facts, arm, ask))
}

/// The program behind a Service.
///
/// # Errors
/// Why it is not known, as a clause.
pub fn behind(facts: &Facts, namespace: &str, name: &str) -> Result<LlmServer, String> {
    let title = full_name(namespace, name);
    let service = match facts.get::<Service>(namespace, name) {
        Fact::Known(service) => service,
        Fact::Absent => return Err(format!("there is no Service {title}")),
        Fact::Unknown(why) => return Err(why.detail),
    };
    let selector: Vec<(&str, &str)> = service.selector.iter().collect();
    if selector.is_empty() {
        return Err(format!("Service {title} selects no pods by itself"));
    }
    let found = facts.select::<Workload>(Some(namespace), &selector);
    if let Some(server) = one_of(&found.items) {
        return match server {
            LlmServer::Vllm(names) if names.is_empty() => {
                Err(format!("the arguments of vLLM behind {title} do not tell its model name"))
            }
            server => Ok(server),
        };
    }
    Err(match (found.items.as_slice(), found.gap) {
        ([], Some(why)) => why.detail,
        ([], None) => format!("no workload has the labels that Service {title} selects"),
        _ => format!("what runs behind Service {title} is not a program that is known here"),
    })
}

/// The program of all these workloads, if it is one.
fn one_of(workloads: &[&Workload]) -> Option<LlmServer> {
    let mut servers = workloads.iter().map(|workload| program(workload));
    let first = servers.next()??;
    servers.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

impl LlmServer {
    /// Whether no model name is good for both.
    pub fn is_unlike(&self, other: &LlmServer) -> bool {
        match (self, other) {
            (LlmServer::Vllm(a), LlmServer::Vllm(b)) => {
                let names: BTreeSet<&String> = a.iter().collect();
                !a.is_empty() && !b.is_empty() && !b.iter().any(|name| names.contains(name))
            }
            _ => self != other,
        }
    }

    /// What it expects as the model's name, after "behind … is".
    pub fn wants(&self) -> String {
        match self {
            LlmServer::Vllm(names) if names.is_empty() => {
                "vLLM, which accepts its served name".to_owned()
            }
            LlmServer::Vllm(names) => format!("vLLM, which serves {}", text::some_of(names, 3)),
            LlmServer::Bifrost => "Bifrost, which expects provider/model".to_owned(),
            LlmServer::Classifier => "the classifier, which accepts any name".to_owned(),
        }
    }
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
