//! Where an address of an exporter leads, and what arrives there.

use super::endpoint::raw_path;
use super::exporters::{ExporterKind, TraceExporter};
use super::services::{self, WebService};
use crate::facts::Facts;
use crate::facts::views::Service;
use crate::route::inside::{gateway_of_service, is_served};
use crate::route::request::Request;
use crate::route::resolve::resolve;
use crate::route::trace::{AnsweredBy, Matched};
use crate::workload::address::{AddressTarget, Url, target};

/// What an exporter's requests come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TraceDestination {
    /// A Service of Langfuse's web server.
    Web(Arriving),
    /// A Service of Langfuse's web server that has no such port.
    WrongPort { namespace: String, name: String, ports: Vec<u16> },
    /// The name does not resolve; the namespaces that have a Service of this name.
    NoService { namespace: String, name: String, elsewhere: Vec<String> },
    /// Another Service.
    Elsewhere(String),
    /// The pod of the exporter.
    Itself,
    /// A Gateway answers itself: the status, and why.
    Gateway { status: Option<u16>, says: String },
    /// A host that nothing in the input serves.
    Outside(String),
    /// It cannot be known, and why.
    Open(String),
}

/// A request that arrives at Langfuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arriving {
    pub namespace: String,
    pub name: String,
    /// Whether it is known to be Langfuse, not only called so.
    pub sure: bool,
    /// The path as Langfuse gets it.
    pub path: String,
    /// The match by which a Gateway sends it there.
    pub by: Option<Matched>,
}

/// Where an exporter's requests go; `None`: its address is not known, or is none.
pub fn of(facts: &Facts, exporter: &TraceExporter) -> Option<TraceDestination> {
    let text = exporter.url()?;
    let url = Url::parse(&text)?;
    Some(of_url(facts, &exporter.namespace, &text, &url))
}

/// The same of a POST to an address from a pod of a namespace.
pub fn of_url(facts: &Facts, namespace: &str, text: &str, url: &Url) -> TraceDestination {
    let path = raw_path(text).to_owned();
    match target(facts, namespace, url) {
        AddressTarget::Service { namespace, name, has_port, .. } => {
            let sure = match services::web_service(facts, &namespace, &name) {
                WebService::No => {
                    return match gateway_of_service(facts, &namespace, &name) {
                        Some(gateway) => through(facts, text, Some(&gateway)),
                        None => TraceDestination::Elsewhere(format!("Service {namespace}/{name}")),
                    };
                }
                found => found == WebService::Selects,
            };
            if has_port {
                return TraceDestination::Web(Arriving { namespace, name, sure, path, by: None });
            }
            let service = facts.get::<Service>(&namespace, &name).known();
            let ports = service.map(|own| own.ports.iter().map(|port| port.port).collect());
            TraceDestination::WrongPort { namespace, name, ports: ports.unwrap_or_default() }
        }
        AddressTarget::NoService { namespace, name, elsewhere } => {
            match gateway_of_service(facts, &namespace, &name) {
                Some(gateway) => through(facts, text, Some(&gateway)),
                None => TraceDestination::NoService { namespace, name, elsewhere },
            }
        }
        AddressTarget::NotGiven { namespace, name, why } => {
            if let Some(gateway) = gateway_of_service(facts, &namespace, &name) {
                return through(facts, text, Some(&gateway));
            }
            match services::is_named(&name) && !namespace.is_empty() {
                true => {
                    TraceDestination::Web(Arriving { namespace, name, sure: false, path, by: None })
                }
                false => TraceDestination::Open(why),
            }
        }
        AddressTarget::Loopback => TraceDestination::Itself,
        AddressTarget::Unknown(_) | AddressTarget::Public => through(facts, text, None),
        AddressTarget::Private(host) | AddressTarget::LinkLocal(host) => {
            TraceDestination::Open(format!("what {host} is, is not known"))
        }
    }
}

/// Through a Gateway: the named one, or the one that has a route for the host.
fn through(facts: &Facts, text: &str, gateway: Option<&str>) -> TraceDestination {
    let Ok(request) = Request::parse("POST", text, &[]) else {
        return TraceDestination::Open("the address cannot be read".to_owned());
    };
    let host = request.sni.clone();
    if gateway.is_none() && !is_served(facts, &host) {
        return TraceDestination::Outside(host);
    }
    let Ok(trace) = resolve(facts, &request, gateway) else {
        return TraceDestination::Open("several Gateways may serve it".to_owned());
    };
    if let Some(why) = trace.verdict.unknown {
        return TraceDestination::Open(why);
    }
    match (trace.verdict.by, trace.backends.first()) {
        (AnsweredBy::Backend, Some(backend)) if backend.kind == "Service" => {
            let path = trace.forwarded.map_or(request.path, |forwarded| forwarded.path);
            let (namespace, name) = (backend.namespace.clone(), backend.name.clone());
            match services::web_service(facts, &namespace, &name) {
                WebService::No => {
                    TraceDestination::Elsewhere(format!("Service {namespace}/{name}"))
                }
                found => TraceDestination::Web(Arriving {
                    sure: found == WebService::Selects,
                    namespace,
                    name,
                    path,
                    by: trace.matched,
                }),
            }
        }
        (AnsweredBy::Gateway, _) => {
            TraceDestination::Gateway { status: trace.verdict.status, says: trace.verdict.says }
        }
        _ => TraceDestination::Open(trace.verdict.says),
    }
}

/// Whether an exporter is meant to send to Langfuse, by all that is known of it.
pub fn is_meant(exporter: &TraceExporter, to: Option<&TraceDestination>) -> bool {
    let text = exporter.endpoint.text.reveal();
    let by_path = text.contains(super::TRACES_BASE);
    let host = Url::parse(text).map(|url| url.host).unwrap_or_default();
    let by_host = services::is_named(host.split('.').next().unwrap_or_default())
        || host == "langfuse.com"
        || host.ends_with(".langfuse.com");
    let by_kind = matches!(exporter.kind, ExporterKind::LangfuseSdk | ExporterKind::LiteLlm);
    by_path
        || by_kind
        || match to {
            Some(TraceDestination::Web(_) | TraceDestination::WrongPort { .. }) => true,
            Some(TraceDestination::NoService { name, .. }) => services::is_named(name),
            // A collector may have Langfuse in its name, too.
            Some(TraceDestination::Elsewhere(_)) => false,
            _ => by_host,
        }
}
