//! GatewayClass, Gateway, ListenerSet.

use serde::Deserialize;

use crate::facts::{GATEWAY_API, Meta};

/// A GatewayClass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayClass {
    /// Metadata.
    pub meta: Meta,
    /// `spec.controllerName`.
    pub controller: String,
    /// `spec.parametersRef`.
    pub parameters: Option<ParametersRef>,
    /// The reason of a given `Accepted=False` that is up to date.
    pub refused: Option<String>,
}

impl GatewayClass {
    /// The controllerName of every kgateway release.
    pub const KGATEWAY: &'static str = "kgateway.dev/kgateway";
    /// Envoy Gateway's controllerName, unless it was configured otherwise.
    pub const ENVOY_GATEWAY: &'static str = "gateway.envoyproxy.io/gatewayclass-controller";

    /// Takes over the status of the same class, unless its spec differs.
    pub fn inherit_status(&mut self, before: &GatewayClass) {
        if (&self.controller, &self.parameters) == (&before.controller, &before.parameters) {
            self.refused = before.refused.clone();
        }
    }

    /// Whether its controllerName is of kgateway's domain, and none of its controllers, in any
    /// release, is called that: nobody serves it.
    pub fn is_misnamed(&self) -> bool {
        let known = [Self::KGATEWAY, "kgateway.dev/agentgateway"];
        self.controller.starts_with("kgateway.dev/") && !known.contains(&self.controller.as_str())
    }
}

/// A reference to an implementation's parameters.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct ParametersRef {
    /// API group.
    pub group: String,
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Namespace; only a GatewayClass may set it.
    pub namespace: Option<String>,
}

/// A Gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gateway {
    /// Metadata.
    pub meta: Meta,
    /// `spec.gatewayClassName`.
    pub class: String,
    /// `spec.listeners`.
    pub listeners: Vec<Listener>,
    /// `spec.addresses[].type`.
    pub address_types: Vec<String>,
    /// `spec.infrastructure.parametersRef`.
    pub parameters: Option<ParametersRef>,
    /// `spec.allowedListeners.namespaces`: which ListenerSets may attach.
    pub allowed_listeners: AllowedNamespaces,
    /// Keys of `metadata.annotations`.
    pub annotations: Vec<String>,
    /// Keys of `spec.infrastructure.annotations`.
    pub infrastructure_annotations: Vec<String>,
    /// `status.addresses[].value`, when a status was given.
    pub addresses: Vec<String>,
    /// The reason of a given `Accepted=False` that is up to date.
    pub refused: Option<String>,
    /// Its status.
    pub written: super::Written,
}

impl Gateway {
    /// The label of its proxy's pods, in its own namespace (GEP-1762; kgateway.md 2).
    pub const OF_PROXY: &str = "gateway.networking.k8s.io/gateway-name";

    /// Whether it lets no ListenerSet in, which is the default.
    pub fn admits_no_sets(&self) -> bool {
        self.allowed_listeners.from == "None"
    }

    /// Takes over the status of the same Gateway, unless its spec differs.
    pub fn inherit_status(&mut self, before: &Gateway) {
        let same = Gateway {
            meta: before.meta.clone(),
            annotations: before.annotations.clone(),
            addresses: before.addresses.clone(),
            refused: before.refused.clone(),
            written: before.written.clone(),
            ..self.clone()
        };
        if same == *before {
            let (meta, annotations) = (self.meta.clone(), self.annotations.clone());
            *self = Gateway { meta, annotations, ..same };
        }
    }
}

/// A ListenerSet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenerSet {
    /// Metadata.
    pub meta: Meta,
    /// `spec.parentRef`.
    pub parent: ParentGateway,
    /// `spec.listeners`.
    pub listeners: Vec<Listener>,
}

impl ListenerSet {
    /// The namespace of its Gateway: its own, unless the reference says otherwise.
    pub fn gateway_namespace(&self) -> &str {
        self.parent.namespace.as_ref().unwrap_or(&self.meta.namespace)
    }

    /// Whether it adds to this Gateway.
    pub fn adds_to(&self, gateway: &Meta) -> bool {
        self.parent.kind == "Gateway"
            && self.parent.name == gateway.name
            && self.gateway_namespace() == gateway.namespace
    }
}

/// The Gateway that a ListenerSet adds to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct ParentGateway {
    /// API group.
    pub group: String,
    /// Kind.
    pub kind: String,
    /// Namespace; the ListenerSet's own if absent.
    pub namespace: Option<String>,
    /// Name.
    pub name: String,
}

/// A listener of a Gateway or a ListenerSet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Listener {
    /// Name, unique within its owner.
    pub name: String,
    /// The hostname, `None` for any.
    pub hostname: Option<String>,
    /// The port that clients use.
    pub port: u16,
    /// `HTTP`, `HTTPS`, `TLS`, `TCP`, `UDP` or a domain-prefixed word.
    pub protocol: String,
    /// TLS settings.
    pub tls: Option<ListenerTls>,
    /// Which routes may attach.
    pub allowed_routes: AllowedRoutes,
}

/// `listener.tls`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ListenerTls {
    /// `Terminate` or `Passthrough`.
    pub mode: String,
    /// Certificates.
    pub certificate_refs: Vec<CertificateRef>,
}

/// A reference to a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct CertificateRef {
    /// API group, empty for core.
    pub group: String,
    /// Kind, `Secret` by default.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Namespace; the listener owner's if absent.
    pub namespace: Option<String>,
}

/// `listener.allowedRoutes`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct AllowedRoutes {
    /// From which namespaces.
    pub namespaces: AllowedNamespaces,
    /// Which kinds; empty: by protocol.
    pub kinds: Vec<RouteKind>,
}

/// A group and kind of route.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct RouteKind {
    /// API group.
    pub group: Option<String>,
    /// Kind.
    pub kind: String,
}

impl RouteKind {
    /// The group, defaulted.
    pub fn group(&self) -> &str {
        self.group.as_deref().unwrap_or(GATEWAY_API)
    }
}

/// Which namespaces are let in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct AllowedNamespaces {
    /// `All`, `Same`, `Selector` or `None`.
    pub from: String,
    /// For `Selector`.
    pub selector: Option<Selector>,
}

/// A label selector.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Selector {
    /// Labels that must have these values.
    pub match_labels: std::collections::BTreeMap<String, String>,
    /// Further requirements.
    pub match_expressions: Vec<Requirement>,
}

/// One requirement of a label selector.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Requirement {
    /// The label's key.
    pub key: String,
    /// `In`, `NotIn`, `Exists` or `DoesNotExist`.
    pub operator: String,
    /// Values for `In` and `NotIn`.
    pub values: Vec<String>,
}
