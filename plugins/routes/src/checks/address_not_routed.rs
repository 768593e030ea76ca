//! # The Gateway's own address is not routed
//!
//! ## What it means
//! A client that calls the Gateway by its address (or by a host given with `--host`) sends that
//! address as the Host header. No hostname of any route matches it, and no route is without
//! hostnames.
//!
//! ## Why it matters
//! `curl http://<load balancer>/` gets 404, although everything works under the routes' own
//! hostnames: a test that looks like an outage. CloudFront and other proxies that forward the
//! viewer's Host, or send the origin's name, get the same answer.
//!
//! ## Example
//! The only route has `hostnames: [api.example.com]`, and the load balancer is called
//! `k8s-edge-1a2b.elb.example.com`.
//!
//! ## Fix safety
//! Unsafe: adding the address to the hostnames exposes the route to everyone who finds the address.
//! Which route takes it always has to be chosen (`--set IGW0122.route=NAMESPACE/NAME`), and an IP
//! address cannot be a hostname. Better send the Host header: `curl -H 'Host: api.example.com' …`.
//!
//! ## Sources
//! Gateway API `httproute_types.go` 75-112; observed in kgateway main, 2.3 and 2.2.

use std::collections::BTreeSet;

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, FixChoice, MOST_PICKS, Pick, Set};
use igw_core::kube::Kind;
use igw_core::route::followed::Front;
use igw_core::route::gateway::Running;
use igw_core::route::said::GatewaySaid;
use igw_core::route::{followed, hostname};
use igw_core::{page, pointer, text};

pub static CHECK: Check = Check {
    code: "IGW0122",
    name: "address-not-routed",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::ListenerSet, Kind::GatewayClass],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    let serving: Vec<&Front> =
        followed::gateways(facts).iter().filter(|front| serves(front)).collect();
    let hosts = &facts.store.said.of::<GatewaySaid>().hosts;
    for host in hosts {
        if serving.iter().any(|front| takes(front, host)) {
            out.passed();
            continue;
        }
        for front in serving.iter().filter(|f| facts.scope.contains(&f.compiled.gateway.meta)) {
            let title = format!("Every request to {host} gets 404: no route matches that host.");
            out.finding(finding(front, "/spec".to_owned(), title, host));
        }
    }
    for front in serving.iter().filter(|f| facts.scope.contains(&f.compiled.gateway.meta)) {
        for (index, address) in front.compiled.gateway.addresses.iter().enumerate() {
            if takes(front, address) {
                out.passed();
            }
            // What clients are said to use is told above.
            if takes(front, address) || hosts.contains(address) {
                continue;
            }
            let title = format!("Requests to the Gateway by its address, {address}, get 404.");
            let path = pointer!["status", "addresses", index, "value"];
            // Most Gateways are meant to be asked by their hostnames only.
            out.finding(finding(front, path, title, address).only(Severity::Info));
        }
    }
}

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
    let listed = text::some_of(&names, 4);
    let example = names.iter().find(|name| !name.starts_with('*')).unwrap_or(&"api.example.com");
    let meta = &front.compiled.gateway.meta;
    Finding::at(meta, path, title)
        .explain(format!("Its routes match only {listed}; no route matches every host. Send a Host header that matches (curl -H 'Host: {example}'), or add {host} to the hostnames of a route."))
        .label("no route matches this host")
        .effect(404, 1.0, format!("every request to {host}"))
        .evidence("hostnames of its routes", listed)
        .repair(named(front, host))
        .guide("1", None)
}

/// One of the routes takes the host, too. Hostnames cannot be IP addresses. Most Gateways are meant to
/// be asked by their hostnames only, so a route has to be chosen even if there is only one.
fn named(front: &Front, host: &str) -> Option<Fix> {
    let host = hostname::of_header(host)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
    let is_name = host.contains('.') && host.chars().all(plain);
    if host.parse::<std::net::IpAddr>().is_ok() || !is_name {
        return None;
    }
    let mut picks: Vec<Pick> = Vec::new();
    for attached in &front.compiled.attached {
        let (route, listener) = (attached.route, &front.compiled.listeners[attached.listener]);
        let name = route.meta.full_name();
        let fits = hostname::intersect(listener.hostname(), &host).is_some() && listener.is_open();
        let new = picks.iter().all(|pick| pick.value != name);
        if !fits || !new || route.hostnames.is_empty() {
            continue;
        }
        let sets = vec![Set::Insert("/spec/hostnames".to_owned(), None, host.as_str().into())];
        picks.push(Pick::change(name, route.meta.title(), &route.meta, sets));
    }
    // Which of many is meant cannot be asked for.
    if picks.is_empty() || picks.len() > MOST_PICKS {
        return None;
    }
    let ask = format!("Which route takes the requests to {host}?");
    let why = format!("everyone who finds {host} reaches the route");
    let title = format!("add {host} to the hostnames of a route");
    let choice = Some(FixChoice { key: "route", ask, picks });
    Some(Fix { choice, ..Fix::unsafe_as(why, title) })
}
