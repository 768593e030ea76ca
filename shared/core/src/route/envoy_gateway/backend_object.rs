//! A Backend of Envoy Gateway (`validateBackend`).

use serde_json::Value;

use super::rewriting::is_subdomain;
use crate::facts::Facts;
use crate::facts::views::*;
use crate::kube::ENVOY_GATEWAY_API;

const INVALID: &str = "InvalidBackendRef";

/// What an address of a Backend is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndpointKind {
    Ip,
    Name,
    Unix,
}

pub fn endpoints(backend: &EnvoyBackend) -> &[Value] {
    backend.spec["endpoints"].as_array().map_or(&[], Vec::as_slice)
}

/// Whether the request itself tells where it goes.
pub fn is_dynamic(backend: &EnvoyBackend) -> bool {
    backend.spec["type"] == "DynamicResolver"
}

pub fn kind_of(endpoint: &Value) -> Option<EndpointKind> {
    let has = |name: &str| !endpoint[name].is_null();
    match (has("ip"), has("fqdn"), has("unix")) {
        (true, ..) => Some(EndpointKind::Ip),
        (_, true, _) => Some(EndpointKind::Name),
        (_, _, true) => Some(EndpointKind::Unix),
        _ => None,
    }
}

/// Why a route cannot use a Backend: the reason of the condition, and a clause.
pub fn fault(facts: &Facts, backend: &EnvoyBackend) -> Option<(&'static str, String)> {
    if is_dynamic(backend) && !endpoints(backend).is_empty() {
        return Some((INVALID, "a DynamicResolver has no endpoints".to_owned()));
    }
    if let Some(says) = tls_fault(facts, backend) {
        return Some((INVALID, says.to_owned()));
    }
    let text = |endpoint: &Value, at: &str| {
        endpoint.pointer(at).and_then(Value::as_str).map(str::to_owned)
    };
    for endpoint in endpoints(backend) {
        let ip = text(endpoint, "/ip/address").filter(|_| endpoint["fqdn"].is_null());
        let names = [text(endpoint, "/hostname"), text(endpoint, "/fqdn/hostname")];
        let bad = names.iter().flatten().find_map(|name| bad_name(name));
        if let Some(says) = bad.or_else(|| ip.and_then(|ip| bad_address(&ip))) {
            return Some(("InvalidAddress", says));
        }
    }
    let unix = endpoints(backend).iter().any(|own| !own["unix"].is_null());
    unix.then(|| ("UnsupportedAddressType", "a route cannot lead to a Unix socket".to_owned()))
}

fn bad_name(name: &str) -> Option<String> {
    let shown = || crate::text::clean(name);
    if !is_subdomain(name.strip_suffix('.').unwrap_or(name)) {
        return Some(format!("{} is not a hostname", shown()));
    }
    if !name.contains('.') {
        return Some(format!("{} has no domain", shown()));
    }
    name.parse::<std::net::IpAddr>().is_ok().then(|| format!("{} is an address", shown()))
}

/// The controller's own host is only reached where it runs outside of a cluster.
fn bad_address(address: &str) -> Option<String> {
    match address.parse::<std::net::IpAddr>() {
        Ok(ip) if !ip.is_loopback() => None,
        Ok(_) => Some(format!("{address} is a loopback address")),
        Err(_) => Some(format!("{} is not an address", crate::text::clean(address))),
    }
}

/// `validateBackendTLSSettings`.
fn tls_fault(facts: &Facts, backend: &EnvoyBackend) -> Option<&'static str> {
    let tls = &backend.spec["tls"];
    if tls.is_null() {
        return None;
    }
    let has_refs = |value: &Value| value.as_array().is_some_and(|list| !list.is_empty());
    let trusts = |own: &Value| {
        !own["wellKnownCACertificates"].is_null() || has_refs(&own["caCertificateRefs"])
    };
    if tls["insecureSkipVerify"] != true && !trusts(tls) && !by_policies(facts, backend, &trusts) {
        return Some("its tls names no certificate of an authority");
    }
    let namespace = tls["clientCertificateRef"]["namespace"].as_str();
    let elsewhere = namespace.is_some_and(|own| own != backend.meta.namespace);
    elsewhere.then_some("its client certificate is in another namespace")
}

/// Whether BackendTLSPolicies name the authorities, for the whole Backend or for each of its ports.
fn by_policies(facts: &Facts, backend: &EnvoyBackend, trusts: &dyn Fn(&Value) -> bool) -> bool {
    let port = |endpoint: &Value| {
        let ports =
            ["/fqdn/port", "/ip/port"].map(|at| endpoint.pointer(at).and_then(Value::as_u64));
        ports.into_iter().flatten().next().map(|port| port.to_string())
    };
    let ports: Vec<String> = endpoints(backend).iter().filter_map(port).collect();
    // The translator looks at the policies of all namespaces.
    let policies = facts.list::<BackendTlsPolicy>(None).items;
    let targets = policies.iter().flat_map(|own| own.targets.refs.iter().map(move |t| (own, t)));
    let own = |target: &TargetRef| {
        target.group == ENVOY_GATEWAY_API
            && target.kind == "Backend"
            && target.name == backend.meta.name
    };
    let mut of_ports = Vec::new();
    for (policy, target) in targets.filter(|(_, target)| own(target)) {
        match &target.section_name {
            None if trusts(&policy.spec["validation"]) => return true,
            None => {}
            Some(section) => of_ports.push(section.as_str()),
        }
    }
    !ports.is_empty() && ports.iter().all(|port| of_ports.contains(&port.as_str()))
}
