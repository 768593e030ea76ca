//! The entries of the `otel` plugin, as the checks about traces read them.

use crate::bifrost::config::{Config, PluginConfig, Setting};
use crate::gojson::{GoStruct, Id, JsonKind};
use crate::kube::Hidden;

/// One collector of the plugin.
#[derive(Debug)]
pub struct Entry {
    pub id: Id,
    /// `collector_url`.
    pub url: Option<Setting>,
    pub protocol: Option<(String, Id)>,
    pub trace_type: Option<(String, Id)>,
    pub headers: Vec<(String, Setting)>,
}

impl Entry {
    /// Whether the collector is a Langfuse, by its path.
    pub fn is_langfuse(&self) -> bool {
        self.url.as_ref().is_some_and(|url| url.text.reveal().contains("/api/public/otel"))
    }
}

/// The plugin that Bifrost uses: the first enabled entry.
pub fn plugin(config: &Config) -> Option<&PluginConfig> {
    config.plugins.iter().find(|plugin| plugin.name == "otel").filter(|plugin| plugin.enabled)
}

/// Its collectors: the single one, or its profiles.
pub fn entries(config: &Config) -> Vec<Entry> {
    plugin(config).map(|plugin| all_entries(config, plugin)).unwrap_or_default()
}

/// The collectors of a plugin, whether it is enabled or not.
pub fn all_entries(config: &Config, plugin: &PluginConfig) -> Vec<Entry> {
    let json = &config.json;
    let Some(id) = plugin.config else { return Vec::new() };
    if json.kind(id) != JsonKind::Object {
        return Vec::new();
    }
    let profiles = GoStruct::of(json, id).list("profiles");
    let all = if profiles.is_empty() { vec![id] } else { profiles };
    all.into_iter().map(|id| entry(config, id)).collect()
}

fn entry(config: &Config, id: Id) -> Entry {
    let json = &config.json;
    let given = GoStruct::of(json, id);
    let headers = given.map("headers").into_iter().filter_map(|(name, id)| {
        let text = Hidden::new(json.text(id)?.into_owned());
        Some((name, Setting { text, id }))
    });
    Entry {
        id,
        url: given.text("collector_url").map(|(url, id)| Setting { text: Hidden::new(url), id }),
        protocol: given.text("protocol"),
        trace_type: given.text("trace_type"),
        headers: headers.collect(),
    }
}
