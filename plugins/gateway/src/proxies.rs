//! The pods of a Gateway's proxy.

use igw_core::facts::Facts;
use igw_core::facts::views::{Gateway, Pod};
use igw_core::facts::{Selection, Why};
use igw_core::route::profile::Profile;

/// A longer name of a Gateway becomes one with a hash at its end.
pub const LONGEST_NAME: usize = 63;

/// The labels that Envoy Gateway puts on its proxies, which are in its own namespace.
const OWNER_NAME: &str = "gateway.envoyproxy.io/owning-gateway-name";
const OWNER_NAMESPACE: &str = "gateway.envoyproxy.io/owning-gateway-namespace";

/// The pods of a proxy, as far as they are known.
pub struct ProxyPods<'a> {
    pub items: Vec<&'a Pod>,
    /// Why there may be more.
    pub gap: Option<Why>,
}

/// The pods of the proxy of a Gateway; of another implementation they are not known.
pub fn of<'a>(facts: &Facts<'a>, gateway: &Gateway, profile: Profile) -> Option<ProxyPods<'a>> {
    let (namespace, name) = (gateway.meta.namespace.as_str(), gateway.meta.name.as_str());
    match profile {
        Profile::Kgateway { .. } if name.len() <= LONGEST_NAME => {
            let label = (Gateway::OF_PROXY, name);
            let Selection { items, gap, .. } = facts.select::<Pod>(Some(namespace), &[label]);
            Some(ProxyPods { items, gap })
        }
        Profile::EnvoyGateway => {
            let Selection { mut items, gap, .. } = facts.select::<Pod>(None, &[(OWNER_NAME, name)]);
            items.retain(|pod| pod.meta.labels.get(OWNER_NAMESPACE) == Some(namespace));
            Some(ProxyPods { items, gap })
        }
        _ => None,
    }
}
