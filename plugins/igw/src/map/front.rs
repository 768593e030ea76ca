//! From hosts to what stands behind the routes.

use igw_core::facts::views::HttpRoute;
use igw_core::facts::{Fact, Facts};
use igw_core::kube::full_name;
use igw_core::report::DrawnMark;
use igw_core::route::followed::{self, FollowedBackend};
use igw_core::route::gateway::Running;
use igw_core::route::matching;
use igw_core::route::outcome::Outcome;
use igw_core::text;

use super::builder::{MapBuilder, Rank};

/// How many matches stand at an edge.
const MATCHES: usize = 2;

pub fn add(facts: &Facts, builder: &mut MapBuilder) {
    for front in followed::gateways(facts) {
        let compiled = &front.compiled;
        let gateway = compiled.gateway.meta.full_name();
        for attached in &compiled.attached {
            if !facts.scope.contains(&attached.route.meta) {
                continue;
            }
            let listener = &compiled.listeners[attached.listener];
            let mark = match (&compiled.running, &listener.serves) {
                (Running::Unknown(_), _) | (_, Fact::Unknown(_)) => DrawnMark::Unknown,
                (Running::Yes, _) if listener.is_open() => DrawnMark::Good,
                _ => DrawnMark::Error,
            };
            let name = format!("{gateway} {} :{}", listener.spec.name, listener.spec.port);
            let at = builder.node(Rank::Listener, "Gateway", &name, mark);
            let route = node_of(builder, attached.route);
            builder.edge(at, route, "");
            for host in &attached.hostnames {
                let host = if host.is_empty() { "*" } else { host.as_str() };
                let from = builder.node(Rank::Host, "host", host, DrawnMark::Good);
                builder.edge(from, at, "");
            }
        }
    }
    for route in followed::routes(facts) {
        node_of(builder, route);
    }
    for backend in followed::backends(facts) {
        add_backend(builder, backend);
    }
}

fn node_of(builder: &mut MapBuilder, route: &HttpRoute) -> usize {
    builder.node(Rank::Route, "HTTPRoute", &route.meta.full_name(), DrawnMark::Good)
}

fn add_backend(builder: &mut MapBuilder, backend: &FollowedBackend) {
    let from = node_of(builder, backend.route);
    let reference = backend.reference;
    let home = reference.namespace.as_deref().unwrap_or(&backend.route.meta.namespace);
    let mark = match backend.judged.outcome {
        Outcome::Fails { .. } => DrawnMark::Error,
        Outcome::Reached(_) => DrawnMark::Good,
        Outcome::Unknown => DrawnMark::Unknown,
    };
    let to = builder.node(Rank::Service, &reference.kind, &full_name(home, &reference.name), mark);
    let matches: Vec<String> =
        matching::matches_of(backend.rule).iter().map(matching::describe).collect();
    let mut label = text::some_of(&matches, MATCHES);
    if backend.share < 1.0 {
        label = format!("{label} {}", text::share(backend.share));
    }
    builder.edge(from, to, label.trim());
}
