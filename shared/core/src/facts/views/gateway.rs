//! GatewayClass, Gateway and its listeners.

use serde::Deserialize;
use serde_json::Value;

use super::written::{refused_reason, written};
use crate::facts::fields::{keys, part, text};
use crate::facts::status::Written;
use crate::facts::{Notes, View};
use crate::kube::{GATEWAY_API, Meta, Pairs};
use crate::schema::Refusal;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayClass {
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
    pub const TRAEFIK: &'static str = "traefik.io/gateway-controller";
    /// The controllerName of the AWS Gateway API Controller, which makes VPC Lattice services.
    pub const LATTICE: &'static str = "application-networking.k8s.aws/gateway-api-controller";

    /// Whether its controllerName is of kgateway's domain, and none of its controllers, in any
    /// release, is called that: nobody serves it.
    pub fn is_misnamed(&self) -> bool {
        let known = [Self::KGATEWAY, "kgateway.dev/agentgateway"];
        self.controller.starts_with("kgateway.dev/") && !known.contains(&self.controller.as_str())
    }
}

impl View for GatewayClass {
    fn read(_: &mut Notes, object: &Value, meta: Meta) -> Result<Self, Refusal> {
        Ok(GatewayClass {
            meta,
            controller: part(object, "/spec/controllerName")?,
            parameters: part(object, "/spec/parametersRef")?,
            refused: refused_reason(object),
        })
    }

