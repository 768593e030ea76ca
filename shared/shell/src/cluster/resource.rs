//! Under which paths the API server has a kind.

use igw_core::facts::{GATEWAY_API, KGATEWAY_API, Kind};

/// One resource that holds objects of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Resource {
    /// API group; empty for core.
    pub group: &'static str,
    /// The versions that can be read, best first.
    pub versions: &'static [&'static str],
    /// The plural name.
    pub plural: &'static str,
    /// The kind as in a manifest: items of built-in lists do not carry it.
    pub kind: &'static str,
}

const fn one(
    group: &'static str,
    versions: &'static [&'static str],
    plural: &'static str,
    kind: &'static str,
) -> Resource {
    Resource { group, versions, plural, kind }
}

const V1: &[&str] = &["v1"];
const V1_BETA: &[&str] = &["v1", "v1beta1"];
const ALPHA: &[&str] = &["v1alpha1"];
/// The experimental channel's group.
const X: &str = "gateway.networking.x-k8s.io";

/// Route kinds that no rule reads: they are counted, and attach to listeners.
pub const OTHER_ROUTES: [Resource; 4] = [
    one(GATEWAY_API, &["v1", "v1alpha2"], "grpcroutes", "GRPCRoute"),
    one(GATEWAY_API, &["v1", "v1alpha3", "v1alpha2"], "tlsroutes", "TLSRoute"),
    one(GATEWAY_API, &["v1", "v1alpha2"], "tcproutes", "TCPRoute"),
    one(GATEWAY_API, &["v1", "v1alpha2"], "udproutes", "UDPRoute"),
];

/// The resources that hold objects of a kind, the common one first.
pub fn of(kind: Kind) -> Vec<Resource> {
    let gateway = |versions, plural| vec![one(GATEWAY_API, versions, plural, kind.name())];
    let core = |plural| vec![one("", V1, plural, kind.name())];
    let kgateway = |plural| vec![one(KGATEWAY_API, ALPHA, plural, kind.name())];
    match kind {
        Kind::GatewayClass => gateway(V1_BETA, "gatewayclasses"),
        Kind::Gateway => gateway(V1_BETA, "gateways"),
        Kind::HttpRoute => gateway(V1_BETA, "httproutes"),
        // v1beta1 is served wherever there is one, v1 only since Gateway API 1.5.
        Kind::ReferenceGrant => gateway(&["v1beta1", "v1"], "referencegrants"),
        Kind::BackendTlsPolicy => gateway(&["v1", "v1alpha3"], "backendtlspolicies"),
        Kind::ListenerSet => vec![
            one(GATEWAY_API, V1, "listenersets", "ListenerSet"),
            one(X, ALPHA, "xlistenersets", "XListenerSet"),
        ],
        Kind::Namespace => core("namespaces"),
        Kind::Service => core("services"),
        Kind::Pod => core("pods"),
        Kind::Secret => core("secrets"),
        Kind::ConfigMap => core("configmaps"),
        Kind::Claim => core("persistentvolumeclaims"),
        Kind::EndpointSlice => {
            vec![one("discovery.k8s.io", V1, "endpointslices", "EndpointSlice")]
        }
        Kind::Workload => vec![
            one("apps", V1, "deployments", "Deployment"),
            one("apps", V1, "statefulsets", "StatefulSet"),
            one("apps", V1, "daemonsets", "DaemonSet"),
        ],
        Kind::GatewayParameters => kgateway("gatewayparameters"),
        Kind::Backend => kgateway("backends"),
        Kind::DirectResponse => kgateway("directresponses"),
        Kind::TrafficPolicy => kgateway("trafficpolicies"),
        Kind::ListenerPolicy => vec![
            one(KGATEWAY_API, ALPHA, "listenerpolicies", "ListenerPolicy"),
            one(KGATEWAY_API, ALPHA, "httplistenerpolicies", "HTTPListenerPolicy"),
        ],
        Kind::BackendConfigPolicy => kgateway("backendconfigpolicies"),
        Kind::GatewayExtension => kgateway("gatewayextensions"),
    }
}

/// Kinds that decide about routes of any namespace: precedence, attachment and grants compare
/// across namespaces, and there are few of them beside what routes point to.
pub fn decides_everywhere(kind: Kind) -> bool {
    matches!(kind, Kind::Gateway | Kind::ListenerSet | Kind::HttpRoute | Kind::ReferenceGrant)
}

/// Kinds that no check lists as needed and that rules look up on their way.
pub const OPTIONAL: [Kind; 7] = [
    Kind::ListenerSet,
    Kind::BackendTlsPolicy,
    Kind::TrafficPolicy,
    Kind::ListenerPolicy,
    Kind::BackendConfigPolicy,
    Kind::GatewayExtension,
    Kind::GatewayParameters,
];

/// One resource of every group that is read.
pub fn of_groups() -> Vec<Resource> {
    let kinds =
        [Kind::HttpRoute, Kind::ListenerSet, Kind::EndpointSlice, Kind::Workload, Kind::Backend];
    kinds.into_iter().flat_map(of).collect()
}

impl Resource {
    /// `endpointslices.discovery.k8s.io`, as `kubectl` takes it.
    pub fn full_name(&self) -> String {
        match self.group {
            "" => self.plural.to_owned(),
            group => format!("{}.{group}", self.plural),
        }
    }

    /// `group/version`.
    pub fn api_version(&self, version: &str) -> String {
        match self.group {
            "" => version.to_owned(),
            group => format!("{group}/{version}"),
        }
    }

    /// The path of the list, or of one object.
    pub fn path(&self, version: &str, namespace: Option<&str>, name: Option<&str>) -> String {
        let mut path = match self.group {
            "" => format!("/api/{version}"),
            group => format!("/apis/{group}/{version}"),
        };
        if let Some(namespace) = namespace {
            path.push_str("/namespaces/");
            path.push_str(&escaped(namespace));
        }
        path.push('/');
        path.push_str(self.plural);
        if let Some(name) = name {
            path.push('/');
            path.push_str(&escaped(name));
        }
        path
    }
}

/// A name out of a manifest may be anything; only what may stand in a path or a query is left as
/// it is.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    // `.` and `..` would lead elsewhere.
    if out == "." || out == ".." { out.replace('.', "%2E") } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        let services = of(Kind::Service)[0];
        assert_eq!(services.path("v1", None, None), "/api/v1/services");
        let path = services.path("v1", Some("team-a"), Some("a/../b"));
        assert_eq!(path, "/api/v1/namespaces/team-a/services/a%2F..%2Fb");
        assert_eq!(
            services.path("v1", Some(".."), Some("x")),
            "/api/v1/namespaces/%2E%2E/services/x"
        );
        let slices = of(Kind::EndpointSlice)[0];
        assert_eq!(slices.path("v1", None, None), "/apis/discovery.k8s.io/v1/endpointslices");
        assert_eq!(slices.full_name(), "endpointslices.discovery.k8s.io");
    }
}
