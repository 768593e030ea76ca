//! Policies on the way of a request that their controller refuses, by what it wrote.

use super::policy::{self, Path};
use super::targets::{self, Targeted};
use crate::facts::Facts;
use crate::facts::views::*;
use crate::kube::Meta;

/// A policy, and the condition by which it is refused.
pub(super) struct RefusedPolicy<'a> {
    pub(super) meta: &'a Meta,
    /// The controllerName.
    pub(super) controller: &'a str,
    pub(super) condition: &'a WrittenCondition,
    /// Whether requests that it applies to get 500: what an invalid policy of kgateway comes to
    /// (seen).
    pub(super) fails_requests: bool,
    /// Whether it takes more away than a field that another policy on its target sets.
    pub(super) decides: bool,
}

/// Those on a path, and on the Services that get the request, by namespace and name.
pub(super) fn on<'a>(
    facts: &Facts<'a>,
    path: &Path<'a>,
    services: &[(&str, &str)],
    kgateway: bool,
) -> Vec<RefusedPolicy<'a>> {
    let mut all: Vec<(&Meta, &Written)> = Vec::new();
    if kgateway {
        for attached in policy::traffic(facts, path, None) {
            let home = attached.object.namespace.as_deref().unwrap_or_default();
            let found = facts.store.get::<TrafficPolicy>(home, &attached.object.name, |_| ());
            all.extend(found.known().map(|own| (&own.meta, &own.written)));
        }
        for own in targets::of::<ListenerPolicy>(facts, &path.gateway.namespace, &[path.gateway]) {
            all.push((&own.meta, &own.written));
        }
    }
    for (namespace, name) in services {
        let Some(service) = facts.store.get::<Service>(namespace, name, |_| ()).known() else {
            continue;
        };
        all.extend(of_service::<BackendTlsPolicy>(facts, service, |own| (&own.meta, &own.written)));
        if kgateway {
            let config = |own: &'a BackendConfigPolicy| (&own.meta, &own.written);
            all.extend(of_service(facts, service, config));
        }
    }
    let refused = all.into_iter().filter_map(|(meta, written)| refused(path, meta, written));
    refused.collect()
}

fn of_service<'a, T: Targeted>(
    facts: &Facts<'a>,
    service: &Service,
    both: impl Fn(&'a T) -> (&'a Meta, &'a Written),
) -> Vec<(&'a Meta, &'a Written)> {
    let found = targets::of::<T>(facts, &service.meta.namespace, &[&service.meta]);
    found.into_iter().map(both).collect()
}

fn refused<'a>(path: &Path, meta: &'a Meta, written: &'a Written) -> Option<RefusedPolicy<'a>> {
    // What is said of another Gateway is not about this request.
    let here = |answer: &&ParentStatus| {
        let kind = answer.reference.kind.as_deref().unwrap_or("Gateway");
        kind != "Gateway" || answer.reference.name == path.gateway.name
    };
    written.said.parents.iter().filter(here).find_map(|answer| {
        let is_false = |kind: &str| {
            let mut all = answer.conditions.iter();
            all.find(|c| c.kind == kind && c.status == "False" && !c.old)
        };
        let condition = is_false("Accepted").or_else(|| is_false("Attached"))?;
        let kgateway = answer.controller == GatewayClass::KGATEWAY;
        let pending = condition.reason == "Pending";
        Some(RefusedPolicy {
            meta,
            controller: &answer.controller,
            condition,
            fails_requests: kgateway && condition.kind == "Accepted" && !pending,
            decides: condition.reason != "Overridden" && !pending,
        })
    })
}
