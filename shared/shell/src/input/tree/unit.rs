//! What is applied together: a build of kustomize, a source of Flux or Argo CD, a directory of
//! loose files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use igw_core::kube::{Kind, Origin};
use serde_json::Value;

use super::kustomization::{Kustomization, judges};
use super::layout::{Layout, Reached, kind_of};
use super::sources::{BASENAME, TreeSource, several, sources};
use crate::input::files::{Input, Manifest};

/// What is applied together.
#[derive(Debug, Default)]
pub struct Unit {
    /// Its directory, as people know it.
    pub name: String,
    pub directory: PathBuf,
    /// Whether the user named one of its files.
    pub named: bool,
    /// Its manifests: indices into the input's, each with the namespace that it gets.
    pub members: Vec<(usize, Option<String>)>,
    /// The manifest of its source: an index into the input's.
    pub from: Option<usize>,
    /// The source that says more about it.
    pub source: Option<TreeSource>,
    /// What is elsewhere, or could not be read.
    pub elsewhere: Vec<String>,
    /// Whether it leads to files on this machine that are not in the input.
    pub leaves_input: bool,
    /// The kustomizations on the way; the first one is built.
    pub kustomizations: BTreeSet<PathBuf>,
    /// The kustomization that is built, if only kustomize can tell what it makes; a directory
    /// without one is built of its parts.
    pub to_build: Option<PathBuf>,
    /// The files and kustomizations of a directory that has none itself.
    pub parts: Vec<PathBuf>,
    /// Where the manifest of its source stands.
    pub stands_at: Option<Origin>,
    /// The HTTPRoutes among its members, with the namespace that it gives them.
    pub routes: Vec<(usize, String)>,
}

/// A unit with its objects as they will be.
pub struct ReadyUnit {
    pub unit: Unit,
    pub manifests: Vec<Manifest>,
}

impl ReadyUnit {
    /// Whether nobody lists its files, and the user named none of them.
    pub fn is_loose(&self) -> bool {
        self.unit.kustomizations.is_empty() && self.unit.source.is_none() && !self.unit.named
    }
}

/// The units of a tree.
#[derive(Debug, Default)]
pub struct Units {
    pub units: Vec<Unit>,
    /// The titles of Flux and Argo objects whose path is in the tree: they make nothing else.
    pub known_sources: BTreeSet<String>,
}

/// Cuts an input into units.
pub fn units(input: &Input, layout: &Layout, programs: bool) -> Units {
    let mut out = Units::default();
    let mut used: BTreeSet<PathBuf> = BTreeSet::new();
    let mut loose_used: BTreeSet<usize> = BTreeSet::new();
    let taken = taken(input, layout);
    let mut resolved: BTreeMap<usize, usize> = BTreeMap::new();
    for (_, _, manifest) in &taken {
        *resolved.entry(*manifest).or_default() += 1;
    }
    for (directory, source, manifest) in taken {
        // Of several sources one may be elsewhere.
        if resolved[&manifest] >= several(&input.manifests[manifest].value) {
            out.known_sources.insert(source.title.clone());
        }
        let mut unit = match layout.kustomizations.get(&directory) {
            Some(own) => of_kustomization(input, layout, own, Some(source), programs),
            None => of_directory(input, layout, &directory, source),
        };
        unit.from = Some(manifest);
        unit.stands_at = Some(input.manifests[manifest].origin);
        used.extend(unit.kustomizations.iter().cloned());
        loose_used.extend(unit.members.iter().map(|(index, _)| *index));
        out.units.push(unit);
    }
    for own in layout.roots().filter(|own| !used.contains(&own.directory)) {
        out.units.push(of_kustomization(input, layout, own, None, programs));
    }
    for unit in &out.units {
        loose_used.extend(unit.members.iter().map(|(index, _)| *index));
    }
    out.units.extend(loose(input, layout, &loose_used));
    out
}

