//! A configuration as Bifrost holds it after reading the file.

use super::key_names::KeyNames;
use super::rules::Rules as _;
pub use super::setting::Setting;
use super::stores::StoreConfig;
use crate::gojson::{GoStruct, Id, Json, JsonKind, fold};
use crate::kube::Hidden;
use crate::workload::Release;

#[derive(Debug, Clone)]
pub struct ApiKey {
    pub id: Id,
    /// Its name; may be empty.
    pub name: String,
    /// `Err` if it is written as an object, which is not read here.
    pub value: Result<Option<Setting>, Id>,
    /// `enabled`, true if missing.
    pub enabled: bool,
    /// `models`, `None` if missing or null.
    pub models: Option<Vec<(String, Id)>>,
    /// `blacklisted_models`.
    pub blacklist: Vec<String>,
    /// `aliases`: the name, and the model it stands for.
    pub aliases: Vec<(String, Option<String>, Id)>,
    /// `vllm_key_config` and similar: the address and the model that the key is for.
    pub server: Option<KeyServer>,
    /// Its models and aliases, found by name: there may be thousands of both.
    pub(super) names: KeyNames,
}

impl ApiKey {
    /// Whether its list has a model, as a white list compares names or letter by letter.
    pub(super) fn has_model(&self, model: &str, folded: bool) -> bool {
        match folded {
            true => self.names.has("*") || self.names.has_folded(&fold(model)),
            false => self.names.has(model),
        }
    }

    /// The alias of this name: the model that it stands for.
    pub fn alias(&self, name: &str) -> Option<&(String, Option<String>, Id)> {
        self.aliases.get(self.names.alias(name)?)
    }
}

/// An address that belongs to a key.
#[derive(Debug, Clone)]
pub struct KeyServer {
    pub url: Option<Setting>,
    /// Only this model.
    pub model: Option<String>,
}

/// `custom_provider_config`.
#[derive(Debug, Clone)]
pub struct Custom {
    pub id: Id,
    /// `base_provider_type`.
    pub base: Option<(String, Id)>,
    pub key_less: bool,
    /// `request_path_overrides`.
    pub paths: Vec<(String, String)>,
}

#[derive(Debug, Clone)]
pub struct Provider {
    /// The name that requests use: lower case.
    pub name: String,
    pub id: Id,
    pub keys: Vec<ApiKey>,
    /// `network_config.base_url`.
    pub base_url: Option<Setting>,
    /// `network_config.allow_private_network`.
    pub allow_private: bool,
    /// `network_config`, where a fix would write.
    pub network: Option<Id>,
    /// `network_config.extra_headers`.
    pub headers: Vec<(String, Id)>,
    /// `network_config.default_request_timeout_in_seconds`.
    pub timeout: Option<f64>,
    /// `custom_provider_config`.
    pub custom: Option<Custom>,
}

/// An entry of `plugins`.
#[derive(Debug, Clone)]
pub struct PluginConfig {
    pub id: Id,
    pub name: String,
    /// Where the name is written; `None` if it is missing.
    pub name_id: Option<Id>,
    /// `enabled`; missing is off.
    pub enabled: bool,
    /// Whether it has a `path`, so is not built in.
    pub path: bool,
    pub version: f64,
    pub config: Option<Id>,
}

#[derive(Debug, Clone)]
pub struct Config {
    pub json: Json,
    /// The providers, by first appearance.
    pub providers: Vec<Provider>,
    pub plugins: Vec<PluginConfig>,
    pub config_store: StoreConfig,
    pub logs_store: StoreConfig,
    pub vector_store: StoreConfig,
    /// Whether `version` is 1: the meaning of `models` before 1.5.
    pub version_1: bool,
    pub source_of_truth: Option<(String, Id)>,
    /// `client.enforce_auth_on_inference`.
    pub enforces_keys: Option<Id>,
    /// `client.enforce_governance_header`.
    pub enforces_header: Option<Id>,
    /// `auth_config.is_enabled`.
    pub login: Option<Id>,
}

impl Config {
    /// Reads what Go's decoder would keep of a document. Values of a wrong type are left out: Bifrost
    /// does not get as far with them.
    pub fn read(json: Json) -> Config {
        let root = GoStruct::root(&json);
        let providers = providers(&json, &root);
        let plugins = root.list("plugins").into_iter().map(|id| plugin(&json, id)).collect();
        let on = |section: &str, name: &str| {
            root.inside(section).flag(name).filter(|(on, _)| *on).map(|(_, id)| id)
        };
        Config {
            providers,
            plugins,
            config_store: StoreConfig::read(&root.inside("config_store")),
            vector_store: StoreConfig::read(&root.inside("vector_store")),
            logs_store: StoreConfig::read(&root.inside("logs_store")),
            version_1: root.number("version").is_some_and(|(version, _)| version == 1.0),
            source_of_truth: root.text("source_of_truth"),
            enforces_keys: on("client", "enforce_auth_on_inference"),
            enforces_header: on("client", "enforce_governance_header"),
            login: on("auth_config", "is_enabled"),
            json,
        }
    }

