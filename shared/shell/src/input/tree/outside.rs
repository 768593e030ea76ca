//! What is not in the input, or not read, and may make objects.

use std::collections::BTreeSet;
use std::path::Path;

use igw_core::facts::Maker;

use super::layout::Layout;
use super::told::TreeTold;
use super::unit::{ReadyUnit, Unit};
use crate::input::files::{Chart, Input, Manifest};

/// A release that is patched may be called otherwise and go to any namespace of its unit.
pub fn patched_releases(layout: &Layout, unit: &Unit, manifests: &[Manifest]) -> Vec<Maker> {
    let releases = manifests.iter().filter(|own| own.value["kind"] == "HelmRelease");
    let names: Vec<&str> =
        releases.filter_map(|own| own.value["metadata"]["name"].as_str()).collect();
    let mut on_the_way = unit.kustomizations.iter().filter_map(|p| layout.kustomizations.get(p));
    if names.is_empty() || !on_the_way.any(|own| own.patches_kind("HelmRelease")) {
        return Vec::new();
    }
    let title = format!("HelmRelease {}, which is patched,", igw_core::text::some_of(&names, 1));
    in_its_namespaces(&title, manifests)
}

/// Something that may make objects in the namespaces of a unit.
pub fn in_its_namespaces(title: &str, manifests: &[Manifest]) -> Vec<Maker> {
    let home = |own: &Manifest| own.value["metadata"]["namespace"].as_str().map(str::to_owned);
    let homes: BTreeSet<String> = manifests.iter().filter_map(home).collect();
    homes.into_iter().map(|home| Maker::of(title, Some(home))).collect()
}

/// The charts of a tree, which are not rendered.
pub fn charts(input: &Input, told: &mut TreeTold) -> Vec<Maker> {
    told.is_tree |= !input.charts.is_empty();
    told.charts = input.charts.iter().map(|chart| chart.name.clone()).collect();
    let maker = |chart: &Chart| {
        let title = format!("chart {}, which is not rendered,", chart.name);
        let name = chart.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let hosts = if chart.has_routes { vec!["*".to_owned()] } else { Vec::new() };
        Maker { name, by_name: true, hosts, ..Maker::of(title, None) }
    };
    input.charts.iter().map(maker).collect()
}

/// What could not be read in files that nobody named may be what is missing in the namespaces of
/// its neighbours.
pub fn unread(input: &Input, ready: &[ReadyUnit], told: &mut TreeTold) -> Vec<Maker> {
    let mut files: Vec<&str> = input.notes.iter().filter_map(|n| n.file.as_deref()).collect();
    files.dedup();
    told.unread = files.iter().map(|file| (*file).to_owned()).collect();
    let mut out = Vec::new();
    for name in files {
        let Some(file) = input.files.iter().find(|file| file.name == name) else { continue };
        let home = file.path.as_deref().and_then(Path::parent);
        let near = |own: &&ReadyUnit| Some(own.unit.directory.as_path()) == home;
        let title = format!("{name}, which could not be read,");
        for own in ready.iter().filter(near) {
            out.extend(in_its_namespaces(&title, &own.manifests));
        }
    }
    out
}

/// Values of a chart that stand beside objects: somebody installs the chart there.
pub fn values_beside(input: &Input, ready: &[ReadyUnit]) -> Vec<Maker> {
    let values = |name: &str| {
        let file = name.rsplit('/').next().unwrap_or_default();
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        stem == "helmfile" || stem.starts_with("values") || stem.ends_with("values")
    };
    let mut out = Vec::new();
    for file in input.files.iter().filter(|file| values(&file.name)) {
        let Some(home) = file.path.as_deref().and_then(Path::parent) else { continue };
        for own in ready.iter().filter(|own| own.unit.directory == home) {
            out.extend(in_its_namespaces(&format!("the chart of {}", file.name), &own.manifests));
        }
    }
    out
}
