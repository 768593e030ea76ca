//! `governance.virtual_keys` as the file has them, and what their lists mean in each release.
//!
//! Source: facts/bifrost-versions.md, 1.1 and 1.2: upstream tags 1.2.0 to 1.5.0-prerelease7, and
//! 2.0.0-prerelease3; 1.4.19, 1.5.16 and 2.0.0-prerelease3 as observed.

use super::config::{Config, Setting, same_name};
use super::rules::Rules as _;
use crate::gojson::{GoStruct, Id};
use crate::kube::Hidden;
use crate::workload::Release;

/// A key that clients show.
#[derive(Debug, Clone)]
pub struct VirtualKey {
    pub id: Id,
    /// `id`; may be empty.
    pub key_id: String,
    pub name: String,
    pub value: Option<Setting>,
    /// `is_active`; true if missing.
    pub active: bool,
    /// `allow_all_providers`.
    pub all_providers: bool,
    pub entries: Vec<ProviderEntry>,
}

/// An entry of `provider_configs`.
#[derive(Debug, Clone)]
pub struct ProviderEntry {
    pub id: Id,
    pub provider: String,
    /// `allowed_models`, `None` if missing.
    pub models: Option<Vec<(String, Id)>>,
    /// `blacklisted_models`.
    blacklist: Vec<String>,
    /// `key_ids`.
    key_ids: Vec<(String, Id)>,
    /// `allowed_keys`: names.
    allowed_keys: Vec<(String, Id)>,
    /// The names in `keys`.
    named: Vec<(String, Id)>,
    /// `allow_all_keys`.
    all_keys: bool,
}

/// The provider keys that an entry lets a request use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyChoice {
    All,
    /// These, by their place in the file.
    Only(Vec<Id>),
    /// An entry of the list is no key of the file.
    NoSuchKey(String, Id),
}

/// What an entry says of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelChoice {
    Allowed,
    Denied,
    /// The catalog decides, which is filled at run time.
    Catalog,
}

/// The virtual keys of a file.
pub fn all(config: &Config) -> Vec<VirtualKey> {
    let keys = config.section("governance").list("virtual_keys");
    keys.into_iter().map(|id| virtual_key(config, id)).collect()
}

fn virtual_key(config: &Config, id: Id) -> VirtualKey {
    let key = GoStruct::of(&config.json, id);
    let text = |field: &str| key.text(field).map(|(text, _)| text).unwrap_or_default();
    VirtualKey {
        id,
        key_id: text("id"),
        name: text("name"),
        value: key.text("value").map(|(text, id)| Setting { text: Hidden::new(text), id }),
        active: key.flag("is_active").is_none_or(|(on, _)| on),
        all_providers: key.flag("allow_all_providers").is_some_and(|(on, _)| on),
        entries: key.list("provider_configs").into_iter().map(|id| entry(config, id)).collect(),
    }
}

fn entry(config: &Config, id: Id) -> ProviderEntry {
    let json = &config.json;
    let given = GoStruct::of(json, id);
    let texts = |field: &str| given.texts(field).unwrap_or_default();
    let objects = given.list("keys").into_iter();
    ProviderEntry {
        id,
        provider: given.text("provider").map(|(name, _)| name).unwrap_or_default(),
        models: given.texts("allowed_models"),
        blacklist: texts("blacklisted_models").into_iter().map(|(name, _)| name).collect(),
        key_ids: texts("key_ids"),
        allowed_keys: texts("allowed_keys"),
        named: objects.filter_map(|id| GoStruct::of(json, id).text("name")).collect(),
        all_keys: given.flag("allow_all_keys").is_some_and(|(on, _)| on),
    }
}

impl ProviderEntry {
    /// Whether a list of it lets nothing through: `key_ids` or `allowed_models`, empty.
    pub fn empty_list(&self, release: Release, version_1: bool) -> Option<&'static str> {
        if !release.white_list() || version_1 {
            return None;
        }
        if self.models.as_ref().is_none_or(Vec::is_empty) {
            return Some("allowed_models");
        }
        let none = self.key_ids.is_empty() && self.named.is_empty() && !self.all_keys;
        none.then_some("key_ids")
    }

    /// The keys that it allows. From 1.5 on `key_ids` are looked up among the ids of all providers'
    /// keys, and before, `allowed_keys` among the names of its provider's.
    pub fn keys(&self, config: &Config, release: Release) -> KeyChoice {
        let new = release.white_list();
        let listed = if new { &self.key_ids } else { &self.allowed_keys };
        let none = listed.is_empty() && self.named.is_empty();
        let star = new && listed.iter().any(|(id, _)| id == "*");
        if self.all_keys || star || none && (!new || config.version_1) {
            return KeyChoice::All;
        }
        let own = || config.provider(&self.provider).into_iter().flat_map(|own| &own.keys);
        let every = || config.providers.iter().flat_map(|provider| &provider.keys);
        let by_name = |name: &str| own().find(|key| key.name == name).map(|key| key.id);
        let by_id = |wanted: &str| {
            let is = |id: &Id| {
                GoStruct::of(&config.json, *id).text("id").is_some_and(|(id, _)| id == wanted)
            };
            every().map(|key| key.id).find(is)
        };
        let mut out = Vec::new();
        for (text, at) in listed {
            match if new { by_id(text) } else { by_name(text) } {
                Some(id) => out.push(id),
                None => return KeyChoice::NoSuchKey(text.clone(), *at),
            }
        }
        for (name, at) in &self.named {
            match by_name(name) {
                Some(id) => out.push(id),
                None => return KeyChoice::NoSuchKey(name.clone(), *at),
            }
        }
        KeyChoice::Only(out)
    }

    /// Whether it allows a model.
    pub fn model(&self, config: &Config, model: &str, release: Release) -> ModelChoice {
        let names = self.models.as_deref().unwrap_or_default();
        let has = |listed: &[(String, Id)]| match release.white_list() {
            true => listed.iter().any(|(name, _)| name == "*" || same_name(name, model)),
            false => listed.iter().any(|(name, _)| name == model),
        };
        let black =
            release.since(2, 0, 0) && self.blacklist.iter().any(|own| same_name(own, model));
        let star = names.iter().any(|(name, _)| name == "*");
        let custom = config.provider(&self.provider).is_some_and(|own| own.custom.is_some());
        let old = !release.white_list();
        match names {
            _ if black => ModelChoice::Denied,
            [] if !old && !config.version_1 => ModelChoice::Denied,
            // 1.4 asks its catalog, which has the models of providers that it knows by itself.
            [] if old && release.since(1, 4, 0) && custom => ModelChoice::Catalog,
            [] => ModelChoice::Allowed,
            _ if old && star && release.since(1, 4, 23) => match custom {
                true => ModelChoice::Catalog,
                false => ModelChoice::Allowed,
            },
            names if has(names) => ModelChoice::Allowed,
            _ => ModelChoice::Denied,
        }
    }
}

/// Whether an id looks like one that Bifrost makes for a key without one.
pub fn is_generated(id: &str) -> bool {
    let hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let parts: Vec<&str> = id.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) && parts.iter().all(|part| hex(part))
}
