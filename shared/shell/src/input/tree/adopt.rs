//! From what kustomize wrote to manifests with places in the source files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use igw_core::kube::{Kind, Origin};
use regex::Regex;
use serde_json::Value;

use super::build::{copied, origin_of};
use super::kustomization::{Kustomization, KustomizePatch, PatchPlace, matters, plain};
use super::layout::{Layout, kind_of};
use super::unit::Unit;
use crate::input::files::{Input, Manifest, Patch, Single, texts};

/// The documents of a file: number in the input, and value.
pub type Documents = Vec<(u32, Value)>;

/// Takes built objects over: each stands where its source does, and what a patch gave it in the
/// patch.
pub fn adopt(
    input: &mut Input,
    layout: &Layout,
    unit: &Unit,
    built: &str,
    known: &mut BTreeMap<PathBuf, Documents>,
) -> Vec<Manifest> {
    let patches = patches(input, layout, unit, known);
    let mut out = Vec::new();
    for mut value in texts(built) {
        let noted = origin_of(&mut value);
        if !value["kind"].is_string() {
            continue;
        }
        let place =
            noted.map(|path| copied(&unit.parts, &path).unwrap_or_else(|| plain(&beside(&path))));
        let origin = place.and_then(|path| source(input, &path, &value, known));
        let fallback = || of_unit(input, layout, unit);
        let Some(Origin { file, document, item }) = origin.or_else(fallback) else { continue };
        let source = known.values().flatten().find(|(number, _)| *number == document);
        let name = source.map(|(_, own)| own["metadata"]["name"].clone()).unwrap_or_default();
        let document = input.copy_document(document);
        let own: Vec<Patch> = patches
            .iter()
            .filter(|(target, _)| target.is(&value, &name))
            .map(|(_, p)| p.clone())
            .collect();
        if !own.is_empty() {
            input.patches.insert(document, own);
        }
        out.push(Manifest { origin: Origin { file, document, item }, value });
    }
    out
}

/// The manifests that a kustomization changes in a way that only kustomize knows.
pub fn changed(
    input: &mut Input,
    layout: &Layout,
    unit: &Unit,
    manifests: &[Manifest],
    known: &mut BTreeMap<PathBuf, Documents>,
    programs: bool,
) -> Vec<u32> {
    let kinds: Vec<Kind> = manifests.iter().filter_map(|own| kind_of(&own.value)).collect();
    let mut out = Vec::new();
    let mut mark = |own: &Manifest| out.push(own.origin.document);
    if unit.source.as_ref().is_some_and(|source| source.changes) {
        manifests.iter().for_each(&mut mark);
        return out;
    }
    for own in unit.kustomizations.iter().filter_map(|path| layout.kustomizations.get(path)) {
        let reached: BTreeSet<usize> =
            layout.reach(own).members.into_iter().map(|(index, _)| index).collect();
        let patches = patches_of(input, own, known, |patch| matters(patch, &kinds, programs));
        for ((index, _), manifest) in unit.members.iter().zip(manifests) {
            let name = &manifest.value["metadata"]["name"];
            let hit = || {
                let mut own = patches.iter().filter(|(_, patch)| !patch.only_describes());
                own.any(|(target, _)| target.is(&manifest.value, name))
            };
            let labelled = || own.gives_labels() && manifest.value["kind"] == "Namespace";
            if reached.contains(index) && (own.changes_values() || labelled() || hit()) {
                mark(manifest);
            }
        }
    }
    out
}

/// The real path of an origin, which is relative to the overlay: all that is `..` leads up to the
/// root of the file system or to a directory above both.
fn beside(path: &str) -> PathBuf {
    let home = std::env::temp_dir();
    let home = std::fs::canonicalize(&home).unwrap_or(home);
    home.join("kubectl-igw").join("overlay").join(path)
}

fn documents<'k>(
    input: &mut Input,
    path: &Path,
    known: &'k mut BTreeMap<PathBuf, Documents>,
) -> &'k Documents {
    if !known.contains_key(path) {
        let file = input.file_at(path, || shown(path));
        let found = file.map(|file| input.documents_of(file));
        known.insert(path.to_owned(), found.unwrap_or_default());
    }
    known.entry(path.to_owned()).or_default()
}

/// A path as people know it: below the current directory, without it.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    igw_core::text::clean(&path.strip_prefix(&here).unwrap_or(path).to_string_lossy())
}

