//! LiteLLM's configuration, as far as it says where traces go.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::facts::views::{ConfigMap, ConfigSource, ConfigUse, ConfigWay, Container, PodTemplate};
use crate::facts::{Fact, Facts};
use crate::kube::Hidden;
use crate::workload::image::image_name;
use crate::workload::variables::UNSEEN;
use crate::{pointer, yaml};

/// The callback that writes to `/api/public/ingestion`.
pub const LEGACY: &str = "langfuse";

/// The callback that sends OTLP.
pub const OTLP: &str = "langfuse_otel";

/// The variables that say where `langfuse_otel` sends; without one it is Langfuse's cloud in the US.
pub const HOSTS: [&str; 2] = ["LANGFUSE_OTEL_HOST", "LANGFUSE_HOST"];

/// A configuration of LiteLLM in an entry of a ConfigMap.
#[derive(Debug, Clone)]
pub struct LiteLlmConfig<'a> {
    pub map: &'a ConfigMap,
    /// Where it stands in the ConfigMap.
    pub path: String,
    callbacks: BTreeSet<String>,
    /// `environment_variables`, which LiteLLM sets for itself.
    pub variables: BTreeMap<String, Hidden>,
}

impl LiteLlmConfig<'_> {
    /// Whether a callback of this name is called.
    pub fn calls(&self, name: &str) -> bool {
        self.callbacks.contains(name)
    }
}

/// Whether a container runs LiteLLM, by its image.
pub fn is_litellm(container: &Container) -> bool {
    image_name(&container.image).0.contains("litellm")
}

/// The configurations in the ConfigMaps that a pod mounts.
pub fn configs<'a>(
    facts: &Facts<'a>,
    namespace: &str,
    template: &PodTemplate,
) -> Vec<LiteLlmConfig<'a>> {
    let mut out: Vec<LiteLlmConfig> = Vec::new();
    let mounted = ConfigUse::all(template).into_iter();
    let mounted =
        mounted.filter(|own| own.source == ConfigSource::ConfigMap && own.way != ConfigWay::Env);
    for own in mounted {
        let Fact::Known(map) = facts.get::<ConfigMap>(namespace, &own.name) else { continue };
        if out.iter().any(|known| std::ptr::eq(known.map, map)) {
            continue;
        }
        let taken =
            map.data.iter().filter(|(key, _)| own.keys.is_empty() || own.keys.contains(key));
        for (key, entry) in taken {
            let read = entry.text.as_ref().and_then(|text| read(text.reveal()));
            let Some((callbacks, variables)) = read else { continue };
            let path = pointer![entry.member, key];
            out.push(LiteLlmConfig { map, path, callbacks, variables });
        }
    }
    out
}

/// The callbacks and variables of a text; `None`: it is no configuration of LiteLLM.
fn read(text: &str) -> Option<(BTreeSet<String>, BTreeMap<String, Hidden>)> {
    const OWN: [&str; 4] =
        ["model_list", "litellm_settings", "environment_variables", "general_settings"];
    if !OWN.iter().any(|name| text.contains(name)) {
        return None;
    }
    let config = yaml::value(text)?;
    OWN.iter().find(|name| !config[**name].is_null())?;
    let mut callbacks = BTreeSet::new();
    let settings = &config["litellm_settings"];
    let teams = settings["default_team_settings"].as_array().into_iter().flatten();
    for place in std::iter::once(settings).chain(teams) {
        for name in ["callbacks", "success_callback", "failure_callback"] {
            match &place[name] {
                Value::String(one) => {
                    callbacks.insert(one.clone());
                }
                several => callbacks.extend(
                    several
                        .as_array()
                        .into_iter()
                        .flatten()
                        .filter_map(Value::as_str)
                        .map(str::to_owned),
                ),
            }
        }
    }
    let variables = config["environment_variables"].as_object().into_iter().flatten();
    let variables = variables.filter_map(|(name, value)| {
        let text = value.as_str()?;
        let text = match text.starts_with("os.environ/") {
            true => UNSEEN.to_string(),
            false => text.to_owned(),
        };
        Some((name.clone(), Hidden::new(text)))
    });
    Some((callbacks, variables.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls(text: &str, name: &str) -> bool {
        read(text).is_some_and(|(callbacks, _)| callbacks.contains(name))
    }

    #[test]
    fn callbacks_as_people_write_them() {
        for legacy in [
            "litellm_settings:\n  success_callback: [\"langfuse\"]\n",
            "litellm_settings:\n  callbacks:\n  - prometheus\n  - langfuse # traces\n",
            "litellm_settings:\n  failure_callback: ['langfuse_otel', 'langfuse']",
            "litellm_settings:\n  callbacks: langfuse\n",
            "litellm_settings:\n  default_team_settings:\n  - team_id: a\n    success_callback: [langfuse]\n",
            "{\"litellm_settings\": {\"callbacks\": [\"langfuse\"]}}",
        ] {
            assert!(calls(legacy, LEGACY), "{legacy}");
        }
        for other in [
            "litellm_settings:\n  success_callback: [\"langfuse_otel\"]\n",
            "litellm_settings:\n  callbacks:\n  - prometheus\nmodel_list:\n- model_name: langfuse\n",
            "# success_callback: [\"langfuse\"]\n",
            "environment_variables:\n  LANGFUSE_HOST: http://langfuse\n",
            "success_callback: [langfuse]\n",
        ] {
            assert!(!calls(other, LEGACY), "{other}");
        }
        assert!(calls("litellm_settings:\n  callbacks: [langfuse_otel]\n", OTLP));
    }

    #[test]
    fn variables_of_the_configuration() {
        let text = "environment_variables:\n  LANGFUSE_HOST: http://a\n  X: os.environ/Y\n";
        let (_, variables) = read(text).expect("a configuration");
        assert_eq!(variables["LANGFUSE_HOST"].reveal(), "http://a");
        assert_eq!(variables["X"].reveal(), UNSEEN.to_string());
    }
}
