//! From manifests to the store.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use igw_core::facts::{Store, Why, decode};
use igw_core::kube::{Kind, Origin, full_name, group_of};
use serde_json::Value;

use crate::input::files::{Input, Manifest, Problem};
use crate::input::tree::TreeWorld;

/// Puts the manifests of a world into its store.
pub fn fill(store: &mut Store, input: &mut Input, tree: TreeWorld) {
    let TreeWorld { manifests, makers, known_sources, of_tree, unclear, .. } = tree;
    manifests.iter().for_each(|manifest| store.learn(&manifest.value));
    let mut repeated = repeated(&manifests).into_iter().peekable();
    let mut seen: BTreeMap<usize, (u64, Origin)> = BTreeMap::new();
    for (index, manifest) in manifests.into_iter().enumerate() {
        let origin = manifest.origin;
        let object = input.whole(manifest);
        if let Some((_, number)) = repeated.next_if(|(own, _)| *own == index) {
            let mut hasher = DefaultHasher::new();
            object.to_string().hash(&mut hasher);
            let hash = hasher.finish();
            let source = input.files.get(origin.file as usize);
            let judged = source.is_some_and(|own| own.named) && is_judged(&object);
            if let Some((other, first)) = seen.insert(number, (hash, origin))
                && other != hash
                && judged
            {
                let (_, kind, namespace, name) = identity(&object);
                twice(input, first, origin, &format!("{kind} {}", full_name(namespace, name)));
            }
        }
        match unclear.get(&origin.document) {
            Some(why) => store.put_aside(object, origin, Why::not_given(why)),
            None => decode(store, object, origin, ""),
        }
    }
    if let Some(world) = &mut store.world {
        world.makers.retain(|maker| !known_sources.contains(&maker.title));
        world.makers.extend(makers);
        world.of_tree = of_tree;
    }
    store.settle();
}

/// The manifests of objects that are there more than once: index, and a number for the object.
fn repeated(manifests: &[Manifest]) -> Vec<(usize, usize)> {
    let mut first: HashMap<_, usize> = HashMap::with_capacity(manifests.len());
    let mut out = Vec::new();
    for (index, manifest) in manifests.iter().enumerate() {
        match first.entry(identity(&manifest.value)) {
            Entry::Vacant(entry) => drop(entry.insert(index)),
            Entry::Occupied(entry) => {
                out.push((*entry.get(), *entry.get()));
                out.push((index, *entry.get()));
            }
        }
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// Whether rules read objects of its kind.
fn is_judged(value: &Value) -> bool {
    Kind::of(group_of(text(value, "apiVersion")), text(value, "kind")).is_some()
}

/// Group, kind, namespace and name: what makes two manifests one object.
fn identity(value: &Value) -> (&str, &str, &str, &str) {
    let metadata = &value["metadata"];
    let group = group_of(text(value, "apiVersion"));
    (group, text(value, "kind"), text(metadata, "namespace"), text(metadata, "name"))
}

fn text<'a>(object: &'a Value, member: &str) -> &'a str {
    object[member].as_str().unwrap_or_default()
}

/// The same object with two contents: `kubectl apply` would leave the later one.
fn twice(input: &mut Input, first: Origin, again: Origin, title: &str) {
    let at = |origin| input.locate(origin, "/metadata/name");
    let (first, again) = (at(first), at(again));
    let place = first.map(|l| format!("{}:{}", l.file, l.line)).unwrap_or_default();
    input.problems.push(Problem {
        file: again.as_ref().map(|l| l.file.clone()),
        line: again.as_ref().map(|l| l.line),
        column: again.as_ref().map(|l| l.column),
        message: format!("{title} is defined again, with different content than at {place}"),
        hint: Some("the later one is judged, as kubectl apply would leave it; remove one".into()),
    });
}
