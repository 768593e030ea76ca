//! What Flux fills in: `postBuild`, with the ConfigMaps of the tree.

use std::collections::{BTreeMap, BTreeSet};

use igw_core::kube::Kind;
use igw_core::{placeholder, strings};

use super::layout::kind_of;
use super::unit::ReadyUnit;
use super::variables::{self, Variables};
use crate::input::files::Manifest;

/// Fills in the variables that are known: those of the user, and those of each unit's source.
pub fn fill_in(ready: &mut [ReadyUnit], said: &Variables, all: &mut Variables) {
    let sources = ready.iter().filter_map(|own| own.unit.source.as_ref());
    let wanted: BTreeSet<String> =
        sources.flat_map(|source| &source.variables_from).map(|(_, name)| name.clone()).collect();
    let mut maps: BTreeMap<(String, String), Variables> = BTreeMap::new();
    for manifest in ready.iter().flat_map(|own| &own.manifests) {
        let value = &manifest.value;
        if kind_of(value) != Some(Kind::ConfigMap) {
            continue;
        }
        let text = |field: &str| value["metadata"][field].as_str().unwrap_or_default().to_owned();
        if !wanted.contains(&text("name")) {
            continue;
        }
        let entries = value["data"].as_object().into_iter().flatten();
        let entries =
            entries.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
        maps.insert((text("namespace"), text("name")), entries.collect());
    }
    for own in ready {
        let mut known = said.clone();
        let mut of_flux = false;
        if let Some(source) = &own.unit.source {
            let map = |(home, name): &(String, String)| {
                let is =
                    |own: &str, theirs: &str| theirs == name && (own == home || own.is_empty());
                maps.iter().find(|((own, theirs), _)| is(own, theirs)).map(|(_, map)| map)
            };
            let given: Vec<Option<&Variables>> = source.variables_from.iter().map(map).collect();
            of_flux = !source.variables.is_empty() || !given.is_empty();
            of_flux &= given.iter().all(Option::is_some);
            for (name, value) in
                source.variables.iter().chain(given.into_iter().flatten().flatten())
            {
                known.entry(name.clone()).or_insert_with(|| value.clone());
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
            let own = [
                Kind::ConfigMap,
                Kind::Secret,
                Kind::Workload,
                Kind::Pod,
                Kind::BatchJob,
                Kind::TraceCollector,
            ];
            !own.contains(&kind)
        });
        if judged {
            let spec = &manifest.value["spec"];
            let open = strings::of(spec).map(placeholder::tokens);
            out.extend(open.flat_map(|text| placeholder::names(&text)));
        }
    }
    out.into_iter().collect()
}
