//! The grants that only the arms that leave needed: whoever made them may take them away.

use igw_core::facts::views::{BackendRef, Filter, GrantFrom, GrantTo, HttpRoute, ReferenceGrant};
use igw_core::facts::{Fact, Facts};
use igw_core::kube::{GATEWAY_API, full_name};
use igw_core::route::backend;
use igw_core::route::grants;

use super::arm::KeptArm;

/// What is to be known of the grants of the arms of a rule that leave, each as a sentence.
pub fn grants(facts: &Facts, route: &HttpRoute, at: usize, kept: &KeptArm) -> Vec<String> {
    let refs = &route.rules[at].backend_refs;
    if refs.len() < 2 {
        return Vec::new();
    }
    let leaves = |own: &&BackendRef| own.kind == "Service" && !kept.is(own, &route.meta);
    let mut out: Vec<String> = Vec::new();
    for own in refs.iter().filter(leaves) {
        out.extend(of(facts, route, at, kept, own).filter(|note| !out.contains(note)));
    }
    out
}

fn of(
    facts: &Facts,
    route: &HttpRoute,
    at: usize,
    kept: &KeptArm,
    own: &BackendRef,
) -> Option<String> {
    let crossing = backend::crossing(&route.meta, own)?;
    let (home, namespace) = (crossing.from_namespace, crossing.to_namespace);
    let Fact::Known(grant) = grants::permitted(facts, &crossing, false) else { return None };
    if !is_narrow(grant, home, &own.name) {
        return None;
    }
    let is_it = |other: &BackendRef, route: &HttpRoute| {
        other.kind == "Service"
            && other.name == own.name
            && other.namespace_from(&route.meta) == namespace
    };
    let routes = facts.list::<HttpRoute>(Some(home));
    for other in &routes.items {
        let is_same = other.meta.name == route.meta.name;
        for (number, rule) in other.rules.iter().enumerate() {
            let stays = |own: &&BackendRef| !is_same || number != at || kept.is(own, &route.meta);
            let mut refs = rule.backend_refs.iter().filter(stays);
            let mut filters = rule.filters.iter().chain(refs.clone().flat_map(|own| &own.filters));
            let is_copied = |filter: &Filter| match filter {
                Filter::RequestMirror { mirror } => is_it(&mirror.backend_ref, other),
                _ => false,
            };
            if refs.any(|own| is_it(own, other)) || filters.any(is_copied) {
                return None;
            }
        }
    }
    let (title, name) = (full_name(namespace, &grant.meta.name), &grant.meta.name);
    Some(match routes.gap {
        None => format!(
            "ReferenceGrant {title} is not needed any more: kubectl delete referencegrant {name} -n {namespace}"
        ),
        Some(why) => format!(
            "whether other HTTPRoutes of {home} need ReferenceGrant {title} is not known, because {}",
            why.detail
        ),
    })
}

/// Whether a grant is only for HTTPRoutes of one namespace and one Service.
fn is_narrow(grant: &ReferenceGrant, home: &str, name: &str) -> bool {
    let from = |own: &GrantFrom| {
        own.group == GATEWAY_API && own.kind == "HTTPRoute" && own.namespace == home
    };
    let to = |own: &GrantTo| {
        own.group.is_empty() && own.kind == "Service" && own.name.as_deref() == Some(name)
    };
    grant.from.iter().all(from) && grant.to.iter().all(to)
}
