//! The table of kinds: a new one is an entry here and a view of the same name in `facts/views`.

use serde::{Deserialize, Serialize};

use super::{
    ENVOY_GATEWAY_API, GATEWAY_API, GATEWAY_API_EXPERIMENTAL, KGATEWAY_API, MULTI_CLUSTER_API,
};

/// One resource of the API server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Resource {
    /// API group; empty for core.
    pub group: &'static str,
    /// The versions that can be read, best first.
    pub versions: &'static [&'static str],
    pub plural: &'static str,
    /// The kind as in a manifest: items of built-in lists do not carry it.
    pub kind: &'static str,
}

impl Resource {
    pub const fn new(
        group: &'static str,
        versions: &'static [&'static str],
        plural: &'static str,
        kind: &'static str,
    ) -> Resource {
        Resource { group, versions, plural, kind }
    }

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
}

const V1: &[&str] = &["v1"];
const V1_BETA: &[&str] = &["v1", "v1beta1"];
const ALPHA: &[&str] = &["v1alpha1"];

/// `Kind scope presence [group versions plural kind, ..]`. *namespaced* or *cluster*; *needed*, or
/// *optional*: a cluster may do without it, and where it is not served there are no objects of it.
/// The common resource comes first.
macro_rules! kinds {
    ($dollar:tt $( $kind:ident $scope:ident $presence:ident
        [$( $group:ident $versions:tt $plural:literal $name:literal ),+] )*) => {
        /// The kinds that rules read. Everything else is kept as [`crate::facts::Other`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub enum Kind {
            $( $kind ),*
        }

        impl Kind {
            pub const ALL: &'static [Kind] = &[$( Kind::$kind ),*];

            /// The resources that hold objects of the kind, the common one first.
            pub fn resources(self) -> &'static [Resource] {
                match self {
                    $( Kind::$kind => const {
                        &[$( Resource::new(
                            kinds!(@group $group), kinds!(@versions $versions), $plural, $name,
                        ) ),+]
                    } ),*
                }
            }

            pub fn is_cluster_scoped(self) -> bool {
                match self {
                    $( Kind::$kind => kinds!(@is_cluster $scope) ),*
                }
            }

            /// Whether a cluster may do without this kind: where it is not served, there are no
            /// objects of it, and nothing is missing.
            pub fn is_optional(self) -> bool {
                match self {
                    $( Kind::$kind => kinds!(@is_optional $presence) ),*
                }
            }
        }

        /// Calls a macro with the names of all kinds.
        macro_rules! for_each_kind {
            ($dollar name:ident) => { $dollar name! { $( $kind )* } };
        }
        pub(crate) use for_each_kind;
    };
    (@group core) => { "" };
    (@group apps) => { "apps" };
    (@group autoscaling) => { "autoscaling" };
    (@group keda) => { "keda.sh" };
    (@group batch) => { "batch" };
    (@group telemetry) => { "opentelemetry.io" };
    (@group discovery) => { "discovery.k8s.io" };
    (@group flux) => { "helm.toolkit.fluxcd.io" };
    (@group argo) => { "argoproj.io" };
    (@group apiextensions) => { "apiextensions.k8s.io" };
    (@group $group:ident) => { $group };
    (@versions $versions:ident) => { $versions };
    (@versions [$( $version:literal ),+]) => { &[$( $version ),+] };
    (@is_cluster cluster) => { true };
    (@is_cluster namespaced) => { false };
    (@is_optional optional) => { true };
    (@is_optional needed) => { false };
}

