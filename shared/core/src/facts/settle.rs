//! What a route's references say about each other once all files are read.

use std::collections::{BTreeMap, BTreeSet};

use super::views::{HttpRoute, Service};
use super::{Store, Stored as _};
use crate::kube::Kind;

impl Store {
    /// Notes the Services that a route names beside others of the same namespace which are all
    /// given and called alike: most likely they are slips, not objects of another source.
    pub fn settle(&mut self) {
        let mut slips = BTreeSet::new();
        for route in self.known::<HttpRoute>() {
            let mut places: BTreeMap<&str, (BTreeSet<&str>, BTreeSet<&str>)> = BTreeMap::new();
            for reference in route.rules.iter().flat_map(|rule| &rule.backend_refs) {
                if !reference.group.is_empty() || reference.kind != "Service" {
                    continue;
                }
                let namespace = reference.namespace_from(&route.meta);
                let key = (namespace.to_owned(), reference.name.clone());
                let (given, missing) = places.entry(namespace).or_default();
                match Service::table(&self.tables).contains_key(&key) {
                    true => given.insert(&reference.name),
                    false => missing.insert(&reference.name),
                };
            }
            for (namespace, (given, missing)) in places {
                if given.len() >= missing.len() {
                    let key =
                        |name: &&str| (Kind::Service, namespace.to_owned(), (*name).to_owned());
                    let alike = |name: &&&str| {
                        let own = [route.meta.name.as_str()];
                        given.iter().chain(&own).any(|near| share_a_word(name, near))
                    };
                    slips.extend(missing.iter().filter(alike).map(key));
                }
            }
        }
        if let Some(world) = &mut self.world {
            world.beside = slips;
        }
    }
}

/// Whether two names have a word in common, as those of one program do.
fn share_a_word(a: &str, b: &str) -> bool {
    a.split('-').any(|word| word.len() > 2 && b.split('-').any(|own| own == word))
}
