//! The time limits of kgateway that stand neither in a rule nor in a policy's `timeouts`: of a
//! listener, of a backend, and of the tries together.

use serde_json::Value;

use super::limits::{LimitKind, TimeLimit, time};
use super::policy::AttachedPolicy;
use super::targets;
use crate::facts::Facts;
use crate::facts::views::*;
use crate::kube::Meta;
use crate::schema::duration_millis;

/// The limits of a rule's requests at a port of a Gateway.
pub fn around(
    facts: &Facts,
    (gateway, port): (&Meta, u16),
    route: &Meta,
    rule: &Rule,
    policies: &[AttachedPolicy],
) -> Vec<TimeLimit> {
    let mut out: Vec<TimeLimit> =
        policies.iter().find_map(|own| of_tries(facts, own)).into_iter().collect();
    for reference in rule.backend_refs.iter().filter(|own| own.weight > 0) {
        for own in of_backend(facts, route, reference) {
            // One policy may be attached to several backends of the rule.
            if !out.contains(&own) {
                out.push(own);
            }
        }
    }
    out.extend(of_listener(facts, gateway, port));
    out
}

/// A TrafficPolicy's `retry`: how long all tries together may take.
fn of_tries(facts: &Facts, policy: &AttachedPolicy) -> Option<TimeLimit> {
    let namespace = policy.object.namespace.as_deref().unwrap_or_default();
    let own = facts.store.get::<TrafficPolicy>(namespace, &policy.object.name, |_| ()).known()?;
    let retry = &own.spec["retry"];
    let one = millis(&retry["perTryTimeout"])?;
    // `attempts` are the tries after the first.
    let tries = retry["attempts"].as_u64().unwrap_or(1) + 1;
    let says = format!(
        "one try {}: a backend that takes longer is tried again, {tries} times in all; after {} it is 504, unless the request's own limit comes first",
        time(one),
        time(one.saturating_mul(tries)),
    );
    let at = format!("{}, spec.retry.perTryTimeout", policy.object);
    Some(TimeLimit { kind: LimitKind::Try, millis: Some(one), written: true, says, at })
}

/// `maxStreamDuration` of the BackendConfigPolicies of a Service. Envoy answers 504 once it has the
/// whole request (its `Filter::onUpstreamMaxStreamDurationReached`).
fn of_backend(facts: &Facts, route: &Meta, reference: &BackendRef) -> Vec<TimeLimit> {
    let namespace = reference.namespace_from(route);
    let is_service = reference.kind == "Service" && reference.group.is_empty();
    let service = facts.store.get::<Service>(namespace, &reference.name, |_| ()).known();
    let Some(service) = service.filter(|_| is_service) else { return Vec::new() };
    let section = |target: &TargetRef| {
        let port = service.port(reference.port);
        target.section_name.as_ref().is_none_or(|own| port.is_some_and(|port| port.name == *own))
    };
    let policies = targets::of::<BackendConfigPolicy>(facts, namespace, &[&service.meta]);
    let hit = |policy: &&BackendConfigPolicy| {
        let named = |own: &TargetRef| own.kind == "Service" && own.name == service.meta.name;
        policy.targets.refs.iter().any(|own| named(own) && section(own))
    };
    let limit = |policy: &BackendConfigPolicy| {
        let most = millis(&policy.spec["commonHttpProtocolOptions"]["maxStreamDuration"])?;
        let says = format!(
            "stream of {} {}: an answer that takes longer is 504, or cut off if it has begun",
            service.meta.title(),
            time(most)
        );
        let field = "spec.commonHttpProtocolOptions.maxStreamDuration";
        let at = format!("{}, {field}", policy.meta.title());
        Some(TimeLimit { kind: LimitKind::MaxStream, millis: Some(most), written: true, says, at })
    };
    policies.into_iter().filter(hit).filter_map(limit).collect()
}

/// `streamIdleTimeout` of the ListenerPolicies of a whole Gateway; one of a port comes first.
fn of_listener(facts: &Facts, gateway: &Meta, port: u16) -> Option<TimeLimit> {
    let policies = targets::of::<ListenerPolicy>(facts, &gateway.namespace, &[gateway]);
    let whole = |policy: &&ListenerPolicy| {
        let named = |own: &&TargetRef| own.kind == "Gateway" && own.name == gateway.name;
        policy.targets.refs.iter().filter(named).any(|own| own.section_name.is_none())
    };
    let limit = |policy: &ListenerPolicy| {
        let spec = &policy.spec;
        let of_port = spec["perPort"].as_array().into_iter().flatten();
        let own = of_port.filter(|own| own["port"].as_u64() == Some(port.into()));
        let own = own.map(|own| &own["listener"]["httpSettings"]);
        // An HTTPListenerPolicy has its settings at the top.
        let mut all = own.chain([&spec["default"]["httpSettings"], spec]);
        let idle = all.find_map(|settings| millis(&settings["streamIdleTimeout"]))?;
        let says =
            format!("idle stream {}: without a byte for longer, it is 504, or cut off", time(idle));
        let at = format!("{}, streamIdleTimeout", policy.meta.title());
        Some(TimeLimit { kind: LimitKind::StreamIdle, millis: Some(idle), written: true, says, at })
    };
    policies.into_iter().filter(whole).find_map(limit)
}

/// A duration that is a limit.
fn millis(value: &Value) -> Option<u64> {
    value.as_str().and_then(duration_millis).filter(|millis| *millis > 0)
}
