//! Two overlays are two worlds: units that hold the same object with different contents cannot be
//! in one cluster.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

use igw_core::kube::{Kind, group_of};
use serde_json::Value;

use super::layout::kind_of;
use crate::input::files::Manifest;

/// How many worlds of one input are judged.
pub const MOST: usize = 60;

/// A unit and its place.
pub struct Placed<'u> {
    pub directory: &'u Path,
    /// Its path below the directory that the user named.
    pub below: &'u Path,
    pub manifests: &'u [Manifest],
    /// Whether nobody lists its files: two directories with one object are two examples.
    pub loose: bool,
    /// Whether neither Flux nor Argo CD takes it, nor a user named it.
    pub untaken: bool,
    /// The routes of its files: number in the input, and the namespace that it gives them.
    pub routes: Vec<(usize, &'u str)>,
}

/// Group, kind, namespace and name.
pub type Identity = (String, String, String, String);

/// The name of an object whose two editions cannot be in one cluster; `None` for kinds that decide
/// about nothing.
pub fn identity(value: &Value) -> Option<Identity> {
    let text = |at: &str| value.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (group, kind) = (group_of(value["apiVersion"].as_str()?).to_owned(), text("/kind"));
    let decides = match kind_of(value) {
        Some(Kind::Namespace | Kind::ConfigMap | Kind::Secret | Kind::Claim) => false,
        Some(_) => true,
        None => matches!(
            (group.as_str(), kind.as_str()),
            ("kustomize.toolkit.fluxcd.io", "Kustomization")
                | ("helm.toolkit.fluxcd.io", "HelmRelease")
                | ("argoproj.io", _)
        ),
    };
    let (namespace, name) = (text("/metadata/namespace"), text("/metadata/name"));
    decides.then_some((group, kind, namespace, name))
}

fn hash(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.to_string().hash(&mut hasher);
    hasher.finish()
}

/// Whether one list holds an object twice, with different contents.
pub fn contradicts_itself<'a>(values: impl Iterator<Item = &'a Value>) -> bool {
    let mut seen: HashMap<Identity, u64> = HashMap::new();
    values.filter_map(|value| Some((identity(value)?, value))).any(|(identity, value)| {
        match seen.entry(identity) {
            Entry::Occupied(known) => *known.get() != hash(value),
            Entry::Vacant(free) => {
                free.insert(hash(value));
                false
            }
        }
    })
}

/// The units of each world: those with nothing against each other are all in each, and of two that
/// exclude each other the one that is kept more like the world's first. The second value is how
/// many worlds were left out.
pub fn group(units: &[Placed]) -> (Vec<Vec<usize>>, usize) {
    let against = if units.len() > 1 { exclusions(units) } else { BTreeSet::new() };
    let everything: Vec<usize> = (0..units.len()).collect();
    if against.is_empty() {
        return (vec![everything], 0);
    }
    let excludes = |a: usize, b: usize| against.contains(&(a.min(b), a.max(b)));
    let mut left: BTreeSet<usize> = against.iter().flat_map(|(a, b)| [*a, *b]).collect();
    let mut worlds = Vec::new();
    while let Some(first) = left.first().copied() {
        if worlds.len() == MOST {
            return (worlds, left.len());
        }
        let mut order = everything.clone();
        let home = units[first].directory;
        order.sort_by_key(|&unit| std::cmp::Reverse(likeness(home, units[unit].directory)));
        let mut world = vec![first];
        for unit in order {
            if unit != first && !world.iter().any(|&own| excludes(own, unit)) {
                world.push(unit);
            }
        }
        world.sort_unstable();
        left.retain(|unit| !world.contains(unit));
        worlds.push(world);
    }
    (worlds, 0)
}

/// The pairs of units that exclude each other.
fn exclusions(units: &[Placed]) -> BTreeSet<(usize, usize)> {
    let mut owners: HashMap<Identity, Vec<(usize, u64)>> = HashMap::new();
    for (unit, own) in units.iter().enumerate() {
        for manifest in own.manifests {
            if let Some(identity) = identity(&manifest.value) {
                owners.entry(identity).or_default().push((unit, hash(&manifest.value)));
            }
        }
    }
    let mut out = examples(units);
    out.extend(overlays(units));
    for owners in owners.values().filter(|owners| owners.len() > 1) {
        for (index, (unit, hash)) in owners.iter().enumerate() {
            for (other, theirs) in &owners[..index] {
                let loose = units[*unit].loose && units[*other].loose;
                if other != unit && (hash != theirs || loose) {
                    out.insert((*other.min(unit), *other.max(unit)));
                }
            }
        }
    }
    out
}

