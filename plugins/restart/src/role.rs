//! Which part of an inference gateway a workload is.

use igw_core::bifrost::instance::is_bifrost_image;
use igw_core::facts::views::{Gateway, Workload};
use igw_core::workload::image::image_name;
use igw_core::workload::vllm;

/// A part of an inference gateway; in the order in which they are restarted, what others need first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// vLLM or another server of models.
    ModelServer,
    Bifrost,
    LiteLlm,
    Langfuse,
    Classifier,
    /// kgateway's controller.
    Controller,
    /// The proxy of a Gateway.
    Proxy,
    /// Something else, which Services of routes may lead to.
    Other,
}

/// Images of servers of models, by the last part of their name.
const MODEL_SERVERS: [&str; 6] =
    ["vllm", "sglang", "text-generation-inference", "ollama", "llama.cpp", "lmdeploy"];

impl Role {
    pub fn of(workload: &Workload) -> Role {
        let last = |image: &String| {
            let name = image_name(image).0;
            name.rsplit('/').next().unwrap_or_default().to_ascii_lowercase()
        };
        let images: Vec<String> = workload.images.iter().map(last).collect();
        let has = |wanted: &str| images.iter().any(|image| image.contains(wanted));
        if workload.images.iter().any(|image| is_bifrost_image(image)) {
            return Role::Bifrost;
        }
        if vllm::of(workload).is_some() || MODEL_SERVERS.iter().any(|own| has(own)) {
            return Role::ModelServer;
        }
        if has("litellm") {
            return Role::LiteLlm;
        }
        if has("langfuse") {
            return Role::Langfuse;
        }
        if workload.pod_labels.contains_key(Gateway::OF_PROXY) || has("envoy-wrapper") {
            return Role::Proxy;
        }
        if images.iter().any(|image| image == "kgateway") {
            return Role::Controller;
        }
        let containers = || workload.template.iter().flat_map(|own| &own.containers);
        let sets = |name: &str| containers().flat_map(|own| &own.env).any(|var| var.name == name);
        // The variables of the guide's classifier.
        let named = workload.meta.name.contains("classifier")
            || has("classifier")
            || sets("WEAK_BACKEND") && sets("STRONG_BACKEND");
        let labelled = workload.pod_labels.iter().any(|(_, value)| value.contains("classifier"));
        if named || labelled { Role::Classifier } else { Role::Other }
    }

    /// What it is called in a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Role::ModelServer => "the model server",
            Role::Bifrost => "Bifrost",
            Role::LiteLlm => "LiteLLM",
            Role::Langfuse => "Langfuse",
            Role::Classifier => "the classifier",
            Role::Controller => "kgateway",
            Role::Proxy => "the proxy",
            Role::Other => "the program",
        }
    }

    /// Whether it reads files of its configuration only when it starts; `None`: not known.
    ///
    /// Bifrost 1.4 to 2.0 was observed to keep what it has read. LiteLLM reads `--config` in its
    /// start-up, vLLM its command line, Langfuse its environment, Envoy its bootstrap; routes come to
    /// the proxy by xDS.
    pub fn reads_at_start(self) -> Option<bool> {
        match self {
            Role::Other => None,
            _ => Some(true),
        }
    }

    /// What reaches it without a restart, for a sentence of its own.
    pub fn dynamic(self) -> Option<&'static str> {
        match self {
            Role::Controller | Role::Proxy => Some(
                "Routes, policies and certificates of Gateways reach the proxy by xDS, without a restart.",
            ),
            Role::LiteLlm => Some(
                "Models that are kept in LiteLLM's database (store_model_in_db) do not need a restart.",
            ),
            Role::ModelServer => Some("It is away until the model is loaded again."),
            Role::Bifrost => Some(
                "Bifrost takes changed and new entries of the file then; what was removed from the file stays in a database that outlives the pod.",
            ),
            Role::Langfuse | Role::Classifier | Role::Other => None,
        }
    }
}
