//! # TLS to a plain port, or plain HTTP to a TLS port
//!
//! ## What it means
//! The gateway speaks plain HTTP to a backend unless a BackendTLSPolicy (or kgateway's
//! BackendConfigPolicy with `tls`) says otherwise; the number or name of a port changes nothing. What
//! is known of the port, by its name, its number, its appProtocol or the probes of its pods, says
//! the opposite of what the gateway does.
//!
//! ## Why it matters
//! A TLS server answers plain HTTP with 400 or closes the connection (503); a plain one does not
//! understand the handshake (503). All conditions are True.
//!
//! ## Example
//! A backendRef to port 443 of a Service whose targetPort is 8443, without a BackendTLSPolicy.
//!
//! ## Fix safety
//! Unsafe: a policy needs the name in the backend's certificate and the CA that has signed it.
//!
//! ## Sources
//! Gateway API, GEP-1897 (BackendTLSPolicy); as observed in kgateway (an unknown appProtocol changes
//! nothing).

use igw_core::check::{Check, Sink};
use igw_core::facts::views::{Service, ServicePort, Workload};
use igw_core::facts::{Fact, Facts};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::route::followed::{self, FollowedBackend};
use igw_core::route::gateway_policy;
use igw_core::route::outcome::Outcome;
use igw_core::workload::vllm;
use igw_core::{page, text};
use serde_json::Value;

pub static CHECK: Check = Check {
    code: "IGW0145",
    name: "backend-tls-mismatch",
    severity: Severity::Warning,
    needs: &[
        Kind::HttpRoute,
        Kind::Gateway,
        Kind::GatewayClass,
        Kind::ReferenceGrant,
        Kind::Service,
        Kind::Workload,
        Kind::BackendTlsPolicy,
        Kind::BackendConfigPolicy,
    ],
    page: page!(),
    run,
};

/// Numbers that TLS servers have by convention.
const TLS_PORTS: [u64; 4] = [443, 6443, 8443, 9443];

fn run(facts: &Facts, out: &mut Sink) {
    for backend in followed::backends(facts) {
        let used = backend.attached && backend.share > 0.0 && backend.is_granted();
        // What other proxies do with appProtocol is theirs.
        if used && backend.profile.is_envoy() {
            judge(facts, backend, out);
        }
    }
}

fn judge(facts: &Facts, backend: &FollowedBackend, out: &mut Sink) {
    let reference = backend.reference;
    if !reference.group.is_empty() || reference.kind != "Service" {
        return;
    }
    let namespace = &backend.judged.namespace;
    let Fact::Known(service) = facts.get::<Service>(namespace, &reference.name) else { return };
    let Some(port) = service.port(reference.port) else { return };
    if service.kind == "ExternalName" {
        return;
    }
    let signs = signs(facts, service, port);
    let kgateway = backend.profile.is_kgateway();
    let tls = match gateway_policy::on_service(facts, service, port, kgateway) {
        None => false,
        Some((Outcome::Unknown, _)) => true,
        Some(_) => return,
    };
    let against = match (tls, signs.tls.is_empty(), signs.plain.is_empty()) {
        (false, false, true) => &signs.tls,
        (true, true, false) if signs.strong || has_tls_port(service) => &signs.plain,
        _ => return out.passed(),
    };
    let name = format!("Service {}:{}", service.meta.full_name(), port.port);
    let (title, why, label) = match tls {
        false => (
            format!(
                "The gateway speaks plain HTTP to {name}, which {} TLS: {}.",
                if signs.convincing { "most likely wants" } else { "may want" },
                text::list(against)
            ),
            "No BackendTLSPolicy is attached to it. A TLS server answers 400 to plain HTTP, or closes the connection: 503. Attach a BackendTLSPolicy to the Service, or send the requests to its plain port.",
            "plain HTTP to a TLS port",
        ),
        true => (
            format!(
                "The gateway speaks TLS to {name}, which most likely does not: {}.",
                text::list(against)
            ),
            "A policy on the Service makes the gateway speak TLS, and the handshake fails: 503. Name the TLS port in the policy's sectionName and in the backendRef.",
            "TLS to a plain port",
        ),
    };
    let finding = Finding::at(&backend.route.meta, backend.path(), title)
        .explain(why)
        .label(label)
        .related(service.meta.reference());
    out.finding(match tls || signs.convincing {
        true => finding,
        false => finding.only(Severity::Info),
    });
}

