//! Policies on Gateways, listeners and Services.

use serde_json::Value;

use super::grant::Crossing;
use super::outcome::{BackendCause, Outcome};
use super::policy::{PolicyEffect, effects, has_labels};
use super::{grants, targets};
use crate::facts::views::*;
use crate::facts::{Fact, Facts};
use crate::kube::{KGATEWAY_API, Meta, ObjRef};

/// Whether a TrafficPolicy on the whole Gateway is so invalid that kgateway replaces all its
/// routes (observed 6).
pub fn replaces_gateway(facts: &Facts, gateway: &Meta) -> bool {
    let policies = targets::of::<TrafficPolicy>(facts, &gateway.namespace, &[gateway]);
    policies.iter().any(|policy| {
        gateway_sections(gateway, &policy.targets).any(|section| section.is_none())
            && effects(facts, &policy.meta, &policy.spec, None)
                .iter()
                .any(|(_, effect)| matches!(effect, PolicyEffect::Replaces(_)))
    })
}

/// The sections of a Gateway that targets of its namespace select, `None` for the whole.
fn gateway_sections<'a>(
    gateway: &'a Meta,
    targets: &'a Targets,
) -> impl Iterator<Item = Option<&'a str>> {
    let refs = targets.refs.iter().filter(|t| t.kind == "Gateway" && t.name == gateway.name);
    let selectors =
        targets.selectors.iter().filter(|s| s.kind == "Gateway" && has_labels(gateway, s));
    refs.map(|t| t.section_name.as_deref()).chain(selectors.map(|s| s.section_name.as_deref()))
}

/// What ListenerPolicies do to a whole Gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnGateway {
    /// Nothing that decides about a status.
    Nothing,
    /// Every route is replaced by a direct response; Gateway Accepted=False GatewayReplaced.
    Replaced(ObjRef, String),
    /// Connections that do not begin with a PROXY header are reset.
    ProxyProtocol(ObjRef),
    /// Whether every route is replaced is not known.
    Unknown(ObjRef, String),
}

/// The ListenerPolicies of a whole Gateway (observed 6).
pub fn on_gateway(facts: &Facts, gateway: &Meta) -> OnGateway {
    let policies = targets::of::<ListenerPolicy>(facts, &gateway.namespace, &[gateway]);
    let whole = |policy: &&ListenerPolicy| {
        gateway_sections(gateway, &policy.targets).any(|section| section.is_none())
    };
    let effects = policies.into_iter().filter(whole).map(|policy| decides(facts, policy));
    effects.into_iter().find(|effect| *effect != OnGateway::Nothing).unwrap_or(OnGateway::Nothing)
}

/// A ListenerPolicy that decides, and is attached to one of these listeners only: what it does
/// there was not seen. A section that no listener has is attached to nothing (seen).
pub fn on_listeners(facts: &Facts, gateway: &Meta, names: &[&str]) -> Option<ObjRef> {
    let policies = targets::of::<ListenerPolicy>(facts, &gateway.namespace, &[gateway]);
    let hit = |policy: &&ListenerPolicy| {
        gateway_sections(gateway, &policy.targets).flatten().any(|s| names.contains(&s))
    };
    let mut deciding =
        policies.into_iter().filter(hit).filter(|p| decides(facts, p) != OnGateway::Nothing);
    deciding.next().map(|policy| policy.meta.reference())
}

