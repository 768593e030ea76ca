//! What a Service or a Backend comes to, as a target of requests.

use super::endpoints::{self, Behind};
use super::gateway_policy;
use super::outcome::{BackendCause, Outcome, fails};
use crate::facts::views::*;
use crate::facts::{Fact, Facts};
use crate::kube::full_name;
use crate::route::profile::Profile;

pub fn service(
    facts: &Facts,
    reference: &BackendRef,
    profile: &Profile,
    namespace: &str,
    name: &dyn Fn() -> String,
) -> (Outcome, String) {
    let service = match facts.get::<Service>(namespace, &reference.name) {
        Fact::Known(service) => service,
        Fact::Absent => {
            let says = format!("Service {} does not exist", full_name(namespace, &reference.name));
            return (fails(500, "BackendNotFound", BackendCause::NotFound), says);
        }
        Fact::Unknown(why) => return (Outcome::Unknown, format!("{}: {}", name(), why.detail)),
    };
    let port = service.port(reference.port);
    if service.kind == "ExternalName" {
        return match port {
            _ if !profile.is_kgateway() => (
                Outcome::Unknown,
                "what an ExternalName Service does is up to the implementation".to_owned(),
            ),
            // Seen: without ports not found; with ports never resolved, so without endpoints.
            None => {
                let says = format!("{} is an ExternalName Service without ports", name());
                (fails(500, "BackendNotFound", BackendCause::ExternalName), says)
            }
            Some(_) => {
                let says =
                    format!("{} is an ExternalName Service, which is never resolved", name());
                (
                    Outcome::Fails {
                        status: 503,
                        reason: None,
                        cause: Some(BackendCause::ExternalName),
                    },
                    says,
                )
            }
        };
    }
    let Some(port) = port else {
        let wanted = reference.port.map_or("port".to_owned(), |port| format!("port {port}"));
        let says = format!("Service {} has no {wanted}", full_name(namespace, &reference.name));
        return (fails(500, "BackendNotFound", BackendCause::PortNotFound), says);
    };
    if let Some(outcome) = gateway_policy::on_service(facts, service, port, profile.is_kgateway()) {
        return outcome;
    }
    match endpoints::behind(facts, service, port, profile.is_kgateway()) {
        Fact::Known(Behind::Nobody(says)) => (
            Outcome::Fails { status: 503, reason: None, cause: Some(BackendCause::NoEndpoints) },
            says,
        ),
        // Envoy speaks HTTP/2 to such a port; a server that does not gives 502 (seen).
        Fact::Known(Behind::Ready(_)) | Fact::Absent | Fact::Unknown(_)
            if port.app_protocol.as_deref() == Some("kubernetes.io/h2c") =>
        {
            let says = format!(
                "the gateway speaks HTTP/2 without TLS to {} (appProtocol kubernetes.io/h2c); whether it supports that is not known",
                name()
            );
            (Outcome::Unknown, says)
        }
        Fact::Known(Behind::Doubtful(says)) => (Outcome::Unknown, format!("{}: {says}", name())),
        Fact::Known(Behind::Ready(ready)) => (Outcome::Reached(ready), String::new()),
        Fact::Absent => (Outcome::Reached(None), String::new()),
        Fact::Unknown(why) => {
            (Outcome::Reached(None), format!("assumed to have ready endpoints: {}", why.detail))
        }
    }
}

/// A kgateway Backend; the outcome depends on its type (observed 1).
pub fn kgateway_backend(
    facts: &Facts,
    reference: &BackendRef,
    profile: &Profile,
    namespace: &str,
    name: &str,
) -> (Outcome, String) {
    let backend = match facts.get::<Backend>(namespace, &reference.name) {
        Fact::Known(backend) => backend,
        Fact::Absent => {
            let says = format!("Backend {} does not exist", full_name(namespace, &reference.name));
            return (fails(500, "BackendNotFound", BackendCause::NotFound), says);
        }
        Fact::Unknown(why) => return (Outcome::Unknown, format!("{name}: {}", why.detail)),
    };
    if reference.port.is_some() {
        let says = "a reference to a Backend must not have a port".to_owned();
        return (fails(500, "BackendNotFound", BackendCause::PortNotFound), says);
    }
    let spec = &backend.spec;
    if let Some(hosts) = spec["static"]["hosts"].as_array() {
        let is_address = |host: &serde_json::Value| {
            host["host"].as_str().is_some_and(|h| h.parse::<std::net::IpAddr>().is_ok())
        };
        return if hosts.iter().all(is_address) && !hosts.is_empty() {
            (Outcome::Reached(None), String::new())
        } else {
            let says = format!("{name} has hosts whose names must be resolved by DNS");
            (Outcome::Unknown, says)
        };
    }
    let secret = &spec["aws"]["auth"]["secretRef"]["name"];
    if let Some(secret) = secret.as_str()
        && facts.get::<Secret>(namespace, secret).is_absent()
    {
        let says = format!("{name} needs Secret {namespace}/{secret}, which does not exist");
        // From 2.4 on only the Backend's own status tells (seen).
        let reason = profile.kgateway_before(2, 4).then_some("BackendNotFound");
        return (Outcome::Fails { status: 500, reason, cause: Some(BackendCause::Invalid) }, says);
    }
    (Outcome::Unknown, format!("{name} is outside the cluster"))
}
