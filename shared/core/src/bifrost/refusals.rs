//! What in a configuration keeps Bifrost from starting, after it was decoded.

use super::cause::Cause;
use super::config::Config;
use super::instance::Instance;
use super::launch::Launch;
use super::limits;
use super::prediction::{Prediction, load};
use super::reference::{Held, held};
use super::rules::Rules as _;
use super::stores::StoreConfig;
use super::virtual_keys::{self, KeyChoice, is_generated};
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

/// The types of each store.
const TYPES: [(&str, &[&str]); 3] = [
    ("config", &["sqlite", "postgres"]),
    ("log", &["sqlite", "postgres", "clickhouse"]),
    ("vector", &["weaviate", "redis", "qdrant", "pinecone"]),
];

/// What is wrong with the stores, if it keeps Bifrost from starting; what is not known of them is
/// the last word only if nothing else stops it.
pub(super) fn stores(
    config: &Config,
    instance: &Instance,
    release: Release,
    doubt: &mut Option<Prediction>,
) -> Option<Prediction> {
    let all = [&config.config_store, &config.logs_store, &config.vector_store];
    for ((name, known), store) in TYPES.into_iter().zip(all) {
        if store.enabled != Some(true) {
            continue;
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
        if !is_file {
            if let Some(stopped) = remote(store, name, instance, release) {
                return Some(stopped);
            }
            let kind = store.kind.as_ref().map(|(kind, _)| kind.as_str()).unwrap_or_default();
            let what = if kind == "postgres" { "PostgreSQL" } else { kind };
            let why = format!("no manifest shows whether {what} can be reached");
            doubt.get_or_insert(Prediction::unknown(why));
        } else if name == "log" && store.is("sqlite") && !store.configured {
            let says = "failed to unmarshal config: missing sqlite config payload";
            let id = store.id.unwrap_or(Json::ROOT);
            return Some(Prediction::exits(Cause::ValueRefused, load(says)).because_of(id));
        } else if let Some((path, id)) = &store.path
            && lies_nowhere(path, instance)
        {
            let says = format!("open {path}: no such file or directory");
            return Some(Prediction::exits(Cause::ValueRefused, load(&says)).because_of(*id));
        }
    }
    None
}

/// What is wrong with a store that is a server.
fn remote(
    store: &StoreConfig,
    name: &str,
    instance: &Instance,
    release: Release,
) -> Option<Prediction> {
    let message = |says: &str| match name {
        "vector" => format!("failed to connect to vector store: {says}"),
        _ => load(says),
    };
    for (field, says) in store.needed(name == "log", release) {
        let setting = store.field(field);
        let (cause, says) = match held(setting, &instance.env) {
            Held::Empty => (Cause::ValueRefused, says.to_owned()),
            Held::NotSet(variable) => (
                Cause::VariableNotSet,
                format!("{says} ({} is not set)", crate::text::clip(&variable, 60)),
            ),
            Held::Text(_) | Held::Unseen | Held::Unknown(_) => continue,
        };
        let id = setting.map(|setting| setting.id).or(store.id)?;
        return Some(Prediction::exits(cause, message(&says)).because_of(id));
    }
    let own = store.fields.iter().map(|(_, setting)| setting.id);
    let found = own.filter_map(|id| instance.hosts.iter().find(|host| host.at == id)).next()?;
    let says = found.fault()?;
    let text = match name {
        "vector" => format!("failed to connect to vector store: {says}"),
        _ => load(&format!("failed to initialize database, got error failed to connect: {says}")),
    };
    Some(Prediction::exits(Cause::Unreachable, text).because_of(found.at))
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

/// What is wrong with governance, if it keeps Bifrost from starting: a limit that is refused, or a
/// list of a virtual key that names a key which is not there (facts/bifrost-versions.md, 1.2; 1.3 only warns).
pub(super) fn virtual_keys(
    config: &Config,
    release: Release,
    doubt: &mut Option<Prediction>,
) -> Option<Prediction> {
    if !release.since(1, 4, 0) || !config.has_database() {
        return None;
    }
    let refused = |says: String, id| {
        let says = format!("failed to sync governance config: {says}");
        Some(Prediction::exits(Cause::ValueRefused, says).because_of(id))
    };
    if let Some((id, says)) = limits::refused(config, release) {
        return refused(says, id);
    }
    let all = virtual_keys::all(config);
    for entry in all.iter().flat_map(|key| &key.entries) {
        let models = entry.models.as_deref().unwrap_or_default();
        let star = models.iter().find(|(name, _)| name == "*" && models.len() > 1);
        if let Some((_, id)) = star.filter(|_| release.white_list()) {
            let says = "wildcard '*' cannot be used with other values in the whitelist";
            return refused(says.to_owned(), *id);
        }
        let KeyChoice::NoSuchKey(name, id) = entry.keys(config, release) else { continue };
        if is_generated(&name) {
            let why = "no manifest shows which ids the database has for keys without an id";
            doubt.get_or_insert(Prediction::unknown(why).because_of(id));
            continue;
        }
        let says = format!("could not resolve keys: key_id={}", crate::text::clip(&name, 60));
        return refused(says, id);
    }
    None
}
