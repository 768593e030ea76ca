//! # The Service does not have this port
//!
//! ## What it means
//! `backendRefs[].port` is the **Service's** port (`spec.ports[].port`), not the container's
//! (`targetPort`). The Service exists but has no port with that number. A reference to a kgateway
//! Backend must not set a port at all.
//!
//! ## Why it matters
//! The route has `ResolvedRefs=False BackendNotFound` with the message «Service ns/name not
//! found», which does not mention the port; the client gets 500 with an empty body.
//!
//! ## Example
//! A Service with `port: 80` and `targetPort: 8000`, and a reference to port 8000.
//!
//! ## Fix safety
//! Safe when the number is the targetPort of exactly one port of the Service.
//!
//! ## Sources
//! Gateway API `object_reference_types.go` 103-163; observed in kgateway main.

use igw_core::check::{Check, Sink};
use igw_core::facts::views::{self, Service, ServicePort};
use igw_core::facts::{Fact, Facts};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, FixChoice, Pick, Safety, Set};
use igw_core::kube::pointer;
use igw_core::route::backend::{self, BackendKind};
use igw_core::route::followed::FollowedBackend;
use igw_core::route::outcome::{BackendCause, Outcome};
use igw_core::{page, text};

use crate::refs::{self, BackendWords as _};

pub static CHECK: Check = Check {
    code: "IGW0111",
    name: "backend-port-not-found",
    severity: Severity::Error,
    needs: refs::OF_BACKENDS,
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for backend in refs::granted(facts) {
        let namespace = backend.reference.namespace_from(&backend.route.meta);
        // The API server wants a port only where the group is that of Services.
        if let (None, Outcome::Fails { reason: Some(reason), cause: Some(cause), .. }) =
            (backend.reference.port, &backend.judged.outcome)
            && *cause == BackendCause::PortNotFound
        {
            let finding = backend.finding(&backend.judged.says);
            out.finding(
                finding.explain(format!("{}.", backend.condition(reason))).label("no port"),
            );
            continue;
        }
        match backend::target(backend.reference, &backend.profile) {
            BackendKind::Service => {
                if let Fact::Known(service) = facts.get(namespace, &backend.reference.name) {
                    judge(service, backend, out);
                }
            }
            BackendKind::KgatewayBackend => {
                let found = facts.get::<views::Backend>(namespace, &backend.reference.name);
                match (found, backend.reference.port) {
                    (Fact::Known(object), Some(_)) => out.finding(no_port(object, backend)),
                    (Fact::Known(_), None) => out.passed(),
                    _ => {}
                }
            }
            _ => {}
        }
    }
}

fn no_port(object: &views::Backend, backend: &FollowedBackend) -> Finding {
    let title = object.meta.title();
    let says = format!("the reference to {title} sets a port, but the Backend defines its own");
    let condition = backend.condition("BackendNotFound");
    let mut finding = backend
        .finding(&says)
        .explain(format!("{condition}. Remove port from the reference."))
        .label("a reference to a Backend must not set a port")
        .evidence(title, "defines its own port")
        .related(object.meta.reference());
    finding.path.push_str("/port");
    let title =
        format!("remove {} of {}", pointer::dotted(&finding.path), backend.route.meta.title());
    let drop = vec![Set::Drop(finding.path.clone())];
    finding.repair(Fix::safe(title).change(&backend.route.meta, drop))
}

fn judge(service: &Service, backend: &FollowedBackend, out: &mut Sink) {
    // ExternalName Services without ports are another story: external-name-backend.
    if service.kind == "ExternalName" {
        return;
    }
    let Some(port) = backend.reference.port else {
        return;
    };
    if service.ports.iter().any(|own| own.port == port) {
        out.passed();
    } else {
        out.finding(finding(service, backend, port));
    }
}

fn finding(service: &Service, backend: &FollowedBackend, port: u16) -> Finding {
    let ports: Vec<String> = service.ports.iter().map(shown).collect();
    let behind: Vec<&ServicePort> =
        service.ports.iter().filter(|own| own.target_port.as_u64() == Some(port.into())).collect();
    let (label, hint) = match behind.as_slice() {
        [one] => (
            format!("{port} is the targetPort; the Service's port is {}", one.port),
            format!(
                "{port} is the targetPort of the Service's port {}: use {} here.",
                one.port, one.port
            ),
        ),
        _ => (format!("the Service has {}", text::some_of(&ports, 4)), String::new()),
    };
    let title = service.meta.title();
    let has = match ports.as_slice() {
        [] => "nor any other".to_owned(),
        ports => format!("only {}", text::some_of(ports, 4)),
    };
    let mut finding = backend
        .finding(&format!("{title} has no port {port}, {has}"))
        .explain(
            format!(
                "{}{}. {hint}",
                backend.condition("BackendNotFound"),
                match backend.profile.is_kgateway() {
                    true => ", with a message that reports the Service as missing, not the port",
                    false => "",
                }
            )
            .trim_end()
            .to_owned(),
        )
        .label(label)
        .evidence(format!("{title}, spec.ports[].port"), text::some_of(&ports, 6))
        .related(service.meta.reference())
        .guide("1", None);
    finding.path.push_str("/port");
    let fix = other_port(backend, service, &behind, &finding.path);
    finding.repair(fix)
}

/// The Service's port that leads to the number, or one of its ports.
fn other_port(
    backend: &FollowedBackend,
    service: &Service,
    behind: &[&ServicePort],
    at: &str,
) -> Option<Fix> {
    let safety = match behind {
        [_] => Safety::Safe,
        _ => Safety::Unsafe(format!("no port of {} leads to it", service.meta.title())),
    };
    let route = &backend.route.meta;
    let pick = |own: &ServicePort| {
        let sets = vec![Set::Put(at.to_owned(), own.port.into())];
        Pick::change(own.port.to_string(), shown(own), route, sets)
    };
    let picks = match behind {
        [one] => vec![pick(one)],
        _ => service.ports.iter().map(pick).collect(),
    };
    let ask = format!("Which port of {} is meant?", service.meta.title());
    Fix::choose(safety, FixChoice { key: "port", ask, picks }, |only| {
        let to = only.map(|one| format!(" to {}", one.value)).unwrap_or_default();
        format!("set {} of {}{to}", pointer::dotted(at), route.title())
    })
}

fn shown(own: &ServicePort) -> String {
    match own.name.as_str() {
        "" => own.port.to_string(),
        name => format!("{} ({name})", own.port),
    }
}
