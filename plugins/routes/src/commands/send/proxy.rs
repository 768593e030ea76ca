//! Where the proxy of a Gateway runs.

use igw::exit::Failure;
use igw::probe::Via;
use igw::session::Session;
use igw_core::facts::views::{Gateway, Pod, Service};
use igw_core::facts::{Facts, Scope, Why};
use igw_core::route::class;
use igw_core::route::profile::Profile;
use igw_core::route::request::Request;
use igw_core::route::trace::{Name, Trace};

/// The labels of proxy pods that Envoy Gateway starts in its own namespace: for one Gateway, or,
/// where they are merged, for all of a class (its `internal/gatewayapi/translator.go`).
const OWNING_NAME: &str = "gateway.envoyproxy.io/owning-gateway-name";
const OWNING_NAMESPACE: &str = "gateway.envoyproxy.io/owning-gateway-namespace";
const OWNING_CLASS: &str = "gateway.envoyproxy.io/owning-gatewayclass";

/// The way to a proxy pod of the Gateway that gets the request, a ready one if there is one.
///
/// # Errors
/// When there is none, or it cannot be known.
pub fn way(session: &mut Session, request: &Request, trace: &Trace) -> Result<Via, Failure> {
    let elsewhere = |failure: Failure| failure.hint("send it to an address: --address HOST:PORT");
    let Some(gateway) = &trace.gateway else {
        let why = "--send: no Gateway takes this request, so there is no proxy to send it to";
        return Err(elsewhere(Failure::usage(why)));
    };
    if session.live.is_none() {
        return Err(elsewhere(Failure::usage("--send needs a cluster, or an address")));
    }
    let found = session.look(&Scope::default(), |facts| {
        let pods = pods(facts, gateway);
        let ready = pods.items.iter().find(|pod| pod.ready == Some(true));
        let way = ready.or(pods.items.first()).map(|pod| Via::Pod {
            namespace: pod.meta.namespace.clone(),
            name: pod.meta.name.clone(),
            port: target_port(facts, pod, gateway, request.port),
        });
        way.ok_or((pods.gap, pods.missing))
    })?;
    found.map_err(|(gap, missing)| {
        elsewhere(Failure::blind(match gap {
            Some(why) => format!("--send: the Gateway's proxy is not known: {}", why.detail),
            None => format!("--send: there is no pod with {missing}"),
        }))
    })
}

struct Pods<'a> {
    items: Vec<&'a Pod>,
    gap: Option<Why>,
    /// What the pods would have if there were any.
    missing: String,
}

fn pods<'a>(facts: &Facts<'a>, name: &Name) -> Pods<'a> {
    let Name { namespace, name } = name;
    let here = facts.select::<Pod>(Some(namespace), &[(Gateway::OF_PROXY, name)]);
    let none_here = here.items.is_empty() && here.gap.is_none();
    let gateway = facts.get::<Gateway>(namespace, name).known().filter(|_| none_here);
    let Some(gateway) =
        gateway.filter(|own| class::profile(facts, own).known() == Some(Profile::EnvoyGateway))
    else {
        let missing = format!("{}={name} in namespace {namespace}", Gateway::OF_PROXY);
        return Pods { items: here.items, gap: here.gap, missing };
    };
    let mut owned = facts.select::<Pod>(None, &[(OWNING_NAME, name)]);
    owned.items.retain(|pod| pod.meta.labels.get(OWNING_NAMESPACE) == Some(namespace));
    if owned.items.is_empty() && owned.gap.is_none() {
        owned = facts.select::<Pod>(None, &[(OWNING_CLASS, &gateway.class)]);
    }
    let missing = format!(
        "{OWNING_NAME}={name} and {OWNING_NAMESPACE}={namespace}, or with {OWNING_CLASS}={}",
        gateway.class
    );
    Pods { items: owned.items, gap: owned.gap, missing }
}

/// The port of the proxy behind a listener's: its Service tells, which is called like the Gateway
/// (kgateway.md 2) or selects the pod; without one they are the same.
fn target_port(facts: &Facts, pod: &Pod, gateway: &Name, port: u16) -> u16 {
    let services = match pod.meta.namespace == gateway.namespace {
        true => {
            facts.get::<Service>(&gateway.namespace, &gateway.name).known().into_iter().collect()
        }
        // Where Envoy Gateway runs there are few.
        false => facts.list::<Service>(Some(&pod.meta.namespace)).items,
    };
    let own = services.iter().filter(|service| service.selects(&pod.meta.labels));
    let ports = own.flat_map(|service| &service.ports);
    let target = ports.filter(|own| own.port == port).find_map(|own| own.target_port.as_u64());
    target.and_then(|target| u16::try_from(target).ok()).unwrap_or(port)
}
