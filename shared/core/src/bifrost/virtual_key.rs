//! Whether a client's own key lets a request through.
//!
//! Source: facts/bifrost-versions.md, 1.1 and 1.4; what was observed of 1.4.19, 1.5.16 and
//! 2.0.0-prerelease3 comes first.

use super::config::Config;
use super::reference::{Held, held};
use super::rules::Rules as _;
use super::virtual_keys::{self, KeyChoice, ModelChoice, ProviderEntry, VirtualKey};
use crate::gojson::Id;
use crate::kube::Hidden;
use crate::workload::Release;
use crate::workload::env::Environment;

/// The key that a client sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// The value of the key of this name or id.
    Named(String),
    /// A value in `x-bf-vk`.
    Value(Hidden),
    /// A value in another header, where only values with the prefix count as virtual keys.
    Elsewhere(Hidden),
}

/// The outcome of the key check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pass {
    /// It goes on; a name without a provider belongs to this one, and no other keys than these are
    /// used.
    On {
        provider: Option<String>,
        keys: Option<Vec<Id>>,
    },
    /// It is answered with this status and message.
    Denied(u16, String),
    Unknown(String),
}

/// The beginning of every virtual key.
const PREFIX: &str = "sk-bf-";

const FREE: Pass = Pass::On { provider: None, keys: None };

/// What the check of a key looks at.
pub struct KeyCheck<'a> {
    pub config: &'a Config,
    pub release: Release,
    pub env: &'a Environment,
}

impl KeyCheck<'_> {
    /// Whether a request passes.
    pub fn judge(&self, shown: Option<&Shown>, provider: Option<&str>, model: &str) -> Pass {
        let Some(shown) = shown else { return self.without_key() };
        let counts = |value: &Hidden| value.reveal().starts_with(PREFIX);
        if matches!(shown, Shown::Elsewhere(value) if !counts(value)) {
            return self.without_key();
        }
        let keys = virtual_keys::all(self.config);
        match keys.iter().find(|key| self.is_shown(key, shown)) {
            Some(key) => self.allows(key, provider, model),
            None => self.unknown_key(),
        }
    }

    fn without_key(&self) -> Pass {
        if self.config.demands_key(self.release).is_none() {
            return FREE;
        }
        let since = |minor, patch| self.release.since(1, minor, patch);
        let (status, text) = match () {
            () if since(4, 8) => {
                (401, "virtual key is required. Provide a virtual key via the x-bf-vk header.")
            }
            () if since(4, 0) => (401, "virtual key is missing in headers and is mandatory."),
            () if since(3, 54) => (401, "x-bf-vk header is missing and is mandatory."),
            () => (400, "x-bf-vk header is missing"),
        };
        Pass::Denied(status, text.to_owned())
    }

    fn unknown_key(&self) -> Pass {
        let demanded = self.config.demands_key(self.release).is_some();
        let since = |minor, patch| self.release.since(1, minor, patch);
        match demanded {
            _ if !since(4, 8) => Pass::Denied(403, "Virtual key not found".to_owned()),
            true if !since(5, 0) => self.without_key(),
            true => {
                let what = match self.release.renamed_refusals() {
                    true => "access not found. The provided credential",
                    false => "virtual key not found. The provided virtual key",
                };
                Pass::Denied(401, format!("{what} does not exist or has been revoked."))
            }
            false => {
                Pass::Unknown("a wrong virtual key was not observed where none is required".into())
            }
        }
    }

    /// Whether this is the key that the client shows.
    fn is_shown(&self, key: &VirtualKey, shown: &Shown) -> bool {
        match shown {
            Shown::Named(name) => (key.name == *name || key.key_id == *name) && self.usable(key),
            Shown::Value(given) | Shown::Elsewhere(given) => {
                matches!(self.stored(key), Held::Text(value) if value == *given) && self.usable(key)
            }
        }
    }

    /// The value that is stored for a key.
    fn stored(&self, key: &VirtualKey) -> Held {
        match (&key.value, self.release.resolves_virtual_keys()) {
            (Some(value), false) => Held::Text(value.text.clone()),
            (value, _) => held(value.as_ref(), self.env),
        }
    }

    /// Whether clients can know its value: one without the prefix is replaced by a random one, which
    /// no client has; one that is missing is made, and shown in the UI; and a key whose variable is
    /// not set is not made at all.
    pub fn usable(&self, key: &VirtualKey) -> bool {
        match self.stored(key) {
            Held::Text(value) if self.release.resolves_virtual_keys() => {
                value.reveal().starts_with(PREFIX)
            }
            Held::Text(value) => !value.reveal().starts_with("env."),
            Held::NotSet(_) => false,
            Held::Empty | Held::Unseen | Held::Unknown(_) => true,
        }
    }

    fn allows(&self, key: &VirtualKey, provider: Option<&str>, model: &str) -> Pass {
        let (config, release) = (self.config, self.release);
        let new = release.white_list();
        let renamed = release.renamed_refusals();
        // 1.4 stores `is_active: false` of the file as true.
        if new && !key.active {
            let text = if renamed { "virtual key is inactive" } else { "Virtual key is inactive" };
            return Pass::Denied(403, text.to_owned());
        }
        let open = match key.entries.is_empty() {
            true => !new || config.version_1,
            false => false,
        } || key.all_providers && release.since(2, 1, 0);
        let Some(provider) = provider else { return self.choose(key, open, model) };
        let whom = match renamed {
            true => format!("vk '{}'", key.name),
            false => "this virtual key".to_owned(),
        };
        match key.entries.iter().find(|entry| entry.provider == provider) {
            None if open => FREE,
            None => Pass::Denied(403, format!("Provider '{provider}' is not allowed for {whom}")),
            Some(entry) => match entry.model(config, model, release) {
                ModelChoice::Denied => {
                    Pass::Denied(403, format!("Model '{model}' is not allowed for {whom}"))
                }
                ModelChoice::Catalog => Pass::Unknown(
                    "the catalog decides which models a virtual key without a list allows".into(),
                ),
                ModelChoice::Allowed => self.by(entry, None),
            },
        }
    }

    /// The provider of a name that names none.
    fn choose(&self, key: &VirtualKey, open: bool, model: &str) -> Pass {
        if open {
            return FREE;
        }
        let allows = |entry: &&ProviderEntry| {
            entry.model(self.config, model, self.release) != ModelChoice::Denied
        };
        let mut able = key.entries.iter().filter(allows);
        match (able.next(), able.next()) {
            (Some(only), None) => self.by(only, Some(only.provider.clone())),
            (None, _) => Pass::Unknown("no provider of the virtual key allows the model".into()),
            _ => Pass::Unknown("several providers of the virtual key allow the model".into()),
        }
    }

    fn by(&self, entry: &ProviderEntry, provider: Option<String>) -> Pass {
        match entry.keys(self.config, self.release) {
            KeyChoice::All => Pass::On { provider, keys: None },
            KeyChoice::Only(keys) => Pass::On { provider, keys: Some(keys) },
            KeyChoice::NoSuchKey(..) => {
                Pass::Unknown("its list of keys names one that the file does not have".into())
            }
        }
    }
}
