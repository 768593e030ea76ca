//! What a route's references say about each other once all files are read.

use std::collections::{BTreeMap, BTreeSet};

use super::views::{HttpRoute, Service};
use super::{Store, Stored as _};
use crate::kube::Kind;

impl Store {
    /// Notes the Services that a route names beside others of the same namespace which are all
    /// given: most likely they are slips, not objects of another source.
    pub fn settle(&mut self) {
        let mut slips = BTreeSet::new();
        for route in self.known::<HttpRoute>() {
            let mut places: BTreeMap<&str, (usize, BTreeSet<&str>)> = BTreeMap::new();
            for reference in route.rules.iter().flat_map(|rule| &rule.backend_refs) {
                if !reference.group.is_empty() || reference.kind != "Service" {
                    continue;
                }
                let namespace = reference.namespace_from(&route.meta);
                let key = (namespace.to_owned(), reference.name.clone());
                let (given, missing) = places.entry(namespace).or_default();
                match Service::table(&self.tables).contains_key(&key) {
                    true => *given += 1,
                    false => drop(missing.insert(&reference.name)),
                }
            }
            for (namespace, (given, missing)) in places {
                if given >= missing.len() {
                    let key = |name: &&str| {
                        (Kind::Service, namespace.to_owned(), (*name).to_owned())
                    };
                    slips.extend(missing.iter().map(key));
                }
            }
        }
        if let Some(world) = &mut self.world {
            world.beside = slips;
        }
    }
}