/// The units below some directories, and those that the sources in them lead to.
pub fn reachable(units: Vec<Unit>, roots: &[PathBuf]) -> Vec<Unit> {
    let below = |unit: &Unit| roots.iter().any(|root| unit.directory.starts_with(root));
    let mut kept: Vec<bool> = units.iter().map(below).collect();
    loop {
        let manifests: BTreeSet<usize> = units
            .iter()
            .zip(&kept)
            .filter(|(_, kept)| **kept)
            .flat_map(|(unit, _)| unit.members.iter().map(|(index, _)| *index))
            .collect();
        let leads = |unit: &Unit| unit.from.is_some_and(|index| manifests.contains(&index));
        let more: Vec<usize> = (0..units.len()).filter(|&i| !kept[i] && leads(&units[i])).collect();
        if more.is_empty() {
            break;
        }
        more.into_iter().for_each(|unit| kept[unit] = true);
    }
    units.into_iter().zip(kept).filter_map(|(unit, kept)| kept.then_some(unit)).collect()
}

/// The directories that sources take, with the source and its manifest.
fn taken(input: &Input, layout: &Layout) -> Vec<(PathBuf, TreeSource, usize)> {
    let mut out: Vec<(PathBuf, TreeSource, usize)> = Vec::new();
    for (path, manifests) in &layout.of_file {
        for &index in manifests {
            for source in sources(&input.manifests[index].value) {
                if let Some((before, after)) = source.path.split_once('*') {
                    let below = layout.resolve(path, before).into_iter();
                    let all = below.flat_map(|home| matching(layout, &home, after));
                    out.extend(all.map(|found| {
                        let own = named_after(&source, &found);
                        (found, own, index)
                    }));
                } else if let Some(found) = layout.resolve(path, &source.path) {
                    let own = named_after(&source, &found);
                    out.push((found, own, index));
                }
            }
        }
    }
    inherit(input, layout, &mut out);
    out
}

/// Puts the directory's name where a template wants it.
fn named_after(source: &TreeSource, directory: &Path) -> TreeSource {
    let name = directory.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let fill = |text: &Option<String>| {
        text.as_ref().map(|text| if text == BASENAME { name.clone() } else { text.clone() })
    };
    TreeSource {
        namespace: fill(&source.namespace),
        default_namespace: fill(&source.default_namespace),
        ..source.clone()
    }
}

/// The directories below one that hold something, and whose path goes on like this.
fn matching(layout: &Layout, home: &Path, after: &str) -> BTreeSet<PathBuf> {
    let depth = home.components().count() + 1;
    let files = layout.of_file.keys().map(|file| file.parent().unwrap_or(home));
    let all = files.chain(layout.kustomizations.keys().map(PathBuf::as_path));
    let below = all.filter(|path| path.starts_with(home) && path.components().count() >= depth);
    let first = below.map(|path| path.components().take(depth).collect::<PathBuf>());
    let rest = after.trim_matches('/');
    let found = first.map(|path| if rest.is_empty() { path } else { path.join(rest) });
    let all = layout.of_file.keys();
    found.filter(|path| all.clone().any(|file| file.starts_with(path))).collect()
}

/// What a Kustomization of Flux passes on to those that it applies: their `postBuild`.
fn inherit(input: &Input, layout: &Layout, all: &mut [(PathBuf, TreeSource, usize)]) {
    let paths: BTreeMap<u32, &PathBuf> = layout
        .of_file
        .iter()
        .flat_map(|(path, manifests)| manifests.iter().map(move |index| (*index, path)))
        .map(|(index, path)| (input.manifests[index].origin.file, path))
        .collect();
    let given: Vec<(PathBuf, Vec<Value>)> = all
        .iter()
        .map(|(path, source, _)| (path.clone(), source.passes_on()))
        .filter(|(_, given)| !given.is_empty())
        .collect();
    for (_, source, index) in all {
        let manifest = &input.manifests[*index];
        let Some(own) = paths.get(&manifest.origin.file) else { continue };
        let home = manifest.value["metadata"]["namespace"].as_str().unwrap_or("flux-system");
        for (_, values) in given.iter().filter(|(path, _)| own.starts_with(path)) {
            values.iter().for_each(|value| source.substitute(value, home));
        }
    }
}

