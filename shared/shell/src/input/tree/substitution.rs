//! What Flux fills in: `postBuild`, with the ConfigMaps of the tree.

use std::collections::{BTreeMap, BTreeSet};

use igw_core::kube::Kind;
use igw_core::placeholder;
use serde_json::Value;

use super::layout::kind_of;
use super::unit::ReadyUnit;
use super::variables::{self, Variables};
use crate::input::files::Manifest;

/// Fills in the variables that are known: those of the user, and those of each unit's source.
pub fn fill_in(ready: &mut [ReadyUnit], said: &Variables, all: &mut Variables) {
    let mut maps: BTreeMap<(String, String), Variables> = BTreeMap::new();
    for manifest in ready.iter().flat_map(|own| &own.manifests) {
        let value = &manifest.value;
        if kind_of(value) != Some(Kind::ConfigMap) {
            continue;
        }
        let text = |field: &str| value["metadata"][field].as_str().unwrap_or_default().to_owned();
        let entries = value["data"].as_object().into_iter().flatten();
        let entries =
            entries.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
        maps.insert((text("namespace"), text("name")), entries.collect());
    }
    for own in ready {
        let mut known = said.clone();
        let mut of_flux = false;
        if let Some(source) = &own.unit.source {
            let found = |(home, name): &(String, String)| {
                maps.keys().any(|(own, theirs)| theirs == name && (own == home || own.is_empty()))
            };
            of_flux = !source.variables.is_empty() || !source.variables_from.is_empty();
            of_flux &= source.variables_from.iter().all(found);
            for (name, value) in &source.variables {
                known.entry(name.clone()).or_insert_with(|| value.clone());
            }
            for (home, name) in &source.variables_from {
                let found = maps.iter().find(|((own_home, own_name), _)| {
                    own_name == name && (own_home == home || own_home.is_empty())
                });
                for (name, value) in found.into_iter().flat_map(|(_, map)| map) {
                    known.entry(name.clone()).or_insert_with(|| value.clone());
                }
            }
        }
        for (name, value) in &known {
            all.entry(name.clone()).or_insert_with(|| value.clone());
        }
        if known.is_empty() && !of_flux {
            continue;
        }
        for manifest in &mut own.manifests {
            variables::fill(&mut manifest.value, &known, of_flux);
        }
    }
}

/// The variables of judged objects that stay open, each once.
pub fn not_filled_in<'m>(manifests: impl Iterator<Item = &'m Manifest>) -> Vec<String> {
    let mut out = BTreeSet::new();
    for manifest in manifests {
        let judged = kind_of(&manifest.value).is_some_and(|kind| {
            !matches!(kind, Kind::ConfigMap | Kind::Secret | Kind::Workload | Kind::Pod)
        });
        if judged {
            let spec = &manifest.value["spec"];
            names(spec, &mut out);
        }
    }
    out.into_iter().collect()
}

fn names(value: &Value, out: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => out.extend(placeholder::names(&placeholder::tokens(text))),
        Value::Array(items) => items.iter().for_each(|item| names(item, out)),
        Value::Object(members) => members.values().for_each(|member| names(member, out)),
        _ => {}
    }
}
