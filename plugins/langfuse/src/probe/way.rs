//! The first rung: where the name in an address leads, and the way there from this machine.

use igw::exit::Failure;
use igw::probe::Via;
use igw::session::Session;
use igw_core::facts::views::{EndpointSlice, Pod, Service};
use igw_core::facts::{Facts, Scope};
use igw_core::langfuse::probe::judgement::Judgement;
use igw_core::langfuse::probe::request::Server;
use igw_core::text;
use igw_core::workload::address::{AddressTarget, Url, target};

/// What the objects say of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundWay {
    pub judged: Judgement,
    /// A pod behind the Service.
    pub pod: Option<Via>,
    /// Whether the name is one that only the cluster resolves.
    pub inside: bool,
}

/// Whether only a cluster resolves such a name.
pub fn is_cluster_name(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    let short = !host.contains(['.', ':']) && host != "localhost" && !host.is_empty();
    short || host.ends_with(".svc") || host.ends_with(".svc.cluster.local")
}

/// Looks the name up among the objects, as a pod in `namespace` would.
///
/// # Errors
/// When the cluster cannot be read.
pub fn find(session: &mut Session, namespace: &str, server: &Server) -> Result<FoundWay, Failure> {
    let url =
        Url { tls: server.tls, host: server.name.clone(), port: server.port, path: String::new() };
    // Files have no endpoints.
    let of_cluster = session.home.is_some();
    session.look(&Scope::default(), |facts| judge(facts, namespace, &url, of_cluster))
}

fn judge(facts: &Facts, from: &str, url: &Url, of_cluster: bool) -> FoundWay {
    let (host, port) = (&url.host, url.port);
    let outside = |says: String| FoundWay {
        judged: Judgement::not_done("not-a-service", says),
        pod: None,
        inside: is_cluster_name(host),
    };
    match target(facts, from, url) {
        AddressTarget::Service { namespace, name, has_port, .. } => {
            if has_port && !of_cluster {
                let says =
                    format!("Service {namespace}/{name}:{port}; files do not show endpoints");
                let judged = Judgement::proved("resolves", says);
                return FoundWay { judged, pod: None, inside: true };
            }
            let (judged, pod) = behind(facts, &namespace, &name, port, has_port);
            FoundWay { judged, pod, inside: true }
        }
        AddressTarget::NoService { namespace, name, elsewhere } => {
            let there = match &elsewhere[..] {
                [] => String::new(),
                all => format!("; there is one in {}", text::list(all)),
            };
            let next = match &elsewhere[..] {
                [only] => format!("write {name}.{only}.svc.cluster.local in collector_url"),
                _ => {
                    "correct the name in collector_url: NAME.NAMESPACE.svc.cluster.local".to_owned()
                }
            };
            let says =
                format!("{host} does not resolve: there is no Service {namespace}/{name}{there}");
            let judged = Judgement::failed("service-missing", says, next);
            FoundWay { judged, pod: None, inside: true }
        }
        AddressTarget::NotGiven { why, .. } => FoundWay {
            judged: Judgement::unknown(
                "service-not-known",
                format!("whether {host} is a Service is not known: {why}"),
                "give an address that this machine can reach: --address HOST:PORT",
            ),
            pod: None,
            inside: true,
        },
        AddressTarget::Loopback => outside(
            "the address is the exporter's own pod: a Langfuse beside it in the same pod"
                .to_owned(),
        ),
        AddressTarget::Unknown(why) => outside(why),
        AddressTarget::Public | AddressTarget::Private(_) | AddressTarget::LinkLocal(_) => {
            outside(format!("{host} is an address, not the name of a Service"))
        }
    }
}

/// A Service, its ready endpoints and a pod behind it.
fn behind(
    facts: &Facts,
    namespace: &str,
    name: &str,
    port: u16,
    has_port: bool,
) -> (Judgement, Option<Via>) {
    let title = format!("Service {namespace}/{name}");
    let service = facts.get::<Service>(namespace, name).known();
    let ports = service.iter().flat_map(|own| &own.ports).map(|own| own.port.to_string());
    let ports: Vec<String> = ports.collect();
    if !has_port {
        let judged = Judgement::failed(
            "service-port-missing",
            format!("{title} has no port {port}, but {}", text::list(&ports)),
            format!(
                "write the port in collector_url: {}",
                ports.first().map_or("3000", String::as_str)
            ),
        );
        return (judged, None);
    }
    let slices = facts.list::<EndpointSlice>(Some(namespace));
    let own: Vec<_> =
        slices.items.iter().filter(|slice| slice.service.as_deref() == Some(name)).collect();
    let ready: usize = own.iter().map(|slice| slice.ready).sum();
    let pod = service.and_then(|service| pod(facts, service, &own, port));
    let judged = match (ready, &slices.gap) {
        (0, Some(why)) => Judgement::unknown(
            "endpoints-not-known",
            format!("{title}:{port}; whether it has ready endpoints is not known: {}", why.detail),
            "ask for the right to list endpointslices.discovery.k8s.io",
        ),
        (0, None) => Judgement::failed(
            "no-endpoints",
            format!("{title} has no ready endpoint: connections to it are refused"),
            format!(
                "kubectl get pods -n {namespace}; compare their labels with the Service's selector"
            ),
        ),
        (ready, _) => {
            let ready = text::count(ready, "ready endpoint");
            Judgement::proved("resolves", format!("{title}:{port}, {ready}"))
        }
    };
    (judged, pod)
}

/// A pod that the Service selects, a ready one if there is one, and its port.
fn pod(facts: &Facts, service: &Service, slices: &[&&EndpointSlice], port: u16) -> Option<Via> {
    let namespace = &service.meta.namespace;
    let labels: Vec<(&str, &str)> = service.selector.iter().collect();
    if labels.is_empty() {
        return None;
    }
    let pods = facts.select::<Pod>(Some(namespace), &labels).items;
    let pod = pods.iter().find(|pod| pod.ready == Some(true)).or(pods.first())?;
    let own = service.ports.iter().find(|own| own.port == port);
    let number = own.and_then(|own| own.target_port.as_u64());
    let number = number.and_then(|number| u16::try_from(number).ok());
    // A named port has its number in the slices.
    let named = || {
        let name = own.map(|own| own.name.as_str()).unwrap_or_default();
        let mut all = slices.iter().flat_map(|slice| &slice.ports);
        all.find(|own| own.name.as_deref().unwrap_or_default() == name).and_then(|own| own.port)
    };
    let port = number.or_else(named).unwrap_or(port);
    Some(Via::Pod { namespace: namespace.clone(), name: pod.meta.name.clone(), port })
}

#[cfg(test)]
mod tests {
    use super::is_cluster_name;

    #[test]
    fn names_that_only_a_cluster_resolves() {
        for inside in ["langfuse-web", "a.b.svc", "a.b.svc.cluster.local."] {
            assert!(is_cluster_name(inside), "{inside}");
        }
        for outside in ["localhost", "127.0.0.1", "::1", "cloud.langfuse.com", ""] {
            assert!(!is_cluster_name(outside), "{outside}");
        }
    }
}