/// The document of a file that an object was made of: of its kind, and of its name or the one that
/// it contains.
fn source(
    input: &mut Input,
    path: &Path,
    value: &Value,
    known: &mut BTreeMap<PathBuf, Documents>,
) -> Option<Origin> {
    let name = value["metadata"]["name"].as_str().unwrap_or_default();
    let found = documents(input, path, known);
    let alike = found.iter().filter(|(_, own)| own["kind"] == value["kind"]);
    let called = |own: &Value| own["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    let best = alike
        .clone()
        .find(|(_, own)| called(own) == name)
        .or_else(|| alike.clone().find(|(_, own)| name.contains(&called(own))))
        .or_else(|| alike.clone().next())
        .or_else(|| found.first())?;
    let document = best.0;
    let file = input.documents.get(document as usize)?.file;
    Some(Origin { file, document, item: None })
}

/// The kustomization itself: where a generated object comes from.
fn of_unit(input: &Input, layout: &Layout, unit: &Unit) -> Option<Origin> {
    let own = layout.kustomizations.get(unit.to_build.as_ref()?)?;
    let document = own.document;
    let file = input.documents.get(document as usize)?.file;
    Some(Origin { file, document, item: None })
}

/// Which objects a patch changes.
#[derive(Clone, Debug, Default)]
struct Target {
    kind: Option<Regex>,
    name: Option<Regex>,
}

impl Target {
    fn of(kind: Option<&str>, name: Option<&str>) -> Target {
        let whole = |text: &str| Regex::new(&format!("^(?:{text})$")).ok();
        Target { kind: kind.and_then(whole), name: name.and_then(whole) }
    }

    /// Whether it is an object, which may have been called otherwise before.
    fn is(&self, value: &Value, before: &Value) -> bool {
        let fits = |wanted: &Option<Regex>, own: &Value| {
            wanted.as_ref().is_none_or(|wanted| wanted.is_match(own.as_str().unwrap_or_default()))
        };
        let called = fits(&self.name, &value["metadata"]["name"]) || fits(&self.name, before);
        fits(&self.kind, &value["kind"]) && called
    }
}

/// The patches on the way of a unit: those of the kustomization that is built come last.
fn patches(
    input: &mut Input,
    layout: &Layout,
    unit: &Unit,
    known: &mut BTreeMap<PathBuf, Documents>,
) -> Vec<(Target, Patch)> {
    let mut on_the_way: Vec<&Kustomization> =
        unit.kustomizations.iter().filter_map(|path| layout.kustomizations.get(path)).collect();
    on_the_way.sort_by_key(|own| Some(&own.directory) == unit.to_build.as_ref());
    let mut out: Vec<(Target, Patch)> =
        on_the_way.into_iter().flat_map(|own| patches_of(input, own, known, |_| true)).collect();
    out.extend(of_source(unit));
    out
}

/// The patches that Flux or Argo CD adds.
fn of_source(unit: &Unit) -> Vec<(Target, Patch)> {
    let Some((source, origin)) = unit.source.as_ref().zip(unit.stands_at) else {
        return Vec::new();
    };
    let list = source.spec["patches"].as_array().into_iter().flatten().enumerate();
    let of = |(index, item): (usize, &Value)| {
        let text = item["patch"].as_str()?.to_owned();
        let value = Single::parse("patch", &text).ok()?.value;
        let field = format!("{}/patches/{index}/patch", source.spec_at);
        Some((aimed(&item["target"], &value), Patch { origin, field, text, value }))
    };
    list.filter_map(of).collect()
}

fn patches_of(
    input: &mut Input,
    own: &Kustomization,
    known: &mut BTreeMap<PathBuf, Documents>,
    fits: impl Fn(&KustomizePatch) -> bool,
) -> Vec<(Target, Patch)> {
    let mut out = Vec::new();
    // What stands in the kustomization comes before what stands in files.
    for patch in own.patches.iter().filter(|patch| fits(patch)) {
        let PatchPlace::Inline(field) = &patch.place else { continue };
        let parsed = Some(patch.text()).filter(|text| !text.is_empty());
        let parsed = parsed.and_then(|text| Single::parse("patch", text).ok());
        let Some(Single { value, .. }) = parsed else { continue };
        let origin = Origin { file: own.file, document: own.document, item: None };
        let (field, text) = (field.clone(), patch.text().to_owned());
        out.push((aimed(&patch.target, &value), Patch { origin, field, text, value }));
    }
    for patch in own.patches.iter().filter(|patch| fits(patch)) {
        let PatchPlace::File(path) = &patch.place else { continue };
        for (document, value) in documents(input, path, known).clone() {
            let Some(file) = input.documents.get(document as usize).map(|d| d.file) else {
                continue;
            };
            let origin = Origin { file, document, item: None };
            let (field, text) = (String::new(), String::new());
            out.push((aimed(&patch.target, &value), Patch { origin, field, text, value }));
        }
    }
    out
}

/// What a patch is aimed at: its target, or else the object that it names.
fn aimed(target: &Value, patch: &Value) -> Target {
    match target.is_object() {
        true => Target::of(target["kind"].as_str(), target["name"].as_str()),
        false => {
            let name = patch["metadata"]["name"].as_str().map(regex::escape);
            Target::of(patch["kind"].as_str(), name.as_deref())
        }
    }
}
