//! What a backendRef leads to (`processDestination`).

use super::addresses::{Addresses, ReferredObject, addresses};
use super::backend_object;
use super::backend_tls::{self, PolicyTarget};
use super::route_fault::RouteFault;
use super::{proxy_settings, rule_filters};
use crate::facts::views::*;
use crate::facts::{Fact, Facts};
use crate::kube::{ENVOY_GATEWAY_API, MULTI_CLUSTER_API, Meta};
use crate::route::outcome::{BackendCause, Outcome, fails};
use crate::route::profile::Profile;
use crate::route::{grants, reached, referring};

/// What the translator makes of a backendRef.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    Good {
        /// Whether the request itself tells where it goes.
        dynamic: bool,
    },
    /// It is good, and has no endpoints; that is no fault of the route's references.
    Nobody(String),
    Bad {
        /// The reason of `ResolvedRefs=False`.
        reason: &'static str,
        cause: BackendCause,
        says: String,
    },
    Unknown(String),
}

fn bad(reason: &'static str, cause: BackendCause, says: impl Into<String>) -> Destination {
    Destination::Bad { reason, cause, says: says.into() }
}

/// Follows a backendRef of a route, as the routes of `gateway` do if one is given. What is not
/// permitted is not looked at further.
pub fn of(
    facts: &Facts,
    route: &Meta,
    reference: &BackendRef,
    gateway: Option<&Gateway>,
) -> Destination {
    match target(facts, route, reference) {
        Err(end) => end,
        Ok(_) if reference.weight == 0 => Destination::Good { dynamic: false },
        Ok(target) => behind(facts, route, reference, gateway, &target),
    }
}

/// `validateBackendRef`.
fn target<'a>(
    facts: &Facts<'a>,
    route: &Meta,
    reference: &BackendRef,
) -> Result<ReferredObject<'a>, Destination> {
    let namespace = reference.namespace_from(route);
    let title = referring::title(reference, namespace);
    if let Some(says) = unsupported_filter(&reference.filters) {
        return Err(bad("UnsupportedRefValue", BackendCause::Invalid, says));
    }
    let groups = ["", MULTI_CLUSTER_API, ENVOY_GATEWAY_API];
    let kind = reference.kind.as_ref();
    if !groups.contains(&reference.group.as_ref())
        || !["Service", "ServiceImport", "Backend"].contains(&kind)
    {
        let says = format!("Envoy Gateway does not support backends of kind {kind}");
        return Err(bad("InvalidKind", BackendCause::KindUnknown, says));
    }
    if let Some(crossing) = referring::crossing(route, reference) {
        match grants::permitted(facts, &crossing, false) {
            Fact::Known(_) => {}
            Fact::Absent => {
                let says = format!(
                    "no ReferenceGrant in {namespace} lets {}s of {} refer to it",
                    route.kind, route.namespace
                );
                return Err(bad("RefNotPermitted", BackendCause::NotPermitted, says));
            }
            Fact::Unknown(why) => {
                let says = format!("ReferenceGrants of {namespace}: {}", why.detail);
                return Err(Destination::Unknown(says));
            }
        }
    }
    if reference.port.is_none() && kind != "Backend" {
        return Err(bad("PortNotSpecified", BackendCause::PortNotFound, "it names no port"));
    }
    fn found<'f, T>(fact: Fact<&'f T>, title: &str) -> Result<&'f T, Destination> {
        match fact {
            Fact::Known(object) => Ok(object),
            Fact::Absent => {
                let says = format!("{title} does not exist");
                Err(bad("BackendNotFound", BackendCause::NotFound, says))
            }
            Fact::Unknown(why) => Err(Destination::Unknown(format!("{title}: {}", why.detail))),
        }
    }
    let name = reference.name.as_str();
    let no_port = || {
        let port = reference.port.unwrap_or_default();
        let says = format!("{kind} {namespace}/{name} has no port {port}");
        bad("PortNotFound", BackendCause::PortNotFound, says)
    };
    match kind {
        "ServiceImport" => {
            let import = found(facts.get::<ServiceImport>(namespace, name), &title)?;
            match port_of_import(import, reference.port) {
                Some(_) => Ok(ReferredObject::Import(import)),
                None => Err(no_port()),
            }
        }
        "Backend" => {
            let backend = found(facts.get::<EnvoyBackend>(namespace, name), &title)?;
            match backend_object::fault(facts, backend) {
                Some((reason, says)) => Err(bad(reason, BackendCause::Invalid, says)),
                None => Ok(ReferredObject::Backend(backend)),
            }
        }
        _ => {
            let service = found(facts.get::<Service>(namespace, name), &title)?;
            if service.kind == "ExternalName" {
                let says = format!("{title} is an ExternalName Service");
                return Err(bad("UnsupportedValue", BackendCause::ExternalName, says));
            }
            match service.port(reference.port).filter(|port| is_tcp(&port.protocol)) {
                Some(_) => Ok(ReferredObject::Service(service)),
                None => Err(no_port()),
            }
        }
    }
}