kinds! { $
    GatewayClass cluster needed [GATEWAY_API V1_BETA "gatewayclasses" "GatewayClass"]
    Gateway namespaced needed [GATEWAY_API V1_BETA "gateways" "Gateway"]
    ListenerSet namespaced optional [
        GATEWAY_API V1 "listenersets" "ListenerSet",
        GATEWAY_API_EXPERIMENTAL ALPHA "xlistenersets" "XListenerSet"
    ]
    HttpRoute namespaced needed [GATEWAY_API V1_BETA "httproutes" "HTTPRoute"]
    // v1beta1 is served wherever there is one, v1 only since Gateway API 1.5.
    ReferenceGrant namespaced needed [
        GATEWAY_API ["v1beta1", "v1"] "referencegrants" "ReferenceGrant"
    ]
    BackendTlsPolicy namespaced optional [
        GATEWAY_API ["v1", "v1alpha3"] "backendtlspolicies" "BackendTLSPolicy"
    ]
    Namespace cluster needed [core V1 "namespaces" "Namespace"]
    Service namespaced needed [core V1 "services" "Service"]
    EndpointSlice namespaced needed [discovery V1 "endpointslices" "EndpointSlice"]
    Pod namespaced needed [core V1 "pods" "Pod"]
    Secret namespaced needed [core V1 "secrets" "Secret"]
    ConfigMap namespaced needed [core V1 "configmaps" "ConfigMap"]
    // ReplicaSets are read in files, and never listed: their Deployment is.
    Workload namespaced needed [
        apps V1 "deployments" "Deployment",
        apps V1 "statefulsets" "StatefulSet",
        apps V1 "daemonsets" "DaemonSet"
    ]
    // Every cluster has them; who may not list them can do without.
    BatchJob namespaced optional [
        batch V1 "cronjobs" "CronJob",
        batch V1 "jobs" "Job"
    ]
    Node cluster needed [core V1 "nodes" "Node"]
    ResourceQuota namespaced needed [core V1 "resourcequotas" "ResourceQuota"]
    Claim namespaced needed [core V1 "persistentvolumeclaims" "PersistentVolumeClaim"]
    Scaler namespaced optional [
        autoscaling ["v2", "v1"] "horizontalpodautoscalers" "HorizontalPodAutoscaler",
        keda ALPHA "scaledobjects" "ScaledObject"
    ]
    GatewayParameters namespaced optional [
        KGATEWAY_API ALPHA "gatewayparameters" "GatewayParameters"
    ]
    Backend namespaced optional [KGATEWAY_API ALPHA "backends" "Backend"]
    DirectResponse namespaced optional [KGATEWAY_API ALPHA "directresponses" "DirectResponse"]
    TrafficPolicy namespaced optional [KGATEWAY_API ALPHA "trafficpolicies" "TrafficPolicy"]
    ListenerPolicy namespaced optional [
        KGATEWAY_API ALPHA "listenerpolicies" "ListenerPolicy",
        KGATEWAY_API ALPHA "httplistenerpolicies" "HTTPListenerPolicy"
    ]
    BackendConfigPolicy namespaced optional [
        KGATEWAY_API ALPHA "backendconfigpolicies" "BackendConfigPolicy"
    ]
    GatewayExtension namespaced optional [
        KGATEWAY_API ALPHA "gatewayextensions" "GatewayExtension"
    ]
    EnvoyBackend namespaced optional [ENVOY_GATEWAY_API ALPHA "backends" "Backend"]
    RouteFilter namespaced optional [ENVOY_GATEWAY_API ALPHA "httproutefilters" "HTTPRouteFilter"]
    EnvoyProxy namespaced optional [ENVOY_GATEWAY_API ALPHA "envoyproxies" "EnvoyProxy"]
    ServiceImport namespaced optional [
        MULTI_CLUSTER_API ALPHA "serviceimports" "ServiceImport"
    ]
    TraceCollector namespaced optional [
        telemetry ["v1beta1", "v1alpha1"] "opentelemetrycollectors" "OpenTelemetryCollector"
    ]
    // Only in files: in a cluster their values, which may hold secrets, are not asked for.
    ChartRelease namespaced optional [
        flux ["v2", "v2beta2", "v2beta1"] "helmreleases" "HelmRelease",
        argo ALPHA "applications" "Application"
    ]
    CustomResourceDefinition cluster optional [
        apiextensions V1 "customresourcedefinitions" "CustomResourceDefinition"
    ]
}

impl Kind {
    fn resource_first(self) -> &'static Resource {
        &self.resources()[0]
    }

    /// Whether objects of it are never listed, only read by name where one is needed: Secrets for
    /// what they hold, definitions because those of a cluster have megabytes of schemas.
    pub fn is_read_by_name(self) -> bool {
        matches!(self, Kind::Secret | Kind::CustomResourceDefinition)
    }

    /// The name of the resource as `kubectl` writes it.
    pub fn resource(self) -> &'static str {
        self.resource_first().plural
    }

    /// The kind as it stands in a manifest.
    pub fn name(self) -> &'static str {
        self.resource_first().kind
    }

    /// The kind of a manifest with this API group and kind, if rules know it.
    pub fn of(group: &str, kind: &str) -> Option<Kind> {
        if (group, kind) == ("apps", "ReplicaSet") {
            return Some(Kind::Workload);
        }
        let holds =
            |own: &&Kind| own.resources().iter().any(|r| r.group == group && r.kind == kind);
        Kind::ALL.iter().find(holds).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_resource_is_of_one_kind() {
        for kind in Kind::ALL {
            for resource in kind.resources() {
                assert_eq!(Kind::of(resource.group, resource.kind), Some(*kind));
            }
        }
        assert_eq!(Kind::of("gateway.networking.k8s.io", "GRPCRoute"), None);
    }
}
