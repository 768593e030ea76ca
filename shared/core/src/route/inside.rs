//! Gateways as pods of the cluster reach them: by the Service of the proxy, or by a host of a route.

use super::hostname::covers;
use crate::facts::Facts;
use crate::facts::views::{Gateway, HttpRoute, Service};
use crate::kube::full_name;

/// The Gateway whose proxy a Service leads to: by its label, or by its name, as kgateway names it.
pub fn gateway_of_service(facts: &Facts, namespace: &str, name: &str) -> Option<String> {
    let known = |name: &str| facts.get::<Gateway>(namespace, name).known().is_some();
    if known(name) {
        return Some(full_name(namespace, name));
    }
    let service = facts.get::<Service>(namespace, name).known()?;
    let owner = service.meta.labels.get(Gateway::OF_PROXY)?;
    known(owner).then(|| full_name(namespace, owner))
}

/// Whether a route in the input is for a host by name.
pub fn is_served(facts: &Facts, host: &str) -> bool {
    let all = facts.list::<HttpRoute>(None).items;
    all.iter().any(|route| route.hostnames.iter().any(|own| covers(own, host)))
}
