//! # gRPC is sent over HTTP/1.1
//!
//! ## What it means
//! An HTTPRoute sends requests to a Service port that is called `grpc`, and that has no
//! `appProtocol`. The proxy then speaks HTTP/1.1 to it, also for a client that speaks HTTP/2.
//!
//! ## Why it matters
//! gRPC needs HTTP/2 all the way. A server that speaks nothing else closes the connection, and the
//! client gets 502 or 503 with `protocol error`. All conditions are True.
//!
//! ## Example
//! `ports: [{name: grpc, port: 9090}]` behind an HTTPRoute. Add `appProtocol: kubernetes.io/h2c`, or
//! use a GRPCRoute.
//!
//! ## Fix safety
//! Unsafe: a server that speaks only HTTP/1.1 does not understand HTTP/2.
//!
//! ## Sources
//! GEP-1911 (appProtocol `kubernetes.io/h2c`); envoyproxy/gateway#8648; kgateway-observed.md, errors.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::ServicePort;
use igw_core::finding::{Finding, Severity};
use igw_core::page;
use igw_core::route::followed::FollowedBackend;
use igw_core::route::http2;
use igw_core::route::outcome::Outcome;

use crate::refs;

pub static CHECK: Check = Check {
    code: "IGW0151",
    name: "grpc-over-http1",
    severity: Severity::Warning,
    needs: refs::OF_BACKENDS,
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    let reached = |own: &&FollowedBackend| {
        own.profile.is_envoy() && matches!(own.judged.outcome, Outcome::Reached(_))
    };
    for backend in refs::granted(facts).filter(reached) {
        let port = http2::port_of(facts, &backend.route.meta, backend.reference);
        let Some(port) = port.filter(|own| http2::is_called_grpc(own)) else { continue };
        match http2::is_http1(port) {
            true => out.finding(finding(backend, port)),
            false => out.passed(),
        }
    }
}

fn finding(backend: &FollowedBackend, port: &ServicePort) -> Finding {
    let namespace = backend.reference.namespace_from(&backend.route.meta);
    let service = format!("Service {namespace}/{}", backend.reference.name);
    let title = format!(
        "The gateway speaks HTTP/1.1 to port {} of {service}, which is called grpc: gRPC needs HTTP/2.",
        port.port
    );
    Finding::at(&backend.route.meta, backend.path(), title)
        .explain("A server that speaks HTTP/2 only gets no request that it understands, and the client gets 502 or 503. Add appProtocol: kubernetes.io/h2c to the port, or use a GRPCRoute.")
        .label("HTTP/1.1 to a port for gRPC")
        .evidence(format!("{service}, spec.ports, {}", port.port), "no appProtocol")
}
