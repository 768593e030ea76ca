//! The ways to a Bifrost and to its upstreams: pods of the cluster, or addresses that were given.

use igw::probe::Via;
use igw_core::bifrost::instance::Instance;
use igw_core::facts::Facts;
use igw_core::facts::views::{Pod, Service, ServicePort};
use igw_core::mask;
use igw_core::workload::address::{AddressTarget, Url, target};

use super::ProbeAddresses;
use crate::{common, observed};

/// How to reach each of them, or why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeWays {
    pub bifrost: Result<Via, String>,
    pub upstreams: Vec<UpstreamWay>,
}

/// How to reach an upstream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamWay {
    /// Its address in the configuration, without a slash at its end.
    pub base: String,
    pub url: Url,
    pub way: Result<Via, String>,
}

/// The ways to a Bifrost and its upstreams, each upstream once.
pub fn find(facts: &Facts, instance: &Instance, given: &ProbeAddresses) -> ProbeWays {
    let bifrost = match &given.bifrost {
        Some(address) => Ok(Via::Address(address.clone())),
        None => to_bifrost(facts, instance),
    };
    let mut upstreams: Vec<UpstreamWay> = Vec::new();
    for provider in instance.config().iter().flat_map(|config| &config.providers) {
        for address in common::addresses(provider) {
            let base = address.text.reveal().trim_end_matches('/').to_owned();
            let Some(url) = Url::parse(&base) else { continue };
            if upstreams.iter().any(|own| own.base == base) {
                continue;
            }
            let way = match given.of(&base) {
                Some(address) => Ok(Via::Address(address.to_owned())),
                None => to_upstream(facts, &instance.namespace, &url),
            };
            upstreams.push(UpstreamWay { base, url, way });
        }
    }
    ProbeWays { bifrost, upstreams }
}

fn to_bifrost(facts: &Facts, instance: &Instance) -> Result<Via, String> {
    if facts.store.world.is_some() {
        return Err("files have no pods to ask; --address HOST:PORT".to_owned());
    }
    let (pods, gap) = observed::pods(facts, instance);
    let ready = pods.iter().find(|pod| pod.ready == Some(true)).or(pods.first());
    let port = common::port(instance).ok_or("its port is not known; --address HOST:PORT")?;
    match (ready, gap) {
        (Some(pod), _) => Ok(through(pod, port)),
        (None, Some(why)) => Err(format!("its pods are not known: {}", why.detail)),
        (None, None) => Err("it has no pod".to_owned()),
    }
}

fn to_upstream(facts: &Facts, namespace: &str, url: &Url) -> Result<Via, String> {
    let (namespace, name) = match target(facts, namespace, url) {
        AddressTarget::Service { namespace, name, .. } => (namespace, name),
        AddressTarget::NoService { namespace, name, .. } => {
            return Err(format!("there is no Service {namespace}/{name}"));
        }
        AddressTarget::NotGiven { why, .. } => return Err(why),
        AddressTarget::Loopback => return Err("it is in Bifrost's own pod".to_owned()),
        _ => return Err(format!("{} is not a Service of the cluster", url.host)),
    };
    if facts.store.world.is_some() {
        let base = mask::address(&format!("http://{}:{}", url.host, url.port));
        return Err(format!("files have no pods to ask; --address {base}=HOST:PORT"));
    }
    let service = facts.get::<Service>(&namespace, &name).known();
    let service = service.ok_or_else(|| format!("Service {namespace}/{name} is not known"))?;
    let labels: Vec<(&str, &str)> = service.selector.iter().collect();
    let Some(first) = labels.first() else {
        return Err(format!("Service {namespace}/{name} selects no pods"));
    };
    let found = facts.select::<Pod>(Some(&namespace), &[*first]);
    let pods: Vec<&Pod> =
        found.items.into_iter().filter(|pod| service.selects(&pod.meta.labels)).collect();
    let ready = pods.iter().find(|pod| pod.ready == Some(true)).or(pods.first());
    let Some(pod) = ready else {
        return Err(match found.gap {
            Some(why) => format!("its pods are not known: {}", why.detail),
            None => format!("Service {namespace}/{name} has no pod"),
        });
    };
    let port = service.port(Some(url.port)).and_then(|port| of_pod(port, pod));
    let port = port.ok_or_else(|| {
        format!("which port of the pod Service {namespace}/{name}:{} means is not known", url.port)
    })?;
    Ok(through(pod, port))
}

/// The port of a pod that a port of a Service leads to.
fn of_pod(port: &ServicePort, pod: &Pod) -> Option<u16> {
    if let Some(name) = port.target_port.as_str() {
        // Where every port has a name, they stand in one order.
        let named = pod.port_names.iter().position(|own| own == name);
        let at = named.filter(|_| pod.port_names.len() == pod.ports.len())?;
        return u16::try_from(pod.ports[at]).ok();
    }
    match port.target_port.as_u64() {
        Some(number) => u16::try_from(number).ok(),
        None => Some(port.port),
    }
}

fn through(pod: &Pod, port: u16) -> Via {
    Via::Pod { namespace: pod.meta.namespace.clone(), name: pod.meta.name.clone(), port }
}
