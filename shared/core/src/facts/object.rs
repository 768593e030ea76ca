//! Names of objects and of places inside them.

use serde::{Deserialize, Serialize};

use super::word::Word;

/// The API group of the Gateway API.
pub const GATEWAY_API: &str = "gateway.networking.k8s.io";
/// The API group of kgateway's own kinds.
pub const KGATEWAY_API: &str = "gateway.kgateway.dev";

/// The kinds that the rules know by name. Everything else is kept as [`super::Other`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// `gateway.networking.k8s.io` GatewayClass.
    GatewayClass,
    /// `gateway.networking.k8s.io` Gateway.
    Gateway,
    /// `gateway.networking.k8s.io` ListenerSet (and the experimental XListenerSet).
    ListenerSet,
    /// `gateway.networking.k8s.io` HTTPRoute.
    HttpRoute,
    /// `gateway.networking.k8s.io` ReferenceGrant.
    ReferenceGrant,
    /// `gateway.networking.k8s.io` BackendTLSPolicy.
    BackendTlsPolicy,
    /// Core Namespace.
    Namespace,
    /// Core Service.
    Service,
    /// `discovery.k8s.io` EndpointSlice.
    EndpointSlice,
    /// Core Pod.
    Pod,
    /// Core Secret.
    Secret,
    /// Core ConfigMap.
    ConfigMap,
    /// Deployment, StatefulSet, DaemonSet or ReplicaSet.
    Workload,
    /// Core PersistentVolumeClaim.
    Claim,
    /// `gateway.kgateway.dev` GatewayParameters.
    GatewayParameters,
    /// `gateway.kgateway.dev` Backend.
    Backend,
    /// `gateway.kgateway.dev` DirectResponse.
    DirectResponse,
    /// `gateway.kgateway.dev` TrafficPolicy.
    TrafficPolicy,
    /// `gateway.kgateway.dev` ListenerPolicy and HTTPListenerPolicy.
    ListenerPolicy,
    /// `gateway.kgateway.dev` BackendConfigPolicy.
    BackendConfigPolicy,
    /// `gateway.kgateway.dev` GatewayExtension.
    GatewayExtension,
}

impl Kind {
    /// The name of the resource as `kubectl` writes it.
    pub fn resource(self) -> &'static str {
        match self {
            Kind::GatewayClass => "gatewayclasses",
            Kind::Gateway => "gateways",
            Kind::ListenerSet => "listenersets",
            Kind::HttpRoute => "httproutes",
            Kind::ReferenceGrant => "referencegrants",
            Kind::BackendTlsPolicy => "backendtlspolicies",
            Kind::Namespace => "namespaces",
            Kind::Service => "services",
            Kind::EndpointSlice => "endpointslices",
            Kind::Pod => "pods",
            Kind::Secret => "secrets",
            Kind::ConfigMap => "configmaps",
            Kind::Workload => "deployments",
            Kind::Claim => "persistentvolumeclaims",
            Kind::GatewayParameters => "gatewayparameters",
            Kind::Backend => "backends",
            Kind::DirectResponse => "directresponses",
            Kind::TrafficPolicy => "trafficpolicies",
            Kind::ListenerPolicy => "listenerpolicies",
            Kind::BackendConfigPolicy => "backendconfigpolicies",
            Kind::GatewayExtension => "gatewayextensions",
        }
    }

    /// The kind as it stands in a manifest.
    pub fn name(self) -> &'static str {
        match self {
            Kind::GatewayClass => "GatewayClass",
            Kind::Gateway => "Gateway",
            Kind::ListenerSet => "ListenerSet",
            Kind::HttpRoute => "HTTPRoute",
            Kind::ReferenceGrant => "ReferenceGrant",
            Kind::BackendTlsPolicy => "BackendTLSPolicy",
            Kind::Namespace => "Namespace",
            Kind::Service => "Service",
            Kind::EndpointSlice => "EndpointSlice",
            Kind::Pod => "Pod",
            Kind::Secret => "Secret",
            Kind::ConfigMap => "ConfigMap",
            Kind::Workload => "Deployment",
            Kind::Claim => "PersistentVolumeClaim",
            Kind::GatewayParameters => "GatewayParameters",
            Kind::Backend => "Backend",
            Kind::DirectResponse => "DirectResponse",
            Kind::TrafficPolicy => "TrafficPolicy",
            Kind::ListenerPolicy => "ListenerPolicy",
            Kind::BackendConfigPolicy => "BackendConfigPolicy",
            Kind::GatewayExtension => "GatewayExtension",
        }
    }

    /// Whether a cluster may do without this kind: where it is not served, there are no objects
    /// of it, and nothing is missing.
    pub fn is_optional(self) -> bool {
        matches!(
            self,
            Kind::ListenerSet
                | Kind::BackendTlsPolicy
                | Kind::GatewayParameters
                | Kind::Backend
                | Kind::DirectResponse
                | Kind::TrafficPolicy
                | Kind::ListenerPolicy
                | Kind::BackendConfigPolicy
                | Kind::GatewayExtension
        )
    }

    /// Whether objects of this kind have no namespace.
    pub fn is_cluster_scoped(self) -> bool {
        matches!(self, Kind::GatewayClass | Kind::Namespace)
    }

    /// The kind of a manifest with this API group and kind, if the rules know it.
    pub fn of(group: &str, kind: &str) -> Option<Kind> {
        Some(match (group, kind) {
            (GATEWAY_API, "GatewayClass") => Kind::GatewayClass,
            (GATEWAY_API, "Gateway") => Kind::Gateway,
            (GATEWAY_API, "ListenerSet") | ("gateway.networking.x-k8s.io", "XListenerSet") => {
                Kind::ListenerSet
            }
            (GATEWAY_API, "HTTPRoute") => Kind::HttpRoute,
            (GATEWAY_API, "ReferenceGrant") => Kind::ReferenceGrant,
            (GATEWAY_API, "BackendTLSPolicy") => Kind::BackendTlsPolicy,
            ("", "Namespace") => Kind::Namespace,
            ("", "Service") => Kind::Service,
            ("discovery.k8s.io", "EndpointSlice") => Kind::EndpointSlice,
            ("", "Pod") => Kind::Pod,
            ("", "Secret") => Kind::Secret,
            ("", "ConfigMap") => Kind::ConfigMap,
            ("", "PersistentVolumeClaim") => Kind::Claim,
            ("apps", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet") => Kind::Workload,
            (KGATEWAY_API, "GatewayParameters") => Kind::GatewayParameters,
            (KGATEWAY_API, "Backend") => Kind::Backend,
            (KGATEWAY_API, "DirectResponse") => Kind::DirectResponse,
            (KGATEWAY_API, "TrafficPolicy") => Kind::TrafficPolicy,
            (KGATEWAY_API, "ListenerPolicy" | "HTTPListenerPolicy") => Kind::ListenerPolicy,
            (KGATEWAY_API, "BackendConfigPolicy") => Kind::BackendConfigPolicy,
            (KGATEWAY_API, "GatewayExtension") => Kind::GatewayExtension,
            _ => return None,
        })
    }
}

