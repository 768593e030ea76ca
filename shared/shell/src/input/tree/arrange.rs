//! From an input to worlds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use clap::ValueEnum;
use igw_core::facts::Maker;

use super::adopt::{adopt, changed};
use super::build::{Builder, Order};
use super::helm::Helm;
use super::layout::Layout;
use super::named::{only_named, unbuilt};
use super::need::Needed;
use super::outside::{charts, in_its_namespaces, patched_releases, unread, values_beside};
use super::standing::as_it_stands;
use super::substitution::{fill_in, not_filled_in};
use super::told::TreeTold;
use super::unit::{ReadyUnit, Unit, Units, reachable, units};
use super::untaken::of_other_examples;
use super::values::{loose_values, values_from};
use super::variables::Variables;
use super::{namespace, worlds as grouping};
use crate::input::files::{Input, Manifest};

/// `--render`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Render {
    /// Build kustomizations that only kustomize can read
    #[default]
    Auto,
    /// Read all files as they stand
    Never,
    /// Build every kustomization
    Always,
}

/// What a run says about the reading of trees.
#[derive(Debug, Clone, Default)]
pub struct TreeOptions {
    pub render: Render,
    pub variables: Variables,
    /// The program into whose pods the product looks.
    pub program: Option<&'static str>,
    /// Values files with which charts are rendered.
    pub helm: Vec<String>,
    /// Where a tree begins; empty: everywhere.
    pub roots: Vec<PathBuf>,
    /// `-n`: the namespace of what says none.
    pub namespace: Option<String>,
}

/// Objects that are in one cluster together.
#[derive(Debug, Default)]
pub struct TreeWorld {
    /// The directory that tells it from others; empty where there is one world.
    pub name: String,
    pub manifests: Vec<Manifest>,
    /// What may make more.
    pub makers: Vec<Maker>,
    /// What does not make more, although it looks so: its source is in the input.
    pub known_sources: BTreeSet<String>,
    /// Whether the files are a GitOps tree.
    pub of_tree: bool,
    /// Documents whose objects are not known, because what changes them was not built.
    pub unclear: BTreeMap<u32, String>,
}

fn placed<'u>(own: &'u ReadyUnit, roots: &[PathBuf]) -> grouping::Placed<'u> {
    let directory = own.unit.directory.as_path();
    // A directory that is called so itself counts, too.
    let below =
        roots.iter().find_map(|root| directory.strip_prefix(root.parent().unwrap_or(root)).ok());
    grouping::Placed {
        directory,
        below: below.unwrap_or(directory),
        manifests: own.manifests.as_slice(),
        loose: own.is_loose(),
        untaken: own.unit.source.is_none() && !own.unit.named,
        routes: own.unit.routes.iter().map(|(route, own)| (*route, own.as_str())).collect(),
    }
}

/// Takes the manifests of an input as what they are in a tree, and puts them into worlds.
pub fn worlds(input: &mut Input, options: &TreeOptions) -> (Vec<TreeWorld>, TreeTold) {
    let layout = Layout::of(input);
    let mut makers = Vec::new();
    let Units { mut units, known_sources } = units(input, &layout, options.program.is_some());
    let named = std::mem::take(&mut input.to_build);
    only_named(&mut units, &named);
    if !options.roots.is_empty() {
        units = reachable(units, &options.roots);
    }
    let several = units.len() > 1;
    let of_tree = several || !layout.kustomizations.is_empty() || !known_sources.is_empty();
    let mut told = TreeTold { files: input.files.len(), ..TreeTold::default() };
    told.is_tree = of_tree && input.files.iter().any(|file| !file.named && file.path.is_some());
    let mut unclear = BTreeMap::new();
    let mut ready = build(input, &layout, units, options, &mut told, &mut makers, &mut unclear);
    fill_in(&mut ready, &options.variables, &mut told.variables);
    input.problems.extend(unbuilt(&named, &layout, &told));
    told.open = not_filled_in(ready.iter().flat_map(|own| &own.manifests));
    let mut lists: Vec<&mut Vec<Manifest>> = ready.iter_mut().map(|r| &mut r.manifests).collect();
    namespace::infer(&mut lists);
    ready.extend(render(input, options, &mut told));
    makers.extend(charts(input, &mut told));
    makers.extend(unread(input, &ready, &mut told));
    makers.extend(values_beside(input, &ready));
    makers.extend(values_from(input, &layout, &ready));
    makers.extend(loose_values(input));
    let ready = split(ready);
    let places: Vec<grouping::Placed> = ready.iter().map(|own| placed(own, &input.roots)).collect();
    let (groups, left_out) = grouping::group(&places);
    told.worlds = (groups.len(), left_out);
    told.objects = ready.iter().map(|own| own.manifests.len()).sum();
    input.manifests.clear();
    if let [_] = groups.as_slice() {
        let manifests = ready.into_iter().flat_map(|own| own.manifests).collect();
        let name = String::new();
        return (
            vec![TreeWorld { name, manifests, makers, known_sources, of_tree, unclear }],
            told,
        );
    }
    let world = |group: &Vec<usize>| TreeWorld {
        name: group.first().map(|unit| ready[*unit].unit.name.clone()).unwrap_or_default(),
        manifests: group.iter().flat_map(|unit| ready[*unit].manifests.clone()).collect(),
        makers: makers.iter().cloned().chain(of_other_examples(group, &places)).collect(),
        known_sources: known_sources.clone(),
        of_tree,
        unclear: unclear.clone(),
    };
    (groups.iter().map(world).collect(), told)
}