/// Words for directories whose parts are tried one at a time.
const EXAMPLES: [&str; 12] = [
    "conformance",
    "demo",
    "demos",
    "docs",
    "e2e",
    "example",
    "examples",
    "sample",
    "samples",
    "test",
    "tests",
    "tutorials",
];

impl Placed<'_> {
    /// Whether it is one of several examples, each of which is tried on its own.
    pub fn is_example(&self) -> bool {
        let mut words = self.below.components().map(|part| part.as_os_str());
        self.untaken && words.any(|word| EXAMPLES.iter().any(|own| word == *own))
    }
}

/// Examples exclude each other: what one of them is about is no conflict with the next.
fn examples(units: &[Placed]) -> BTreeSet<(usize, usize)> {
    let all: Vec<usize> = (0..units.len()).filter(|unit| units[*unit].is_example()).collect();
    let pairs = |(at, unit): (usize, &usize)| {
        all[..at].iter().map(|other| (*other, *unit)).collect::<Vec<_>>()
    };
    all.iter().enumerate().flat_map(pairs).collect()
}

/// Two overlays that put one route into two namespaces, and that neither Flux nor Argo CD puts into
/// one cluster.
fn overlays(units: &[Placed]) -> BTreeSet<(usize, usize)> {
    let mut owners: HashMap<usize, Vec<(usize, &str)>> = HashMap::new();
    for (unit, own) in units.iter().enumerate().filter(|(_, own)| own.untaken && !own.loose) {
        for (route, namespace) in &own.routes {
            owners.entry(*route).or_default().push((unit, namespace));
        }
    }
    let mut out = BTreeSet::new();
    for owners in owners.values() {
        for (at, (unit, namespace)) in owners.iter().enumerate() {
            let others = owners[..at].iter().filter(|(_, other)| other != namespace);
            out.extend(others.map(|(other, _)| (*other, *unit)));
        }
    }
    out
}

/// How much two directories have in common: their beginning, and words (`prod`) anywhere.
fn likeness(a: &Path, b: &Path) -> usize {
    let words = |path: &Path| -> Vec<String> {
        path.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect()
    };
    let (a, b) = (words(a), words(b));
    let start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let rest = a[start..].iter().filter(|word| b[start..].contains(word)).count();
    start + 3 * rest
}

#[cfg(test)]
mod tests {
    use igw_core::kube::Origin;
    use serde_json::json;

    use super::*;

    fn unit(names: &[(&str, &str)]) -> Vec<Manifest> {
        let manifest = |(name, content): &(&str, &str)| Manifest {
            origin: Origin::default(),
            value: json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": content}),
        };
        names.iter().map(manifest).collect()
    }

    fn groups(units: &[(&str, Vec<Manifest>)]) -> Vec<Vec<usize>> {
        let placed =
            |(path, own): &'_ (&str, Vec<Manifest>)| (Path::new(path).to_owned(), own.clone());
        let own: Vec<_> = units.iter().map(placed).collect();
        let units: Vec<Placed> = own
            .iter()
            .map(|(directory, manifests)| Placed {
                below: directory,
                directory,
                manifests,
                loose: false,
                untaken: false,
                routes: Vec::new(),
            })
            .collect();
        group(&units).0
    }

    #[test]
    fn overlays_of_one_environment_are_one_world() {
        let units = [
            ("/r/a/overlays/dev", unit(&[("a", "1")])),
            ("/r/a/overlays/prod", unit(&[("a", "2")])),
            ("/r/b/overlays/dev", unit(&[("b", "1")])),
            ("/r/b/overlays/prod", unit(&[("b", "2")])),
            ("/r/infra", unit(&[("gateway", "1")])),
        ];
        assert_eq!(groups(&units), [vec![0, 2, 4], vec![1, 3, 4]]);
    }

    #[test]
    fn the_same_object_with_the_same_content_excludes_nobody() {
        let units = [("/r/a", unit(&[("x", "1")])), ("/r/b", unit(&[("x", "1"), ("y", "1")]))];
        assert_eq!(groups(&units), [vec![0, 1]]);
        assert!(contradicts_itself(unit(&[("x", "1"), ("x", "2")]).iter().map(|m| &m.value)));
        assert!(!contradicts_itself(unit(&[("x", "1"), ("x", "1")]).iter().map(|m| &m.value)));
    }
}
