//! What a pod takes from ConfigMaps and Secrets, as far as their absence is known.

use crate::facts::views::{ConfigMap, Secret};
use crate::facts::{Fact, Facts, Openness, Why};

/// A ConfigMap of a namespace. Where that is not known, nothing is said to be absent unless others
/// like it are given.
pub(super) fn config_map<'a>(
    facts: &Facts<'a>,
    namespace: &str,
    name: &str,
) -> Fact<&'a ConfigMap> {
    let closed = facts.store.world.as_ref().is_none_or(|own| own.openness == Openness::Closed);
    let beside = || facts.store.known::<ConfigMap>().any(|map| map.meta.namespace.is_empty());
    match facts.get::<ConfigMap>(namespace, name) {
        Fact::Absent if namespace.is_empty() && !closed && !beside() => {
            Fact::Unknown(Why::not_given("its namespace is not known"))
        }
        found => found,
    }
}

/// A Secret of a namespace; one that may be kept out of the files is not known.
pub(super) fn secret<'a>(facts: &Facts<'a>, namespace: &str, name: &str) -> Fact<&'a Secret> {
    match facts.get::<Secret>(namespace, name) {
        Fact::Absent if keeps_secrets_out(facts) => {
            Fact::Unknown(Why::not_given("it may be kept out of the files"))
        }
        found => found,
    }
}

/// Whether a Secret that is absent may be kept out of the files on purpose, as is often done.
pub(super) fn keeps_secrets_out(facts: &Facts) -> bool {
    facts.store.world.as_ref().is_some_and(|world| world.openness != Openness::Closed)
}
