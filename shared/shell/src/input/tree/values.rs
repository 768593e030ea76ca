//! Values of releases that stand elsewhere than in the release: in a ConfigMap, in a file.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use igw_core::facts::{Maker, hosts_in_values};
use serde_json::Value;

use super::kustomization::plain;
use super::layout::Layout;
use super::unit::ReadyUnit;
use crate::input::files::{Input, Manifest, Single, SourceFile};

/// The hosts that releases name for routes in values outside of them.
pub fn values_from(input: &Input, layout: &Layout, ready: &[ReadyUnit]) -> Vec<Maker> {
    let manifests = || ready.iter().flat_map(|own| &own.manifests);
    let maps: HashMap<(&str, &str), &Value> = manifests()
        .filter(|own| own.value["kind"] == "ConfigMap")
        .map(|own| (place(&own.value), &own.value["data"]))
        .collect();
    let mut out = Vec::new();
    for manifest in manifests() {
        let texts = match manifest.value["kind"].as_str() {
            Some("HelmRelease") => of_release(layout, &maps, &manifest.value),
            Some("Application") => of_application(input, layout, manifest),
            _ => continue,
        };
        let values = texts.iter().filter_map(|text| Single::parse("values", text).ok());
        let mut hosts: Vec<String> =
            values.flat_map(|single| hosts_in_values(&single.value)).collect();
        hosts.sort();
        hosts.dedup();
        if !hosts.is_empty() {
            let (namespace, name) = place(&manifest.value);
            let kind = manifest.value["kind"].as_str().unwrap_or_default();
            let title = format!("{kind} {}", igw_core::kube::full_name(namespace, name));
            let own = Maker::of(title, None);
            out.push(Maker { name: name.to_owned(), by_name: true, hosts, ..own });
        }
    }
    out
}

/// Files of values beside no chart: what they are the values of is not known, but for the image and
/// the hosts of routes in them.
pub fn loose_values(input: &Input) -> Vec<Maker> {
    let of = |file: &SourceFile| {
        let name = file.name.rsplit('/').next().unwrap_or_default();
        let stem = name.strip_suffix(".yaml").or(name.strip_suffix(".yml"))?;
        if !stem.starts_with("values") && !stem.ends_with("values") {
            return None;
        }
        let value = Single::parse("values", &file.text).ok()?.value;
        let hosts = hosts_in_values(&value);
        let image = value["image"]["repository"].as_str().unwrap_or_default();
        let image = image.rsplit('/').next().unwrap_or_default();
        // The values of a chart often stand below the name of its program.
        let own = value.as_object()?.keys().next().map(String::as_str).unwrap_or_default();
        let chart = if image.is_empty() { own } else { image };
        let maker = Maker::of(format!("Values {}", file.name), None);
        let name = chart.to_owned();
        Some(Maker { chart: Some(name.clone()), name, by_name: true, hosts, ..maker })
    };
    input.files.iter().filter_map(of).collect()
}

fn place(value: &Value) -> (&str, &str) {
    let text = |field: &str| value["metadata"][field].as_str().unwrap_or_default();
    (text("namespace"), text("name"))
}

/// `valuesFrom` of Flux: ConfigMaps that are given, or that a kustomization makes of files.
fn of_release(
    layout: &Layout,
    maps: &HashMap<(&str, &str), &Value>,
    release: &Value,
) -> Vec<String> {
    let (home, _) = place(release);
    let mut out = Vec::new();
    for from in release["spec"]["valuesFrom"].as_array().into_iter().flatten() {
        let Some(name) = from["name"].as_str().filter(|_| from["kind"] == "ConfigMap") else {
            continue;
        };
        let key = from["valuesKey"].as_str().unwrap_or("values.yaml");
        match maps.get(&(home, name)) {
            Some(data) => out.extend(data[key].as_str().map(str::to_owned)),
            None => out.extend(generated(layout, name, key)),
        }
    }
    out
}

/// The entry of a ConfigMap that a kustomization makes of a file.
fn generated(layout: &Layout, name: &str, key: &str) -> Vec<String> {
    let mut out = Vec::new();
    for own in layout.kustomizations.values() {
        let generators = own.value["configMapGenerator"].as_array().into_iter().flatten();
        for generator in generators.filter(|own| own["name"] == name) {
            let files = generator["files"].as_array().into_iter().flatten();
            for entry in files.filter_map(Value::as_str) {
                let file = entry.rsplit('/').next().unwrap_or(entry);
                let (own_key, path) = entry.split_once('=').unwrap_or((file, entry));
                if own_key == key {
                    out.extend(std::fs::read_to_string(own.directory.join(path)));
                }
            }
        }
    }
    out
}

/// `valueFiles` of Argo CD that are in the tree: `$values/apps/chat/values.yaml`.
fn of_application(input: &Input, layout: &Layout, manifest: &Manifest) -> Vec<String> {
    let file = input.files.get(manifest.origin.file as usize);
    let Some(from) = file.and_then(|file| file.path.as_deref()) else { return Vec::new() };
    let sources = manifest.value["spec"]["sources"].as_array().into_iter().flatten();
    let files =
        sources.flat_map(|source| source["helm"]["valueFiles"].as_array().into_iter().flatten());
    let paths = files.filter_map(Value::as_str).filter_map(|file| {
        let (_, path) = file.strip_prefix('$')?.split_once('/')?;
        in_tree(layout, from, path)
    });
    paths.filter_map(|path| std::fs::read_to_string(path).ok()).collect()
}

/// A file by its path in the repository.
fn in_tree(layout: &Layout, from: &Path, path: &str) -> Option<PathBuf> {
    let mut above = from.ancestors().skip(1).map(|home| plain(&home.join(path)));
    above.find(|found| layout.knows(found))
}
