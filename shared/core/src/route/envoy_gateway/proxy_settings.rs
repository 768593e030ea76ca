//! EnvoyProxies: the settings of a class and of a Gateway (`attachEnvoyProxy`).

use serde_json::Value;

use super::trusted::{self, TrustFault};
use crate::facts::views::*;
use crate::facts::{Fact, Facts, Why};
use crate::kube::ENVOY_GATEWAY_API;
use crate::route::class;
use crate::route::grant::Crossing;
use crate::route::grants;
use crate::route::running::Running;

/// The EnvoyProxy of a Gateway's class.
fn of_class<'a>(facts: &Facts<'a>, gateway: &Gateway) -> Fact<&'a EnvoyProxy> {
    let class = match class::of(facts, gateway) {
        Fact::Known(class) => class,
        Fact::Absent => return Fact::Absent,
        Fact::Unknown(why) => return Fact::Unknown(why),
    };
    match &class.parameters {
        None => Fact::Absent,
        Some(own) => named(facts, own.namespace.as_deref().unwrap_or_default(), &own.name),
    }
}

fn named<'a>(facts: &Facts<'a>, namespace: &str, name: &str) -> Fact<&'a EnvoyProxy> {
    match facts.get::<EnvoyProxy>(namespace, name) {
        Fact::Absent => {
            Fact::Unknown(Why::not_given(format!("EnvoyProxy {namespace}/{name} does not exist")))
        }
        found => found,
    }
}

/// Whether all Gateways of the class share one proxy.
pub fn is_merged(facts: &Facts, gateway: &Gateway) -> bool {
    of_class(facts, gateway).known().is_some_and(|own| own.spec["mergeGateways"] == true)
}

/// The Gateways that share a proxy with one, itself among them, oldest first; alone, only itself.
pub fn merged_with<'a>(facts: &Facts<'a>, gateway: &'a Gateway) -> Vec<&'a Gateway> {
    if !is_merged(facts, gateway) {
        return vec![gateway];
    }
    let all = facts.list::<Gateway>(None).items.into_iter();
    let mut all: Vec<&Gateway> = all.filter(|own| own.class == gateway.class).collect();
    let age = |own: &Gateway| own.meta.created.clone().unwrap_or_else(|| "~".to_owned());
    all.sort_by_cached_key(|own| (age(own), own.meta.full_name()));
    all
}

/// Whether there is a proxy for a Gateway (`GetRelevantGateways`, and the reconciler before it).
pub fn running(facts: &Facts, gateway: &Gateway) -> Running {
    let no = |reason: &str, says: String| Running::No(reason.to_owned(), says);
    let unknown = |why: Why| Running::Unknown(why);
    if let Fact::Unknown(why) = of_class(facts, gateway)
        && class::of(facts, gateway).known().is_some_and(|class| class.parameters.is_some())
    {
        return unknown(why);
    }
    if let Some(own) = &gateway.parameters {
        let bad = "InvalidParameters";
        if is_merged(facts, gateway) {
            return no(bad, "a Gateway of a merged class has no parametersRef".to_owned());
        }
        if own.group != ENVOY_GATEWAY_API || own.kind != "EnvoyProxy" {
            let says = format!("its parametersRef is a {}, not an EnvoyProxy", own.kind);
            return no(bad, crate::text::clean(&says));
        }
        let title = format!("EnvoyProxy {}/{}", gateway.meta.namespace, own.name);
        match facts.get::<EnvoyProxy>(&gateway.meta.namespace, &own.name) {
            Fact::Known(_) => {}
            Fact::Absent => return no(bad, format!("{title} does not exist")),
            Fact::Unknown(why) => return unknown(Why { detail: why.about(&title), ..why }),
        }
    }
    let known = |kind: &String| ["", "IPAddress", "Hostname"].contains(&kind.as_str());
    match gateway.address_types.iter().find(|kind| !known(kind)) {
        Some(kind) => no("UnsupportedAddress", format!("address type {kind} is not supported")),
        None => Running::Yes,
    }
}

/// The EnvoyProxies of a Gateway, its own before that of its class. Without a `mergeType` its own
/// stands alone (`MergeEnvoyProxyConfigs`).
fn settings<'a>(facts: &Facts<'a>, gateway: &Gateway) -> Vec<&'a EnvoyProxy> {
    let own = gateway.parameters.as_ref().filter(|_| !is_merged(facts, gateway));
    let own =
        own.and_then(|own| facts.get::<EnvoyProxy>(&gateway.meta.namespace, &own.name).known());
    let alone = own.is_some_and(|own| own.spec["mergeType"].is_null());
    let of_class = of_class(facts, gateway).known().filter(|_| !alone);
    own.into_iter().chain(of_class).collect()
}

/// Whether requests go to the addresses of Services, not to their endpoints.
pub fn routes_to_services(facts: &Facts, gateway: &Gateway) -> bool {
    let all = settings(facts, gateway);
    all.iter().find_map(|own| own.spec["routingType"].as_str()) == Some("Service")
}

/// What is wrong with the client certificate that the proxy shows to backends
/// (`GetBackendTLSConfig`): that of the Gateway, and without one that of the EnvoyProxy.
pub fn client_fault(facts: &Facts, gateway: &Gateway) -> TrustFault {
    let backend = &gateway.tls["backend"];
    if !backend.is_null() {
        return of_gateway(facts, gateway, &backend["clientCertificateRef"]);
    }
    let all = settings(facts, gateway);
    let Some(own) = all.into_iter().find(|own| !own.spec["backendTLS"].is_null()) else {
        return Fact::Absent;
    };
    let certificate = &own.spec["backendTLS"]["clientCertificateRef"];
    let home = own.meta.namespace.as_str();
    match certificate["name"].as_str() {
        None => Fact::Absent,
        Some(_) if certificate["namespace"].as_str().is_some_and(|own| own != home) => {
            Fact::Known(format!("the client certificate of {} is elsewhere", own.meta.title()))
        }
        Some(name) => trusted::client(facts, home, name),
    }
}

/// A certificate of the Gateway that cannot be used is left out without more, and so is that of its
/// EnvoyProxy (`ProcessGatewayTLS`, `GetBackendTLSConfig`).
fn of_gateway(facts: &Facts, gateway: &Gateway, certificate: &Value) -> TrustFault {
    let text = |name: &str| certificate[name].as_str();
    let home = gateway.meta.namespace.as_str();
    let (namespace, name) = (text("namespace").unwrap_or(home), text("name").unwrap_or_default());
    let is_secret = text("kind").unwrap_or("Secret") == "Secret"
        && text("group").unwrap_or_default().is_empty();
    if certificate.is_null() || !is_secret {
        return Fact::Absent;
    }
    let crossing = Crossing {
        from_group: crate::kube::GATEWAY_API,
        from_kind: "Gateway",
        from_namespace: home,
        to_group: "",
        to_kind: "Secret",
        to_namespace: namespace,
        to_name: name,
    };
    if namespace != home && grants::permitted(facts, &crossing, false).is_absent() {
        return Fact::Absent;
    }
    let has_both = |secret: &Secret| {
        let pair = ["tls.crt", "tls.key"];
        secret.data.as_ref().is_none_or(|data| pair.iter().all(|key| data.contains_key(*key)))
    };
    match facts.get::<Secret>(namespace, name) {
        Fact::Absent => Fact::Absent,
        Fact::Known(secret) if !has_both(secret) => Fact::Absent,
        _ => trusted::client(facts, namespace, name),
    }
}