/// What a ListenerPolicy does to what it is attached to.
fn decides(facts: &Facts, policy: &ListenerPolicy) -> OnGateway {
    // HTTPListenerPolicy is on its way out (gone after 2.4) and not modelled.
    if policy.meta.kind != "ListenerPolicy" {
        return OnGateway::Nothing;
    }
    let default = &policy.spec["default"];
    if !default["proxyProtocol"].is_null() {
        return OnGateway::ProxyProtocol(policy.meta.reference());
    }
    let tracing = "/httpSettings/tracing/provider/openTelemetry/grpcService/backendRef";
    let collector = default.pointer(tracing).unwrap_or(&Value::Null);
    let Some(name) = collector["name"].as_str() else {
        return OnGateway::Nothing;
    };
    let home = policy.meta.namespace.as_str();
    let namespace = collector["namespace"].as_str().unwrap_or(home);
    let crossing = Crossing {
        from_group: KGATEWAY_API,
        from_kind: "ListenerPolicy",
        from_namespace: home,
        to_group: "",
        to_kind: "Service",
        to_namespace: namespace,
        to_name: name,
    };
    let to = format!("tracing goes to Service {namespace}/{name}");
    let why = if namespace != home && grants::permitted(facts, &crossing, true).is_absent() {
        "which no ReferenceGrant there permits"
    } else {
        match facts.get::<Service>(namespace, name) {
            Fact::Absent => "which does not exist",
            // Without that Service no route is served; in a tree it is taken to be there.
            Fact::Unknown(why) if !facts.store.is_of_tree() => {
                let says = format!("{to}: {}", why.detail);
                return OnGateway::Unknown(policy.meta.reference(), says);
            }
            _ => return OnGateway::Nothing,
        }
    };
    let says = format!("{to}, {why}");
    OnGateway::Replaced(policy.meta.reference(), says)
}

/// The ListenerPolicies of a Gateway; effects beyond [`on_gateway`] are not modelled.
pub fn of_gateway(facts: &Facts, gateway: &Meta) -> Vec<ObjRef> {
    let policies = targets::of::<ListenerPolicy>(facts, &gateway.namespace, &[gateway]).into_iter();
    let on = |policy: &&ListenerPolicy| gateway_sections(gateway, &policy.targets).next().is_some();
    policies.filter(on).map(|policy| policy.meta.reference()).collect()
}

/// What BackendConfigPolicy and BackendTLSPolicy do to a port of a Service; `None`: nothing that
/// decides. A section is the name of a port. Nobody but kgateway reads its own kind.
pub fn on_service(
    facts: &Facts,
    service: &Service,
    port: &ServicePort,
    kgateway: bool,
) -> Option<(Outcome, String)> {
    let namespace = service.meta.namespace.as_str();
    let hit = |targets: &Targets| {
        targets.refs.iter().any(|t| {
            t.kind == "Service"
                && t.name == service.meta.name
                && t.section_name.as_ref().is_none_or(|section| *section == port.name)
        })
    };
    let invalid = |says: String| {
        Some((
            Outcome::Fails { status: 500, reason: None, cause: Some(BackendCause::Invalid) },
            says,
        ))
    };
    let unknown = |policy: &Meta| {
        let says = format!(
            "{} makes the gateway speak TLS to it; whether it supports TLS is not known",
            policy.title()
        );
        Some((Outcome::Unknown, says))
    };
    for policy in targets::of::<BackendTlsPolicy>(facts, namespace, &[&service.meta]) {
        if !hit(&policy.targets) {
            continue;
        }
        for ca in policy.spec["validation"]["caCertificateRefs"].as_array().into_iter().flatten() {
            let name = ca["name"].as_str().unwrap_or_default();
            if ca["kind"] == "ConfigMap" && facts.get::<ConfigMap>(namespace, name).is_absent() {
                return invalid(format!(
                    "{} needs ConfigMap {namespace}/{name}, which does not exist",
                    policy.meta.title()
                ));
            }
        }
        return unknown(&policy.meta);
    }
    if !kgateway {
        return None;
    }
    for policy in targets::of::<BackendConfigPolicy>(facts, namespace, &[&service.meta]) {
        let tls = &policy.spec["tls"];
        if !hit(&policy.targets) || tls.is_null() {
            continue;
        }
        if let Some(name) = tls["secretRef"]["name"].as_str()
            && facts.get::<Secret>(namespace, name).is_absent()
        {
            return invalid(format!(
                "{} needs Secret {namespace}/{name}, which does not exist",
                policy.meta.title()
            ));
        }
        return unknown(&policy.meta);
    }
    None
}
