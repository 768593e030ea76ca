//! The LiteLLMs whose configuration is known.

use super::pods::TracePods;
use super::variables::HOSTS;
use crate::facts::Facts;
use crate::langfuse::litellm::{self, LiteLlmConfig};
use crate::workload::variables::PodVariables;

/// A container that runs LiteLLM.
pub struct LiteLlmProxy<'a> {
    pub pods: TracePods<'a>,
    pub configs: Vec<LiteLlmConfig<'a>>,
    /// A variable of Langfuse's SDKs that says where to send, and that LiteLLM does not read.
    pub other: Option<&'static str>,
    vars: PodVariables,
    /// The names of all variables that are written.
    names: Vec<String>,
}

/// Whether LiteLLM's `langfuse_otel` has an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiteLlmHost {
    Set,
    Unset,
    Unknown,
}

impl<'a> LiteLlmProxy<'a> {
    /// The container of this number, if it runs LiteLLM with a configuration that is known.
    pub(super) fn of(facts: &Facts<'a>, pods: TracePods<'a>, number: usize) -> Option<Self> {
        let container = pods.template.containers.get(number)?;
        if !litellm::is_litellm(container) {
            return None;
        }
        let namespace = &pods.meta.namespace;
        let configs = litellm::configs(facts, namespace, pods.template);
        if configs.is_empty() {
            return None;
        }
        let vars = PodVariables::of(facts, namespace, container, |name| HOSTS.contains(&name));
        let names = container.env.iter().map(|var| var.name.clone()).collect();
        let unread = HOSTS.into_iter().filter(|name| !litellm::HOSTS.contains(name));
        let mut unread = unread.filter(|name| vars.get(name).is_some());
        Some(LiteLlmProxy { pods, configs, other: unread.next(), names, vars })
    }

    /// Whether it is said where `langfuse_otel` sends.
    pub fn host(&self) -> LiteLlmHost {
        let is_set = |name: &str| {
            let written = self.names.iter().any(|own| own == name);
            self.vars.get(name).is_some()
                || written && self.vars.open
                || self.configs.iter().any(|own| own.variables.contains_key(name))
        };
        match litellm::HOSTS.into_iter().any(is_set) {
            true => LiteLlmHost::Set,
            false if self.vars.open => LiteLlmHost::Unknown,
            false => LiteLlmHost::Unset,
        }
    }
}
