//! What in a configuration keeps Bifrost from starting, after it was decoded.

use super::cause::Cause;
use super::config::Config;
use super::instance::Instance;
use super::launch::Launch;
use super::prediction::{Prediction, load};
use super::rules::Rules as _;
use crate::gojson::{Id, Json, JsonKind, fold};
use crate::workload::{Release, volume};

/// Tells a container of a wrong type apart from a wrong scalar.
pub(super) fn mismatch_cause(json: &Json, id: Id) -> Cause {
    let folded = fold(json.key(id));
    let nested = matches!(json.kind(id), JsonKind::List | JsonKind::Object);
    match (folded.as_str(), nested) {
        ("providers" | "plugins" | "keys" | "network_config", _) => Cause::WrongContainer,
        (_, true) if json.key(id).is_empty() || json.parent(id) != Json::ROOT => {
            Cause::WrongContainer
        }
        _ => Cause::ValueRefused,
    }
}

/// What is wrong with the stores, if it keeps Bifrost from starting.
pub(super) fn stores(config: &Config, instance: &Instance) -> Option<Prediction> {
    let known = ["sqlite", "postgres"];
    let named = [("config", &config.config_store), ("logs", &config.logs_store)];
    for (name, store) in named {
        if store.enabled != Some(true) {
            continue;
        }
        if store.kind.as_ref().is_some_and(|(kind, _)| kind == "postgres") {
            let why = "no manifest shows whether PostgreSQL can be reached";
            return Some(Prediction::unknown(why));
        }
        if let Some((kind, id)) = &store.kind
            && !known.contains(&kind.as_str())
        {
            let says = format!(
                "failed to unmarshal config: failed to unmarshal {name} store config: unknown {name} store type: {}",
                crate::text::clip(kind, 40)
            );
            return Some(Prediction::exits(Cause::ValueRefused, load(&says)).because_of(*id));
        }
        let is_file = store.kind.as_ref().is_none_or(|(kind, _)| kind == "sqlite");
        if let Some((path, id)) = store.path.as_ref().filter(|_| is_file)
            && lies_nowhere(path, instance)
        {
            let says = format!("open {path}: no such file or directory");
            return Some(Prediction::exits(Cause::ValueRefused, load(&says)).because_of(*id));
        }
    }
    None
}

/// Whether the directory of a database is one below the data directory that nobody makes: the
/// entry point makes `logs` only, and a new volume is empty.
fn lies_nowhere(path: &str, instance: &Instance) -> bool {
    let app_dir = match &instance.launch {
        Launch::Runs(flags) => flags.app_dir.trim_end_matches('/').to_owned(),
        _ => return false,
    };
    let Some((directory, _)) = path.rsplit_once('/') else { return false };
    let below = directory.strip_prefix(&app_dir).is_some_and(|rest| rest.starts_with('/'));
    let mounted = instance.container().is_some_and(|container| {
        let mount = volume::mount_of(container, directory);
        mount.is_some_and(|mount| mount.mount_path.trim_end_matches('/') == directory)
    });
    below && directory != format!("{app_dir}/logs") && !mounted
}

/// What is wrong with a provider, if it keeps Bifrost from starting.
pub(super) fn providers(config: &Config, release: Release) -> Option<Prediction> {
    for provider in &config.providers {
        if let Some(custom) = &provider.custom
            && custom.base.as_ref().is_none_or(|(base, _)| base.is_empty())
            && !release.since(1, 5, 0)
        {
            let says = "failed to update providers config: base_provider_type is required when custom_provider_config is set";
            return Some(Prediction::exits(Cause::CustomProvider, says).because_of(custom.id));
        }
        for key in &provider.keys {
            let Some(models) = key.models.as_ref().filter(|_| release.white_list()) else {
                continue;
            };
            let star = models.iter().find(|(name, _)| name == "*");
            if let Some((_, id)) = star.filter(|_| models.len() > 1) {
                let says = "failed to update providers config: wildcard '*' cannot be used with other values in the whitelist";
                return Some(Prediction::exits(Cause::ModelNotAllowed, says).because_of(*id));
            }
        }
    }
    None
}
