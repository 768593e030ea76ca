//! # The Gateway's own address is not routed
//!
//! ## What it means
//! A client that asks for the Gateway by its address (or by the host given with `--host`) sends
//! that as Host. No hostname of any route takes it, and there is no route without hostnames.
//!
//! ## Why it matters
//! `curl http://<load balancer>/` is 404 although everything works under its own hostname: a test
//! that looks like an outage. CloudFront and other proxies that pass the viewer's Host on, or send
//! the origin's name, meet the same answer.
//!
//! ## Example
//! The only route has `hostnames: [api.example.com]`, and the load balancer is called
//! `k8s-edge-1a2b.elb.example.com`.
//!
//! ## Fix safety
//! Unsafe: adding the address to the hostnames serves the route to everybody who finds it. Send
//! the Host header instead: `curl -H 'Host: api.example.com' …`.
//!
//! ## Sources
//! Gateway API `httproute_types.go` 75-112; kgateway main, 2.3, 2.2, as seen.

use std::collections::BTreeSet;

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::finding::{Finding, Severity};
use igw_core::pointer;
use igw_core::route::gateway::Running;
use igw_core::route::hostname;
use igw_core::scene::{Front, Scene};
use igw_core::words;

/// IGW0122.
pub struct AddressNotRouted;

static META: Meta = Meta {
    code: "IGW0122",
    name: "address-not-routed",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::ListenerSet, Kind::GatewayClass],
    source: include_str!("address_not_routed.rs"),
};

impl Check for AddressNotRouted {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        let serving: Vec<&Front> = cx.gateways().iter().filter(|front| serves(front)).collect();
        for host in &cx.store.settings.hosts {
            if serving.iter().any(|front| takes(front, host)) {
                out.passed();
                continue;
            }
            for front in serving.iter().filter(|f| cx.scope.contains(&f.compiled.gateway.meta)) {
                let title = format!("Every request to {host} gets 404: no route takes that host.");
                out.finding(finding(front, "/spec".to_owned(), title, host));
            }
        }
        for front in serving.iter().filter(|f| cx.scope.contains(&f.compiled.gateway.meta)) {
            for (index, address) in front.compiled.gateway.addresses.iter().enumerate() {
                if takes(front, address) {
                    out.passed();
                }
                // What clients are said to use is told above.
                if takes(front, address) || cx.store.settings.hosts.contains(address) {
                    continue;
                }
                let title = format!("Asked by its address, {address}, the Gateway answers 404.");
                let path = pointer!["status", "addresses", index, "value"];
                // Most Gateways are meant to be asked by their hostnames only.
                out.finding(finding(front, path, title, address).only(Severity::Info));
            }
        }
    }
}

/// Whether a proxy answers, and some route could.
fn serves(front: &Front) -> bool {
    matches!(front.compiled.running, Running::Yes)
        && front.compiled.undecided.is_empty()
        && front.tables.iter().any(|(_, table)| !table.hosts.is_empty())
}

fn takes(front: &Front, host: &str) -> bool {
    let Some(host) = hostname::of_header(host) else { return false };
    front.tables.iter().any(|(_, table)| table.choose(&host).is_some())
}

fn finding(front: &Front, path: String, title: String, host: &str) -> Finding {
    let names: BTreeSet<&str> =
        front.tables.iter().flat_map(|(_, table)| table.hosts.keys()).map(String::as_str).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let listed = words::some_of(&names, 4);
    let example = names.iter().find(|name| !name.starts_with('*')).unwrap_or(&"api.example.com");
    let meta = &front.compiled.gateway.meta;
    Finding::at(meta, path, title)
        .explain(format!("Its routes take {listed}, and none takes any host. Ask with the Host header that they want (curl -H 'Host: {example}'), or add {host} to the hostnames of a route."))
        .label("no route takes this host")
        .effect(404, 1.0, format!("every request to {host}"))
        .evidence("hostnames of its routes", listed)
        .guide("1", None)
}
