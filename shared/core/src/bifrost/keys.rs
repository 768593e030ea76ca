//! Which keys of a provider take a model, and why the others do not.

use super::cause::Cause;
use super::config::{ApiKey, Config, Provider, same_name};
use super::rules::{self, Rules as _};
use crate::workload::Release;
use crate::workload::env::{Environment, Var};

/// What a key is worth for a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyOutcome {
    /// It takes the model, under this name.
    Takes(String),
    /// It does not take it; why, and in one clause.
    No(Cause, String),
    Unknown(String),
}

/// What is known of a text that may name a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyValue {
    Given,
    Empty,
    /// The variable is not set.
    NotSet(String),
    Unknown(String),
}

/// Examines a key's value without revealing it.
pub fn value(key: &ApiKey, env: &Environment) -> KeyValue {
    let setting = match &key.value {
        Err(_) => return KeyValue::Unknown("its value is written as an object".to_owned()),
        Ok(None) => return KeyValue::Empty,
        Ok(Some(setting)) => setting,
    };
    let Some(name) = setting.variable() else {
        if setting.text.reveal().starts_with("vault.") {
            return KeyValue::Unknown("its value comes from a vault".to_owned());
        }
        return match setting.text.reveal().is_empty() {
            true => KeyValue::Empty,
            false => KeyValue::Given,
        };
    };
    match env.get(name) {
        Var::Set(value) if value.reveal().is_empty() => KeyValue::Empty,
        Var::Set(_) => KeyValue::Given,
        Var::Unset => KeyValue::NotSet(name.to_owned()),
        Var::Dangling(why) => KeyValue::Unknown(format!("variable {name}: {why}")),
        // The content of a Secret that is not given is assumed good (contract.md).
        Var::Unknown(_) => KeyValue::Given,
    }
}

/// Whether a key's list allows a model.
pub fn lists(key: &ApiKey, model: &str, release: Release, version_1: bool) -> bool {
    let names = key.models.as_deref().unwrap_or_default();
    let fold = release.white_list();
    if names.is_empty() {
        return !fold || version_1;
    }
    key.has_model(model, fold)
}

pub fn judge(
    config: &Config,
    provider: &Provider,
    key: &ApiKey,
    model: &str,
    release: Release,
    env: &Environment,
) -> KeyOutcome {
    let name = if key.name.is_empty() { "a key without a name" } else { &key.name };
    let name = crate::text::clip(name, 60);
    if !key.enabled {
        return KeyOutcome::No(Cause::NoKey, format!("{name} is not enabled"));
    }
    if !rules::value_may_be_empty(&provider.name) {
        match value(key, env) {
            KeyValue::Given => {}
            KeyValue::Empty => {
                return KeyOutcome::No(Cause::NoKey, format!("the value of {name} is empty"));
            }
            KeyValue::NotSet(variable) => {
                let variable = crate::text::clip(&variable, 60);
                return KeyOutcome::No(
                    Cause::VariableNotSet,
                    format!("{name} takes its value from {variable}, which is not set"),
                );
            }
            KeyValue::Unknown(why) => return KeyOutcome::Unknown(format!("{name}: {why}")),
        }
    }
    if !lists(key, model, release, config.version_1) {
        let shown = crate::text::clip(model, 80);
        let empty = key.models.as_ref().is_none_or(Vec::is_empty);
        return match empty {
            true => {
                KeyOutcome::No(Cause::NoModels, format!("{name} lists no model, so it allows none"))
            }
            false => {
                KeyOutcome::No(Cause::ModelNotAllowed, format!("{name} does not list {shown}"))
            }
        };
    }
    if key.blacklist.iter().any(|black| same_name(black, model)) {
        return KeyOutcome::No(
            Cause::ModelNotAllowed,
            format!("{name} has it in blacklisted_models"),
        );
    }
    if let Some(only) = key.server.as_ref().and_then(|server| server.model.as_ref())
        && only != model
    {
        return KeyOutcome::No(
            Cause::ModelNotAllowed,
            format!("the model_name of {name} is another model"),
        );
    }
    let alias = key.alias(model);
    match alias.filter(|_| release.has_aliases()) {
        Some((_, Some(target), _)) => KeyOutcome::Takes(target.clone()),
        Some((_, None, _)) => KeyOutcome::Unknown(format!("an alias of {name} has no model_id")),
        None => KeyOutcome::Takes(model.to_owned()),
    }
}