    fn inherit(&mut self, before: &GatewayClass) {
        if (&self.controller, &self.parameters) == (&before.controller, &before.parameters) {
            self.refused = before.refused.clone();
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct ParametersRef {
    pub group: String,
    pub kind: String,
    pub name: String,
    /// Namespace; only a GatewayClass may set it.
    pub namespace: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gateway {
    pub meta: Meta,
    /// `spec.gatewayClassName`.
    pub class: String,
    /// `spec.listeners`.
    pub listeners: Vec<Listener>,
    /// `spec.addresses[].type`.
    pub address_types: Vec<String>,
    /// `spec.infrastructure.parametersRef`.
    pub parameters: Option<ParametersRef>,
    /// The `caCertificateRefs` of `spec.tls.frontend`, by which its clients are known.
    pub client_certificates: Vec<CertificateRef>,
    /// `spec.tls`, read where a rule needs it; null: there is none.
    pub tls: Value,
    /// `spec.allowedListeners.namespaces`: which ListenerSets may attach.
    pub allowed_listeners: AllowedNamespaces,
    /// `metadata.annotations`, but for what kubectl notes of the last apply.
    pub annotations: Pairs,
    /// Keys of `spec.infrastructure.annotations`.
    pub infrastructure_annotations: Vec<String>,
    /// `status.addresses[].value`, when a status was given.
    pub addresses: Vec<String>,
    /// The reason of a given `Accepted=False` that is up to date.
    pub refused: Option<String>,
    pub written: Written,
}

impl Gateway {
    /// The label of its proxy's pods, in its own namespace (GEP-1762; kgateway.md 2).
    pub const OF_PROXY: &str = "gateway.networking.k8s.io/gateway-name";

    /// Whether it admits no ListenerSet, which is the default.
    pub fn admits_no_sets(&self) -> bool {
        self.allowed_listeners.from == "None"
    }
}

impl View for Gateway {
    fn read(notes: &mut Notes, object: &Value, meta: Meta) -> Result<Self, Refusal> {
        let written = written(notes, object, &meta);
        let addresses: Vec<Value> = part(object, "/spec/addresses")?;
        let status: Vec<Value> = part(object, "/status/addresses")?;
        let gateway = Gateway {
            meta,
            class: part(object, "/spec/gatewayClassName")?,
            listeners: part(object, "/spec/listeners")?,
            address_types: addresses.iter().map(|address| text(address, "type")).collect(),
            parameters: part(object, "/spec/infrastructure/parametersRef")?,
            client_certificates: client_certificates(&object["spec"]["tls"]["frontend"]),
            tls: object["spec"]["tls"].clone(),
            allowed_listeners: match object.pointer("/spec/allowedListeners/namespaces") {
                None => AllowedNamespaces { from: "None".into(), selector: None },
                Some(_) => part(object, "/spec/allowedListeners/namespaces")?,
            },
            annotations: annotations(object),
            infrastructure_annotations: keys(&object["spec"]["infrastructure"]["annotations"]),
            addresses: status.iter().map(|address| text(address, "value")).collect(),
            refused: refused_reason(object),
            written,
        };
        issued(notes, &gateway);
        Ok(gateway)
    }

    fn inherit(&mut self, before: &Gateway) {
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

fn annotations(object: &Value) -> Pairs {
    let all = object["metadata"]["annotations"].as_object().into_iter().flatten();
    all.filter(|(key, _)| *key != "kubectl.kubernetes.io/last-applied-configuration")
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect()
}

/// Those of all ports and of single ones.
fn client_certificates(frontend: &Value) -> Vec<CertificateRef> {
    let ports = frontend["perPort"].as_array().into_iter().flatten().map(|own| &own["tls"]);
    let all =
        ports.chain([&frontend["default"]]).map(|own| &own["validation"]["caCertificateRefs"]);
    all.flat_map(|refs| {
        serde_json::from_value::<Vec<CertificateRef>>(refs.clone()).unwrap_or_default()
    })
    .collect()
}

/// With an issuer in its annotations, cert-manager makes the certificates of a Gateway.
fn issued(notes: &mut Notes, gateway: &Gateway) {
    let issuers = ["cert-manager.io/issuer", "cert-manager.io/cluster-issuer"];
    if !issuers.iter().any(|issuer| gateway.annotations.contains_key(issuer)) {
        return;
    }
    let maker = format!("cert-manager, by an annotation of {},", gateway.meta.title());
    let tls = gateway.listeners.iter().filter_map(|listener| listener.tls.as_ref());
    for reference in tls.flat_map(|tls| &tls.certificate_refs) {
        let namespace = reference.namespace.as_ref().unwrap_or(&gateway.meta.namespace);
        notes.made.insert((namespace.clone(), reference.name.clone()), maker.clone());
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Listener {
    /// Name, unique within its owner.
    pub name: String,
    /// The hostname, `None` for any.
    pub hostname: Option<String>,
    pub port: u16,
    /// `HTTP`, `HTTPS`, `TLS`, `TCP`, `UDP` or a domain-prefixed word.
    pub protocol: String,
    pub tls: Option<ListenerTls>,
    pub allowed_routes: AllowedRoutes,
}

/// `listener.tls`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ListenerTls {
    /// `Terminate` or `Passthrough`.
    pub mode: String,
    pub certificate_refs: Vec<CertificateRef>,
    /// The implementation's own.
    pub options: std::collections::BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct CertificateRef {
    /// API group, empty for core.
    pub group: String,
    /// Kind, `Secret` by default.
    pub kind: String,
    pub name: String,
    /// Namespace; the listener owner's if absent.
    pub namespace: Option<String>,
}

/// `listener.allowedRoutes`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct AllowedRoutes {
    pub namespaces: AllowedNamespaces,
    /// Which kinds; empty: by protocol.
    pub kinds: Vec<RouteKind>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct RouteKind {
    pub group: Option<String>,
    pub kind: String,
}

impl RouteKind {
    /// The group, defaulted.
    pub fn group(&self) -> &str {
        self.group.as_deref().unwrap_or(GATEWAY_API)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct AllowedNamespaces {
    /// `All`, `Same`, `Selector` or `None`.
    pub from: String,
    /// For `Selector`.
    pub selector: Option<Selector>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Selector {
    pub match_labels: std::collections::BTreeMap<String, String>,
    pub match_expressions: Vec<Requirement>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(default)]
pub struct Requirement {
    pub key: String,
    /// `In`, `NotIn`, `Exists` or `DoesNotExist`.
    pub operator: String,
    /// Values for `In` and `NotIn`.
    pub values: Vec<String>,
}
