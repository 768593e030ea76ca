//! Which objects are judged.

use igw_core::facts::Facts;
use igw_core::facts::views::{Gateway, GatewayClass};
use igw_core::kube::Meta;

/// Whether an object that serves all namespaces is judged: a controller, a class, a definition.
/// Without it no Gateway is served, in whatever namespace, so `-n` does not leave it out.
pub fn serves_all(facts: &Facts, meta: &Meta) -> bool {
    let scope = &facts.scope;
    scope.names.is_empty() && scope.labels.is_empty() || scope.contains(meta)
}

/// The Gateways that are judged.
pub fn gateways<'a>(facts: &Facts<'a>) -> Vec<&'a Gateway> {
    let all = facts.list::<Gateway>(None).items.into_iter();
    all.filter(|gateway| facts.scope.contains(&gateway.meta)).collect()
}

/// The classes that are judged.
pub fn classes<'a>(facts: &Facts<'a>) -> Vec<&'a GatewayClass> {
    let all = facts.list::<GatewayClass>(None).items.into_iter();
    all.filter(|class| serves_all(facts, &class.meta)).collect()
}

/// The Gateways of a class, in whatever namespace.
pub fn gateways_of<'a>(facts: &Facts<'a>, class: &GatewayClass) -> Vec<&'a Gateway> {
    let all = facts.list::<Gateway>(None).items.into_iter();
    all.filter(|gateway| gateway.class == class.meta.name).collect()
}
