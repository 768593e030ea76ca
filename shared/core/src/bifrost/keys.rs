//! Which keys of a provider take a model, and why the others do not.

use crate::facts::Release;

use super::config::{ApiKey, Config, Provider, same_name};
use super::env::{Environment, Var};
use super::rules::{self, Rules as _};

/// What a key is worth for a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Worth {
    /// It takes the model, under this name.
    Takes(String),
    /// It does not; the check that tells the cause, and one clause.
    No(&'static str, String),
    /// Not known, and why.
    Unknown(String),
}

/// What is known of a text that may name a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// It is there.
    Given,
    /// It is empty.
    Empty,
    /// The variable is not set.
    NotSet(String),
    /// Not known, and why.
    Unknown(String),
}

/// Looks at a key's value without telling it.
pub fn value(key: &ApiKey, env: &Environment) -> Value {
    let setting = match &key.value {
        Err(_) => return Value::Unknown("its value is written as an object".to_owned()),
        Ok(None) => return Value::Empty,
        Ok(Some(setting)) => setting,
    };
    let Some(name) = setting.variable() else {
        if setting.text.reveal().starts_with("vault.") {
            return Value::Unknown("its value comes from a vault".to_owned());
        }
        return match setting.text.reveal().is_empty() {
            true => Value::Empty,
            false => Value::Given,
        };
    };
    match env.get(name) {
        Var::Set(value) if value.reveal().is_empty() => Value::Empty,
        Var::Set(_) => Value::Given,
        Var::Unset => Value::NotSet(name.to_owned()),
        Var::Dangling(why) => Value::Unknown(format!("variable {name}: {why}")),
        // The content of a Secret that is not given is assumed good (contract.md).
        Var::Unknown(_) => Value::Given,
    }
}

/// Whether a key's list lets a model in.
pub fn lists(key: &ApiKey, model: &str, release: Release, version_1: bool) -> bool {
    let names = key.models.as_deref().unwrap_or_default();
    let fold = release.white_list();
    if names.is_empty() {
        return !fold || version_1;
    }
    let is = |name: &String| match fold {
        true => name == "*" || same_name(name, model),
        false => name == model,
    };
    names.iter().any(|(name, _)| is(name))
}

/// What a key is worth for a model.
pub fn worth(
    config: &Config,
    provider: &Provider,
    key: &ApiKey,
    model: &str,
    release: Release,
    env: &Environment,
) -> Worth {
    let name = if key.name.is_empty() { "a key without a name" } else { &key.name };
    let name = crate::words::clip(name, 60);
    if !key.enabled {
        return Worth::No("IGW0211", format!("{name} is not enabled"));
    }
    if !rules::value_may_be_empty(&provider.name) {
        match value(key, env) {
            Value::Given => {}
            Value::Empty => return Worth::No("IGW0211", format!("the value of {name} is empty")),
            Value::NotSet(variable) => {
                let variable = crate::words::clip(&variable, 60);
                return Worth::No(
                    "IGW0210",
                    format!("{name} takes its value from {variable}, which is not set"),
                );
            }
            Value::Unknown(why) => return Worth::Unknown(format!("{name}: {why}")),
        }
    }
    if !lists(key, model, release, config.version_1) {
        let shown = crate::words::clip(model, 80);
        let empty = key.models.as_ref().is_none_or(Vec::is_empty);
        return match empty {
            true => Worth::No("IGW0208", format!("{name} lists no model, which allows none")),
            false => Worth::No("IGW0209", format!("{name} does not list {shown}")),
        };
    }
    if key.blacklist.iter().any(|black| same_name(black, model)) {
        return Worth::No("IGW0209", format!("{name} has it in blacklisted_models"));
    }
    if let Some(only) = key.server.as_ref().and_then(|server| server.model.as_ref())
        && only != model
    {
        return Worth::No("IGW0209", format!("{name} is for another model by its model_name"));
    }
    let alias = key.aliases.iter().find(|(alias, ..)| alias == model);
    match alias.filter(|_| release.has_aliases()) {
        Some((_, Some(target), _)) => Worth::Takes(target.clone()),
        Some((_, None, _)) => Worth::Unknown(format!("an alias of {name} has no model_id")),
        None => Worth::Takes(model.to_owned()),
    }
}