/// What speaks for TLS at a port, and what against it.
#[derive(Default)]
struct PortSigns {
    tls: Vec<String>,
    plain: Vec<String>,
    /// Whether more than names says so. Names are often left as they were when TLS came.
    strong: bool,
    /// Whether more than the name of the port speaks for TLS: that is often a copy.
    convincing: bool,
}

fn has_tls_port(service: &Service) -> bool {
    service.ports.iter().any(|port| by_name(&port.name) == Some(true))
}

impl PortSigns {
    fn add(&mut self, tls: Option<bool>, says: String) {
        match tls {
            Some(true) => self.tls.push(says),
            Some(false) => self.plain.push(says),
            None => {}
        }
    }
}

fn signs(facts: &Facts, service: &Service, port: &ServicePort) -> PortSigns {
    let mut out = PortSigns::default();
    if let Some(protocol) = &port.app_protocol {
        let tls = match protocol.as_str() {
            "https" | "kubernetes.io/wss" => Some(true),
            "http" | "kubernetes.io/h2c" | "kubernetes.io/ws" => Some(false),
            _ => None,
        };
        out.strong |= tls.is_some();
        out.add(tls, format!("its appProtocol is {protocol}"));
    }
    out.convincing = !out.tls.is_empty() || TLS_PORTS.contains(&u64::from(port.port));
    out.add(by_name(&port.name), format!("the port is called {}", port.name));
    let by_its_name = out.tls.len();
    match (port.target_port.as_str(), port.target_port.as_u64()) {
        (Some(name), _) => out.add(by_name(name), format!("its targetPort is {name}")),
        (_, Some(number)) if TLS_PORTS.contains(&number) => {
            out.add(Some(true), format!("its targetPort is {number}"));
        }
        (_, Some(80)) => {
            out.strong = true;
            out.add(Some(false), "its targetPort is 80".to_owned());
        }
        _ => {}
    }
    let selector: Vec<(&str, &str)> = service.selector.iter().collect();
    if !selector.is_empty() {
        let namespace = Some(service.meta.namespace.as_str());
        for workload in facts.store.select::<Workload>(namespace, &selector, |_| {}).items {
            by_workload(workload, &port.target_port, &mut out);
        }
    }
    out.convincing |= out.tls.len() > by_its_name;
    out.tls.dedup();
    out.plain.dedup();
    out
}

/// `https`, `https-api`, `http`, `http-web`.
fn by_name(name: &str) -> Option<bool> {
    match name.split('-').next() {
        Some("https" | "tls") => Some(true),
        Some("http" | "http2" | "web") => Some(false),
        _ => None,
    }
}

fn by_workload(workload: &Workload, target: &Value, out: &mut PortSigns) {
    if vllm::of(workload).is_some_and(|server| server.tls) {
        out.add(Some(true), format!("{} has --ssl-keyfile", workload.meta.title()));
    }
    let Ok(template) = &workload.template else { return };
    for container in &template.containers {
        let probes =
            [&container.liveness_probe, &container.readiness_probe, &container.startup_probe];
        for probe in probes.into_iter().flatten().filter_map(|probe| probe.http_get.as_ref()) {
            if probe.port == *target {
                let tls = probe.scheme == "HTTPS";
                out.strong = true;
                let scheme = if tls { "HTTPS" } else { "HTTP" };
                out.add(Some(tls), format!("probes of {} use {scheme}", workload.meta.title()));
            }
        }
    }
}
