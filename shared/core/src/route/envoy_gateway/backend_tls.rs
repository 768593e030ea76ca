//! TLS between the proxy and a backend (`applyBackendTLSSetting`).

use serde_json::Value;

use super::proxy_settings;
use super::trusted::{self, TrustFault};
use crate::facts::views::*;
use crate::facts::{Fact, Facts};
use crate::kube::{ENVOY_GATEWAY_API, MULTI_CLUSTER_API, Meta};
use crate::route::targets;

/// The object that a backendRef names, as policies speak of it.
pub struct PolicyTarget<'a> {
    pub meta: &'a Meta,
    /// The name of the port, or of a Backend the number.
    pub section: Option<String>,
    pub backend: Option<&'a EnvoyBackend>,
}

/// What is wrong with the TLS of a backend, for the routes of a Gateway if one is given.
pub fn fault(facts: &Facts, target: &PolicyTarget, gateway: Option<&Gateway>) -> TrustFault {
    let own = target.backend.map(|backend| &backend.spec["tls"]).filter(|tls| !tls.is_null());
    if let (Some(tls), Some(backend)) = (own, target.backend) {
        match own_fault(facts, tls, backend) {
            Fact::Absent => {}
            fault => return fault,
        }
    }
    let policy = policy_of(facts, target);
    if let Some(policy) = policy {
        let validation = &policy.spec["validation"];
        if validation["wellKnownCACertificates"] != "System" {
            let references = references(validation);
            match trusted::authorities(facts, references, &policy.meta.namespace) {
                Fact::Absent => {}
                Fact::Known(says) => {
                    return Fact::Known(format!("{}: {says}", policy.meta.title()));
                }
                Fact::Unknown(why) => return Fact::Unknown(why),
            }
        }
    }
    if own.is_none() && policy.is_none() {
        return Fact::Absent;
    }
    let skips = own.is_some_and(|tls| tls["insecureSkipVerify"] == true);
    let trusts = own.is_some_and(|tls| {
        tls["wellKnownCACertificates"] == "System" || !references(tls).is_empty()
    });
    if policy.is_none() && !skips && !trusts {
        return Fact::Known("no certificate of an authority is named".to_owned());
    }
    gateway.map_or(Fact::Absent, |gateway| proxy_settings::client_fault(facts, gateway))
}

fn references(own: &Value) -> &[Value] {
    own["caCertificateRefs"].as_array().map_or(&[], Vec::as_slice)
}

/// `processServerValidationTLSSettings` and `processClientTLSSettings` of a Backend.
fn own_fault(facts: &Facts, tls: &Value, backend: &EnvoyBackend) -> TrustFault {
    let home = backend.meta.namespace.as_str();
    let reads = tls["insecureSkipVerify"] != true && tls["wellKnownCACertificates"] != "System";
    if reads && !references(tls).is_empty() {
        match trusted::authorities(facts, references(tls), home) {
            Fact::Absent => {}
            fault => return fault,
        }
    }
    let certificate = &tls["clientCertificateRef"];
    match certificate["name"].as_str() {
        None => Fact::Absent,
        Some(_) if certificate["namespace"].as_str().is_some_and(|own| own != home) => {
            Fact::Known("its client certificate is in another namespace".to_owned())
        }
        Some(name) => trusted::client(facts, home, name),
    }
}

/// The BackendTLSPolicy of a backend: one for its port before one for all of it
/// (`getBackendTLSPolicy`).
fn policy_of<'a>(facts: &Facts<'a>, target: &PolicyTarget) -> Option<&'a BackendTlsPolicy> {
    let meta = target.meta;
    let own = |t: &&TargetRef| {
        let same_group = match t.kind.as_str() {
            "Service" => t.group.is_empty(),
            "ServiceImport" => t.group == MULTI_CLUSTER_API,
            _ => t.group == ENVOY_GATEWAY_API,
        };
        same_group && t.kind == meta.kind.as_ref() && t.name == meta.name
    };
    let policies = targets::of::<BackendTlsPolicy>(facts, &meta.namespace, &[meta]);
    let exact = |policy: &&&BackendTlsPolicy| {
        let mut refs = policy.targets.refs.iter().filter(own);
        refs.any(|t| t.section_name == target.section)
    };
    let whole = |policy: &&&BackendTlsPolicy| {
        policy.targets.refs.iter().filter(own).any(|t| t.section_name.is_none())
    };
    policies.iter().find(exact).or_else(|| policies.iter().find(whole)).copied()
}
