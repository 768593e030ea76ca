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
    if !arm.reference.group.is_empty() || arm.reference.kind != "Service" {
        return None;
    }
    let Fact::Known(service) = facts.get::<Service>(&arm.judged.namespace, &arm.reference.name)
    else {
        return None;
    };
    let selector: Vec<(&str, &str)> = service.selector.iter().collect();
    let namespace = Some(service.meta.namespace.as_str());
    let found = match ask {
        true => facts.select::<Workload>(namespace, &selector).items,
        false => facts.store.select::<Workload>(namespace, &selector, |_| {}).items,
    };
    let mut servers = found.into_iter().map(program);
    let first = servers.next()??;
    servers.all(|other| other.as_ref() == Some(&first)).then_some(first)
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
