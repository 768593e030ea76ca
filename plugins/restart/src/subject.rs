//! The workloads that are judged, with the pods that each has.

use std::collections::{HashMap, HashSet};

use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::instances;
use igw_core::facts::views::{HttpRoute, Pod, Workload};
use igw_core::facts::{Derive, Facts, Why};
use igw_core::kube::Meta;
use igw_core::workload::{behind, standing_and_past};

use crate::role::Role;

/// A workload, and what runs of it.
pub struct Restartable<'a> {
    pub workload: &'a Workload,
    pub role: Role,
    /// Its pods, but for those that are over or being deleted.
    pub pods: Vec<&'a Pod>,
    /// Why there may be more pods.
    pub gap: Option<Why>,
}

/// What made each ReplicaSet that is known: kind and name, by namespace and name of the set.
type ReplicaSets<'a> = HashMap<(String, String), &'a (String, String)>;

struct Restartables<'a>(Vec<Restartable<'a>>);

better_any::tid!(Restartables<'a>);

impl<'a> Derive<'a> for Restartables<'a> {
    fn derive(facts: &Facts<'a>) -> Self {
        Restartables(find(facts))
    }
}

/// The workloads that are judged, worked out once: in files all that are given, in a cluster those of
/// an inference gateway and those that are named.
pub fn all<'s, 'a>(facts: &'s Facts<'a>) -> &'s [Restartable<'a>] {
    &facts.derived::<Restartables<'a>>().0
}

fn find<'a>(facts: &Facts<'a>) -> Vec<Restartable<'a>> {
    let (every, past) = standing_and_past(facts, facts.scope.namespace.as_deref());
    let sets = every.iter().chain(&past).filter(|own| own.meta.kind == "ReplicaSet");
    let sets: ReplicaSets =
        sets.filter_map(|set| Some((set.meta.key(), set.owner.as_ref()?))).collect();
    let live = facts.store.world.is_none();
    let routed = if live { routed(facts) } else { HashSet::new() };
    let counts = |workload: &Workload| {
        let is_named = !facts.scope.names.is_empty();
        !live
            || is_named
            || Role::of(workload) != Role::Other
            || routed.contains(&workload.meta.title())
    };
    let mut out = Vec::new();
    for workload in every {
        let kind = workload.meta.kind.as_ref();
        let is_rolled = ["Deployment", "StatefulSet", "DaemonSet"].contains(&kind);
        if !is_rolled || !facts.scope.contains(&workload.meta) || !counts(workload) {
            continue;
        }
        let listing = facts.list::<Pod>(Some(&workload.meta.namespace));
        let own = |pod: &&Pod| !pod.is_over() && !pod.ending && owns(&sets, workload, pod);
        let pods = listing.items.into_iter().filter(own).collect();
        out.push(Restartable { workload, role: Role::of(workload), pods, gap: listing.gap });
    }
    out
}

/// The workloads that HTTPRoutes lead to.
fn routed(facts: &Facts) -> HashSet<String> {
    let routes = facts.list::<HttpRoute>(facts.scope.namespace.as_deref()).items;
    let mut out = HashSet::new();
    for route in routes {
        let backends = route.rules.iter().flat_map(|rule| &rule.backend_refs);
        for backend in backends.filter(|own| own.kind == "Service") {
            let all = behind(facts, backend.namespace_from(&route.meta), &backend.name);
            out.extend(all.iter().map(|own| own.meta.title()));
        }
    }
    out
}

/// Whether a pod is of a workload: by its owner where that is known, else by its labels.
fn owns(sets: &ReplicaSets, workload: &Workload, pod: &Pod) -> bool {
    if workload.meta.namespace != pod.meta.namespace {
        return false;
    }
    let is = |kind: &str, name: &str| *workload.meta.kind == *kind && workload.meta.name == name;
    match &pod.owner {
        Some((kind, name)) if kind == "ReplicaSet" => {
            let set = (pod.meta.namespace.clone(), name.clone());
            if let Some((kind, name)) = sets.get(&set) {
                return is(kind, name);
            }
            // A cluster's ReplicaSets are not read: their names are the Deployment's and a hash.
            let hash = pod.meta.labels.get("pod-template-hash");
            let stem = hash.and_then(|hash| name.strip_suffix(hash)?.strip_suffix('-'));
            stem.is_some_and(|stem| is("Deployment", stem))
        }
        Some((kind, name)) => is(kind, name),
        None => selects(workload, &pod.meta),
    }
}

/// Whether a workload's own selector selects a pod of its namespace.
fn selects(workload: &Workload, pod: &Meta) -> bool {
    let mut labels = workload.selector.iter().peekable();
    labels.peek().is_some() && labels.all(|(key, value)| pod.labels.get(key) == Some(value))
}

impl Restartable<'_> {
    /// `2 of 3 pods`, or `the pod`.
    pub fn some_pods(&self, some: usize) -> String {
        match (some, self.pods.len()) {
            (1, 1) => "the pod".to_owned(),
            (some, all) if some == all => format!("all {all} pods"),
            (some, all) => format!("{some} of {all} pods"),
        }
    }
}

/// The Bifrost that a workload runs.
pub fn bifrost_of<'s>(facts: &'s Facts, workload: &Meta) -> Option<&'s Instance> {
    instances::all(facts).iter().find(|own| {
        let own = own.workload.as_ref().map(|own| &own.meta);
        own.is_some_and(|own| own.is_same(workload) && own.kind == workload.kind)
    })
}

/// An object as `kubectl` takes it.
pub fn argument(meta: &Meta) -> String {
    let name = format!("{}/{}", meta.kind.to_lowercase(), meta.name);
    match meta.namespace.as_str() {
        "" => name,
        namespace => format!("{name} -n {namespace}"),
    }
}