/// Renders the charts, if that is wanted; those that could not be stay among the input's.
fn render(input: &mut Input, options: &TreeOptions, told: &mut TreeTold) -> Vec<ReadyUnit> {
    let wanted = options.render == Render::Always || !options.helm.is_empty();
    let Some(helm) = Helm::on_path().filter(|_| wanted) else { return Vec::new() };
    let (mut out, mut left) = (Vec::new(), Vec::new());
    for chart in std::mem::take(&mut input.charts) {
        match helm.render(input, &chart, &options.helm, options.namespace.as_deref()) {
            Ok(unit) => out.push(unit),
            Err(why) => {
                told.not_built.push((chart.name.clone(), why));
                left.push(chart);
            }
        }
    }
    told.is_tree |= !out.is_empty();
    told.rendered = out.len();
    input.charts = left;
    out
}

/// Builds what has to be built, and reads the rest as it stands.
fn build(
    input: &mut Input,
    layout: &Layout,
    units: Vec<Unit>,
    options: &TreeOptions,
    told: &mut TreeTold,
    makers: &mut Vec<Maker>,
    unclear: &mut BTreeMap<u32, String>,
) -> Vec<ReadyUnit> {
    let needed = Needed::of(input, &units, options.program);
    let matters: Vec<bool> = units.iter().map(|unit| needed.includes(input, unit)).collect();
    let wanted = |index: usize, unit: &Unit| match options.render {
        Render::Never => false,
        Render::Auto => unit.to_build.is_some() && unit.elsewhere.is_empty() && matters[index],
        Render::Always => unit.to_build.is_some() || !unit.kustomizations.is_empty(),
    };
    let programs = options.program.is_some();
    let builder = Builder::on_path();
    let (numbers, orders): (Vec<usize>, Vec<Order>) = units
        .iter()
        .enumerate()
        .filter(|(index, unit)| builder.is_some() && wanted(*index, unit))
        .map(|(index, unit)| {
            let changes = unit.source.as_ref().map(|source| source.spec.clone());
            let directory = unit.to_build.clone().unwrap_or_else(|| unit.directory.clone());
            let parts = unit.parts.clone();
            (index, Order { directory, parts, changes: changes.unwrap_or_default() })
        })
        .unzip();
    let results = builder.map(|builder| builder.build_all(&orders)).unwrap_or_default();
    let mut built: BTreeMap<usize, Result<String, String>> =
        numbers.into_iter().zip(results).collect();
    let mut known = BTreeMap::new();
    let mut used = BTreeSet::new();
    let mut times: BTreeMap<usize, usize> = BTreeMap::new();
    for (index, _) in units.iter().flat_map(|unit| &unit.members) {
        *times.entry(*index).or_default() += 1;
    }
    let mut out = Vec::new();
    for (index, unit) in units.into_iter().enumerate() {
        let mut manifests = match built.remove(&index) {
            Some(Ok(text)) => {
                told.built += 1;
                adopt(input, layout, &unit, &text, &mut known)
            }
            other => {
                let members = as_it_stands(input, &unit, &times, &mut used);
                if unit.to_build.is_some() {
                    let why = match other {
                        Some(Err(why)) => why,
                        _ if options.render == Render::Never => "--render never".to_owned(),
                        _ if !unit.elsewhere.is_empty() => {
                            format!("needs {}", igw_core::text::some_of(&unit.elsewhere, 1))
                        }
                        _ => "there is neither kubectl nor kustomize on PATH".to_owned(),
                    };
                    makers.extend(in_its_namespaces(
                        &format!("the kustomization {}, which is not built,", unit.name),
                        &members,
                    ));
                    let says = format!("{}, which is not built, changes it", unit.name);
                    for document in changed(input, layout, &unit, &members, &mut known, programs) {
                        unclear.insert(document, says.clone());
                    }
                    if matters[index] {
                        told.not_built.push((unit.name.clone(), why));
                    }
                }
                members
            }
        };
        if let Some(source) = &unit.source {
            for manifest in &mut manifests {
                if let Some(own) = &source.namespace {
                    namespace::set(&mut manifest.value, own);
                }
                if let Some(own) = &source.default_namespace {
                    namespace::set_if_missing(&mut manifest.value, own);
                }
                source.label(&mut manifest.value);
            }
        }
        if let Some(own) = &options.namespace {
            manifests.iter_mut().for_each(|m| namespace::set_if_missing(&mut m.value, own));
        }
        makers.extend(patched_releases(layout, &unit, &manifests));
        for elsewhere in &unit.elsewhere {
            makers.extend(in_its_namespaces(elsewhere, &manifests));
        }
        out.push(ReadyUnit { unit, manifests });
    }
    out
}

/// Files of one directory that contradict each other are alternatives, each a unit of its own.
fn split(ready: Vec<ReadyUnit>) -> Vec<ReadyUnit> {
    let mut out = Vec::new();
    for own in ready {
        let loose = own.is_loose();
        let values = own.manifests.iter().map(|manifest| &manifest.value);
        if !loose || !grouping::contradicts_itself(values) {
            out.push(own);
            continue;
        }
        let mut files: BTreeMap<u32, Vec<Manifest>> = BTreeMap::new();
        for manifest in own.manifests {
            files.entry(manifest.origin.file).or_default().push(manifest);
        }
        for manifests in files.into_values() {
            let (name, directory) = (own.unit.name.clone(), own.unit.directory.clone());
            out.push(ReadyUnit { unit: Unit { name, directory, ..Unit::default() }, manifests });
        }
    }
    out
}