fn of_kustomization(
    input: &Input,
    layout: &Layout,
    own: &Kustomization,
    source: Option<TreeSource>,
    programs: bool,
) -> Unit {
    let Reached { members, directories, elsewhere, leaves_input } = layout.reach(own);
    let kinds: Vec<_> =
        members.iter().filter_map(|(index, _)| kind_of(&input.manifests[*index].value)).collect();
    let changed = source.as_ref().is_some_and(|source| source.changes) && judges(&kinds);
    let on_the_way = directories.iter().filter_map(|path| layout.kustomizations.get(path));
    let to_build = (changed
        || leaves_input
        || on_the_way.into_iter().any(|own| own.needs_building(&kinds, programs)))
    .then(|| own.directory.clone());
    let is_route = |index: &usize| kind_of(&input.manifests[*index].value) == Some(Kind::HttpRoute);
    let routes = members.iter().filter(|(index, _)| is_route(index));
    let routes = routes.filter_map(|(index, own)| Some((*index, own.clone()?))).collect();
    Unit {
        name: shown(input, own.file),
        directory: own.directory.clone(),
        members,
        source,
        elsewhere,
        leaves_input,
        kustomizations: directories,
        to_build,
        routes,
        ..Unit::default()
    }
}

fn of_directory(input: &Input, layout: &Layout, directory: &Path, source: TreeSource) -> Unit {
    let (nested, files) = layout.below(directory);
    let mut unit = Unit { directory: directory.to_owned(), ..Unit::default() };
    for (path, manifests) in files {
        unit.members.extend(manifests.iter().map(|index| (*index, None)));
        unit.parts.push(path.clone());
    }
    for own in nested {
        unit.parts.push(own.directory.clone());
        let Reached { members, directories, elsewhere, .. } = layout.reach(own);
        unit.members.extend(members);
        unit.kustomizations.extend(directories);
        unit.elsewhere.extend(elsewhere);
    }
    let first = unit.members.first().map(|(index, _)| input.manifests[*index].origin.file);
    unit.name = first.map(|file| shown(input, file)).unwrap_or_default();
    let members = unit.members.iter().map(|(index, _)| &input.manifests[*index].value);
    let kinds: Vec<_> = members.filter_map(kind_of).collect();
    unit.to_build = (source.changes && judges(&kinds)).then(|| directory.to_owned());
    unit.source = Some(source);
    unit
}

/// The files that nobody lists: a unit for each directory. What stands beside a kustomization that
/// does not list it is not applied.
fn loose(input: &Input, layout: &Layout, used: &BTreeSet<usize>) -> Vec<Unit> {
    let mut units: BTreeMap<PathBuf, Unit> = BTreeMap::new();
    for (path, manifests) in &layout.of_file {
        if layout.no_objects.contains(path) {
            continue;
        }
        let file = manifests
            .first()
            .map(|index| &input.files[input.manifests[*index].origin.file as usize]);
        let named = file.is_some_and(|file| file.named);
        let left: Vec<usize> = manifests.iter().copied().filter(|i| !used.contains(i)).collect();
        if left.is_empty() {
            continue;
        }
        if !named && layout.is_left_out(path) {
            continue;
        }
        let home = path.parent().unwrap_or(path).to_owned();
        let unit = units.entry(home.clone()).or_insert_with(|| Unit {
            name: file.map(|file| directory_of(&file.name)).unwrap_or_default(),
            directory: home,
            ..Unit::default()
        });
        unit.named |= named;
        unit.members.extend(left.into_iter().map(|index| (index, None)));
    }
    let mut out: Vec<Unit> = units.into_values().collect();
    // Standard input and builds have no directory.
    let nowhere: Vec<usize> = (0..input.manifests.len())
        .filter(|i| input.files[input.manifests[*i].origin.file as usize].path.is_none())
        .collect();
    if !nowhere.is_empty() {
        let members = nowhere.into_iter().map(|index| (index, None)).collect();
        out.insert(0, Unit { members, named: true, ..Unit::default() });
    }
    out
}

/// The directory of a file as people know it.
fn shown(input: &Input, file: u32) -> String {
    input.files.get(file as usize).map(|file| directory_of(&file.name)).unwrap_or_default()
}

fn directory_of(name: &str) -> String {
    name.rsplit_once('/').map_or(".", |(directory, _)| directory).to_owned()
}