fn is_tcp(protocol: &str) -> bool {
    protocol.is_empty() || protocol == "TCP"
}

fn port_of_import(import: &ServiceImport, number: Option<u16>) -> Option<&serde_json::Value> {
    let mut ports = import.spec["ports"].as_array().into_iter().flatten();
    ports.find(|port| {
        port["port"].as_u64() == number.map(u64::from)
            && is_tcp(port["protocol"].as_str().unwrap_or_default())
    })
}

/// `validateBackendRefFilters`.
fn unsupported_filter(filters: &[Filter]) -> Option<String> {
    let unsupported = |filter: &&Filter| match filter {
        Filter::RequestHeaderModifier { .. } | Filter::ResponseHeaderModifier { .. } => false,
        Filter::UrlRewrite { rewrite } => rewrite.path.is_some(),
        Filter::ExtensionRef { target } => {
            target.group != ENVOY_GATEWAY_API || target.kind != "HTTPRouteFilter"
        }
        _ => true,
    };
    let filter = filters.iter().find(unsupported)?;
    Some(format!("a backend does not support this filter {}", filter.type_name()))
}

fn behind(
    facts: &Facts,
    route: &Meta,
    reference: &BackendRef,
    gateway: Option<&Gateway>,
    target: &ReferredObject,
) -> Destination {
    let policies = match target {
        ReferredObject::Service(service) => {
            let name = service.port(reference.port).map(|port| port.name.clone());
            PolicyTarget { meta: &service.meta, section: named(name), backend: None }
        }
        ReferredObject::Import(import) => {
            let port = port_of_import(import, reference.port);
            let name = port.and_then(|port| port["name"].as_str()).map(str::to_owned);
            PolicyTarget { meta: &import.meta, section: named(name), backend: None }
        }
        ReferredObject::Backend(backend) => PolicyTarget {
            meta: &backend.meta,
            section: reference.port.map(|port| port.to_string()),
            backend: Some(backend),
        },
    };
    match backend_tls::fault(facts, &policies, gateway) {
        Fact::Absent => {}
        Fact::Known(says) => return bad("InvalidBackendTLS", BackendCause::Invalid, says),
        Fact::Unknown(why) => return Destination::Unknown(why.detail),
    }
    let to_services = gateway.is_some_and(|own| proxy_settings::routes_to_services(facts, own));
    let mixed = match addresses(facts, target, to_services) {
        Addresses::None(says) => return Destination::Nobody(says),
        Addresses::Some { mixed } => mixed,
    };
    let no_mirrors = |_: &BackendRef| Ok(false);
    let filters = rule_filters::apply(facts, route, &reference.filters, &no_mirrors);
    if let Some(fault) = filters.faults.iter().find(|fault| fault.reason.is_some()) {
        return bad("InvalidBackendFilters", BackendCause::Invalid, fault.says.clone());
    }
    if let Some(fault) = filters.faults.first() {
        return Destination::Unknown(fault.says.clone());
    }
    if mixed {
        let says = "it has names and addresses as endpoints";
        return bad("UnsupportedAddressType", BackendCause::Invalid, says);
    }
    let dynamic = matches!(target, ReferredObject::Backend(own) if backend_object::is_dynamic(own));
    Destination::Good { dynamic }
}

fn named(name: Option<String>) -> Option<String> {
    name.filter(|name| !name.is_empty())
}

/// What a destination is as a mirror: whether it has endpoints, or what is wrong with it
/// (`processRequestMirrorFilter`).
pub fn mirrored(destination: Destination) -> Result<bool, RouteFault> {
    match destination {
        Destination::Good { .. } => Ok(true),
        Destination::Nobody(_) => Ok(false),
        Destination::Bad { reason, says, .. } => {
            Err(RouteFault::reference(reason, format!("its mirror: {says}")))
        }
        Destination::Unknown(says) => Err(RouteFault::unknown(false, says)),
    }
}

/// What requests for a backendRef come to, whatever Gateway they come through.
pub fn judged(
    facts: &Facts,
    route: &Meta,
    reference: &BackendRef,
    namespace: &str,
) -> (Outcome, String) {
    let name = || referring::title(reference, namespace);
    match of(facts, route, reference, None) {
        Destination::Bad { reason, cause, says } => (fails(500, reason, cause), says),
        Destination::Unknown(says) => (Outcome::Unknown, says),
        Destination::Nobody(says) if reference.kind != "Service" => {
            let cause = Some(BackendCause::NoEndpoints);
            (Outcome::Fails { status: 503, reason: None, cause }, says)
        }
        Destination::Good { .. } | Destination::Nobody(_) if reference.kind == "Service" => {
            reached::service(facts, reference, &Profile::EnvoyGateway, namespace, &name)
        }
        _ => (Outcome::Unknown, format!("{} is there, and outside of what is modelled", name())),
    }
}
