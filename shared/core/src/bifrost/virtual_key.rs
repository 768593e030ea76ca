//! `governance.virtual_keys`: whether a client's own key lets a request through.

use super::config::{Config, same_name};
use super::rules::Rules as _;
use crate::gojson::{GoStruct, Id};
use crate::kube::Hidden;
use crate::workload::Release;

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
    /// It goes on as it was.
    Free,
    /// It goes on; a name without a provider belongs to this provider.
    By(String),
    /// It is answered with this status and message.
    Denied(u16, String),
    Unknown(String),
}

/// The beginning of every virtual key.
const PREFIX: &str = "sk-bf-";

/// Whether a request passes the key check.
pub fn judge(
    config: &Config,
    release: Release,
    shown: Option<&Shown>,
    provider: Option<&str>,
    model: &str,
) -> Pass {
    let required = || match config.enforces_keys {
        Some(_) => Pass::Denied(
            401,
            "virtual key is required. Provide a virtual key via the x-bf-vk header.".to_owned(),
        ),
        None => Pass::Free,
    };
    let new = release.since(1, 5, 0);
    let unknown_key = || match (config.enforces_keys, new) {
        (Some(_), true) => Pass::Denied(
            401,
            "virtual key not found. The provided virtual key does not exist or has been revoked."
                .to_owned(),
        ),
        (Some(_), false) => required(),
        (None, _) => {
            Pass::Unknown("a wrong virtual key was not observed where none is required".into())
        }
    };
    let Some(shown) = shown else { return required() };
    let counts = |value: &Hidden| value.reveal().starts_with(PREFIX);
    if matches!(shown, Shown::Elsewhere(value) if !counts(value)) {
        return required();
    }
    let governance = config.section("governance");
    let keys = governance.list("virtual_keys");
    let found = keys.into_iter().find(|id| is_shown(config, *id, shown));
    match found {
        Some(id) => allows(config, id, new, release, provider, model),
        None => unknown_key(),
    }
}

/// Whether this is the key that the client shows. One without the prefix gets a random value when
/// it is stored, which no client knows.
fn is_shown(config: &Config, id: Id, shown: &Shown) -> bool {
    let key = GoStruct::of(&config.json, id);
    let text = |field: &str| key.text(field).map(|(text, _)| text).unwrap_or_default();
    let value = text("value");
    value.starts_with(PREFIX)
        && match shown {
            Shown::Named(name) => text("name") == *name || text("id") == *name,
            Shown::Value(given) | Shown::Elsewhere(given) => value == given.reveal(),
        }
}

fn allows(
    config: &Config,
    id: Id,
    new: bool,
    release: Release,
    provider: Option<&str>,
    model: &str,
) -> Pass {
    let key = GoStruct::of(&config.json, id);
    // 1.4 stores `is_active: false` of the file as true.
    if new && key.flag("is_active").is_some_and(|(on, _)| !on) {
        return Pass::Denied(403, "Virtual key is inactive".to_owned());
    }
    let configs: Vec<GoStruct> =
        key.list("provider_configs").into_iter().map(|id| GoStruct::of(&config.json, id)).collect();
    if configs.is_empty() && !new {
        return Pass::Free;
    }
    let named = |given: &GoStruct| given.text("provider").map(|(name, _)| name).unwrap_or_default();
    let Some(provider) = provider else {
        let mut able = configs.iter().filter(|given| lists(given, model, release)).map(named);
        return match (able.next(), able.next()) {
            (Some(only), None) => Pass::By(only),
            (None, _) => Pass::Unknown("no provider of the virtual key allows the model".into()),
            _ => Pass::Unknown("several providers of the virtual key allow the model".into()),
        };
    };
    match configs.iter().find(|given| named(given) == provider) {
        None => {
            Pass::Denied(403, format!("Provider '{provider}' is not allowed for this virtual key"))
        }
        Some(given) if !lists(given, model, release) => {
            Pass::Denied(403, format!("Model '{model}' is not allowed for this virtual key"))
        }
        Some(_) => Pass::Free,
    }
}

/// Whether `allowed_models` allows a model.
fn lists(given: &GoStruct, model: &str, release: Release) -> bool {
    let names = given.texts("allowed_models").unwrap_or_default();
    let fold = release.white_list();
    if names.is_empty() {
        return !fold;
    }
    names.iter().any(|(name, _)| match fold {
        true => name == "*" || same_name(name, model),
        false => name == model,
    })
}