    /// A struct of the file's top level.
    pub fn section(&self, name: &str) -> GoStruct<'_> {
        GoStruct::root(&self.json).inside(name)
    }

    /// A provider by the name that requests use.
    pub fn provider(&self, name: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.name == name)
    }

    /// The setting by which a release demands a virtual key of every request.
    pub fn demands_key(&self, release: Release) -> Option<Id> {
        match release.demands_by_auth() {
            true => self.enforces_keys,
            false => self.enforces_header,
        }
    }

    /// Whether something keeps configuration in a database.
    pub fn has_database(&self) -> bool {
        self.config_store.enabled != Some(false)
    }
}

fn plugin(json: &Json, id: Id) -> PluginConfig {
    let plugin = GoStruct::of(json, id);
    let name = plugin.text("name");
    PluginConfig {
        id,
        name_id: name.as_ref().map(|(_, id)| *id),
        name: name.map(|(name, _)| name).unwrap_or_default(),
        enabled: plugin.flag("enabled").is_some_and(|(on, _)| on),
        path: plugin.text("path").is_some_and(|(path, _)| !path.is_empty()),
        version: plugin.number("version").map_or(1.0, |(version, _)| version),
        config: plugin.last("config"),
    }
}

fn providers(json: &Json, root: &GoStruct) -> Vec<Provider> {
    let mut out: Vec<Provider> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for (name, id) in root.map("providers") {
        let found = provider(json, name.to_lowercase(), id);
        match places.get(&found.name) {
            Some(place) => {
                let place: &usize = place;
                out[*place] = found;
            }
            None => {
                places.insert(found.name.clone(), out.len());
                out.push(found);
            }
        }
    }
    out
}

fn provider(json: &Json, name: String, id: Id) -> Provider {
    let given = GoStruct::of(json, id);
    let network = given.inside("network_config");
    let custom = given.inside("custom_provider_config");
    Provider {
        keys: given.list("keys").into_iter().map(|id| key(json, &name, id)).collect(),
        base_url: network.text("base_url").map(setting),
        allow_private: network.flag("allow_private_network").is_some_and(|(on, _)| on),
        network: network.id(),
        headers: network.map("extra_headers"),
        timeout: network.number("default_request_timeout_in_seconds").map(|(seconds, _)| seconds),
        custom: custom.id().map(|id| Custom {
            id,
            base: custom.text("base_provider_type"),
            key_less: custom.flag("is_key_less").is_some_and(|(on, _)| on),
            paths: custom
                .map("request_path_overrides")
                .into_iter()
                .filter_map(|(name, id)| Some((name, json.text(id)?.into_owned())))
                .collect(),
        }),
        name,
        id,
    }
}

fn setting((text, id): (String, Id)) -> Setting {
    Setting { text: Hidden::new(text), id }
}

fn key(json: &Json, provider: &str, id: Id) -> ApiKey {
    let given = GoStruct::of(json, id);
    let server = super::rules::key_config(provider).map(|member| given.inside(member));
    let value = given.last("value");
    let models = given.texts("models");
    let aliases: Vec<_> =
        given.map("aliases").into_iter().map(|(n, id)| alias(json, n, id)).collect();
    ApiKey {
        id,
        names: KeyNames::of(models.as_deref().unwrap_or_default(), &aliases),
        name: given.text("name").map(|(name, _)| name).unwrap_or_default(),
        value: match value.map(|id| (json.kind(id), id)) {
            None | Some((JsonKind::Text, _)) => Ok(given.text("value").map(setting)),
            Some((_, id)) => Err(id),
        },
        enabled: given.flag("enabled").is_none_or(|(on, _)| on),
        models,
        blacklist: names(given.texts("blacklisted_models")),
        aliases,
        server: server.filter(GoStruct::is_given).map(|server| KeyServer {
            url: server.text("url").map(setting),
            model: server.text("model_name").map(|(name, _)| name).filter(|name| !name.is_empty()),
        }),
    }
}

fn names(list: Option<Vec<(String, Id)>>) -> Vec<String> {
    list.unwrap_or_default().into_iter().map(|(name, _)| name).collect()
}

/// An alias is a name, or an object with `model_id`.
fn alias(json: &Json, name: String, id: Id) -> (String, Option<String>, Id) {
    let model = match json.kind(id) {
        JsonKind::Text => json.text(id).map(|text| text.into_owned()),
        _ => GoStruct::of(json, id).text("model_id").map(|(model, _)| model),
    };
    (name, model, id)
}

/// Whether a white list treats two names as the same.
pub fn same_name(one: &str, other: &str) -> bool {
    one == other || fold(one) == fold(other)
}
