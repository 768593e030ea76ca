//! What two forms of one world have in common: the findings, and the traces of requests.

use igw::product::Product;
use igw_core::facts::views::{Gateway, HttpRoute};
use igw_core::facts::{Fact, Facts, Scope, Store};
use igw_core::finding::Finding;
use igw_core::route::class;
use igw_core::route::request::Request;
use igw_core::route::resolve::{Untraceable, resolve};
use serde_json::{Value, json};

use crate::sinks;

/// Codes about objects that the API server refuses: those are not stored.
pub const REFUSED: [&str; 2] = ["IGW0125", "IGW0130"];

/// What all checks of a product find, sorted as in a report.
pub fn findings(product: &dyn Product, store: &Store) -> Vec<Finding> {
    let sinks = sinks(product.checks(), store);
    let mut all: Vec<Finding> = sinks.into_iter().flat_map(|sink| sink.findings).collect();
    all.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    all
}

/// What must be the same: code, object, and path.
pub fn keys(product: &dyn Product, store: &Store) -> Vec<(String, String, String)> {
    findings(product, store)
        .into_iter()
        .filter(|finding| !REFUSED.contains(&finding.code))
        .map(|f| (f.code.to_owned(), f.object.to_string(), f.path))
        .collect()
}

/// The traces of a request through every Gateway that could take it.
pub fn traces(store: &Store, request: &Request) -> Vec<Value> {
    let scope = Scope::default();
    let facts = Facts::new(store, &scope);
    let gateways = facts.list::<Gateway>(None).items;
    let names = gateways.iter().map(|gateway| gateway.meta.full_name());
    let mut out = Vec::new();
    for wanted in [None].into_iter().chain(names.map(Some)) {
        let trace = match resolve(&facts, request, wanted.as_deref()) {
            Ok(trace) => without_losers(serde_json::to_value(trace).expect("a trace is JSON")),
            Err(Untraceable::Ambiguous(names) | Untraceable::SeveralCalled(names)) => json!(names),
            Err(Untraceable::NoSuchGateway(name)) => json!(name),
        };
        out.push(without_refused(trace));
    }
    out
}

/// Steps about objects that the API server refuses are only there in the typed form.
fn without_refused(mut trace: Value) -> Value {
    if let Some(steps) = trace.get_mut("steps").and_then(Value::as_array_mut) {
        let says = |step: &Value| step["says"].as_str().unwrap_or_default().to_owned();
        steps.retain(|step| !says(step).contains("counts as absent"));
    }
    trace
}

/// Requests for every host, path, method and port in a world, and some more.
pub fn requests(store: &Store) -> Vec<Request> {
    let scope = Scope::default();
    let facts = Facts::new(store, &scope);
    let mut hosts = vec!["nobody.example.net".to_owned()];
    let mut ports = vec![80, 81];
    let mut targets = vec!["/".to_owned(), "/nothing/here".to_owned()];
    let mut methods = vec!["GET".to_owned()];
    for gateway in facts.list::<Gateway>(None).items {
        if let Fact::Known(_) = class::profile(&facts, gateway) {
            ports.extend(gateway.listeners.iter().map(|l| l.port));
        }
        let named = gateway.listeners.iter().filter_map(|l| l.hostname.clone());
        hosts.extend(named.map(|host| host.replace("*.", "one.")));
    }
    for route in facts.list::<HttpRoute>(None).items {
        hosts.extend(route.hostnames.iter().map(|h| h.replace("*.", "two.")));
        for one in route.rules.iter().flat_map(|rule| &rule.matches) {
            targets.push(one.path.value.clone());
            targets.push(format!("{}/more?x=1", one.path.value));
            methods.extend(one.method.clone());
        }
    }
    for list in [&mut hosts, &mut targets, &mut methods] {
        list.sort();
        list.dedup();
    }
    ports.sort_unstable();
    ports.dedup();
    let mut out = Vec::new();
    for host in &hosts {
        for port in &ports {
            let scheme = if *port == 443 { "https" } else { "http" };
            for target in &targets {
                for method in &methods {
                    let url = format!("{scheme}://{host}:{port}{target}");
                    let headers = [("x-tier".to_owned(), "small".to_owned())];
                    out.extend(Request::parse(method, &url, &headers));
                }
            }
        }
    }
    out
}

/// Without those who would have taken what another took: which of two is older, files do not say.
fn without_losers(mut trace: Value) -> Value {
    if !trace["match"].is_null() {
        trace["nearMisses"] = Value::Null;
    }
    trace
}