/// The name of an object as reports carry it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjRef {
    /// `group/version`, or the version alone for the core group.
    pub api_version: String,
    /// The kind as in the manifest.
    pub kind: String,
    /// The namespace; `None` for cluster-scoped objects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
}

impl std::fmt::Display for ObjRef {
    /// `Kind ns/name`, ready to paste.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{} {}/{}", self.kind, namespace, self.name),
            None => write!(f, "{} {}", self.kind, self.name),
        }
    }
}

/// Where an object was read from; the shell alone knows what the numbers mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Origin {
    /// Index of the file.
    pub file: u32,
    /// Index of the document.
    pub document: u32,
    /// Index inside the `items` of a List.
    pub item: Option<u32>,
}

/// What every view keeps of an object's metadata.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Meta {
    /// `group/version` as written.
    pub api_version: Word,
    /// The kind as written.
    pub kind: Word,
    /// The namespace; empty for cluster-scoped objects.
    pub namespace: String,
    /// The name.
    pub name: String,
    /// Labels.
    pub labels: super::Pairs,
    /// RFC 3339 text; `None` in a manifest that was never stored.
    pub created: Option<String>,
    /// Whether the object has a uid: an API server has admitted it.
    pub stored: bool,
    /// Where it was read.
    pub origin: Origin,
    /// Its annotation `igw.dev/ignore`.
    pub ignore: Option<Box<str>>,
}

impl Origin {
    /// Not in a file: from the API server.
    pub const CLUSTER: Origin = Origin { file: u32::MAX, document: u32::MAX, item: None };
}

impl Meta {
    /// Whether it comes from a file, or from a test.
    pub fn is_laid(&self) -> bool {
        self.origin != Origin::CLUSTER
    }

    /// The name of the object for reports.
    pub fn reference(&self) -> ObjRef {
        ObjRef {
            api_version: self.api_version.to_string(),
            kind: self.kind.to_string(),
            namespace: (!self.namespace.is_empty()).then(|| self.namespace.clone()),
            name: self.name.clone(),
        }
    }

    /// `ns/name`.
    pub fn full_name(&self) -> String {
        match self.namespace.as_str() {
            "" => self.name.clone(),
            namespace => format!("{namespace}/{}", self.name),
        }
    }

    /// Whether a user means this object: by `name` or by `namespace/name`.
    pub fn is_called(&self, wanted: &str) -> bool {
        let full = wanted.split_once('/').filter(|_| !self.namespace.is_empty());
        wanted == self.name || full == Some((self.namespace.as_str(), self.name.as_str()))
    }

    /// Whether another object of the same kind is this one: same namespace, same name.
    pub fn is_same(&self, other: &Meta) -> bool {
        self.name == other.name && self.namespace == other.namespace
    }

    /// `Kind ns/name`.
    pub fn title(&self) -> String {
        format!("{} {}", self.kind, self.full_name())
    }

    /// The key by which tables sort.
    pub fn key(&self) -> (String, String) {
        (self.namespace.clone(), self.name.clone())
    }
}

/// Builds an RFC 6901 pointer out of segments.
#[macro_export]
macro_rules! pointer {
    ($($segment:expr),+ $(,)?) => {{
        let mut out = String::new();
        $( $crate::facts::pointer::push(&mut out, &$segment.to_string()); )+
        out
    }};
}

/// Pointers in their two spellings.
pub mod pointer {
    /// Appends one segment, escaped.
    pub fn push(pointer: &mut String, segment: &str) {
        pointer.push('/');
        match segment.contains(['~', '/']) {
            true => pointer.push_str(&segment.replace('~', "~0").replace('/', "~1")),
            false => pointer.push_str(segment),
        }
    }

    /// `/spec/rules/0/name` as people write it: `spec.rules[0].name`.
    pub fn dotted(pointer: &str) -> String {
        let mut out = String::new();
        for segment in pointer.split('/').skip(1) {
            let segment = segment.replace("~1", "/").replace("~0", "~");
            if !segment.is_empty() && segment.bytes().all(|b| b.is_ascii_digit()) {
                out.push_str(&format!("[{segment}]"));
            } else {
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(&segment);
            }
        }
        out
    }
}
