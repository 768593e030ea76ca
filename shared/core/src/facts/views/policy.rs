//! Own kinds of kgateway and Envoy Gateway, as far as they decide about a request.

use serde::Deserialize;
use serde_json::Value;

use super::written::written;
use crate::facts::fields::part;
use crate::facts::status::Written;
use crate::facts::{Notes, View};
use crate::kube::Meta;
use crate::schema::Refusal;

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct TargetRef {
    pub group: String,
    pub kind: String,
    pub name: String,
    /// A listener's or a rule's name.
    pub section_name: Option<String>,
}

/// `targetSelectors[]`: targets by label.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct TargetSelector {
    pub group: String,
    pub kind: String,
    pub match_labels: std::collections::BTreeMap<String, String>,
    /// A listener's or a rule's name.
    pub section_name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Targets {
    pub refs: Vec<TargetRef>,
    pub selectors: Vec<TargetSelector>,
}

macro_rules! policy {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            pub meta: Meta,
            /// What it is attached to, in its own namespace.
            pub targets: Targets,
            /// `spec` without the targets, read where a rule needs it.
            pub spec: Value,
            /// Its status.
            pub written: Written,
        }

        impl View for $name {
            fn read(notes: &mut Notes, object: &Value, meta: Meta) -> Result<Self, Refusal> {
                let targets = Targets {
                    refs: part(object, "/spec/targetRefs")?,
                    selectors: part(object, "/spec/targetSelectors")?,
                };
                let written = written(notes, object, &meta);
                Ok($name { meta, targets, spec: object["spec"].clone(), written })
            }

            fn inherit(&mut self, before: &$name) {
                if self.spec == before.spec {
                    self.written = before.written.clone();
                }
            }
        }
    };
}

policy! {
    TrafficPolicy
}
policy! {
    /// A ListenerPolicy or HTTPListenerPolicy.
    ListenerPolicy
}
policy! {
    BackendConfigPolicy
}
policy! {
    /// A BackendTLSPolicy of the Gateway API.
    BackendTlsPolicy
}

macro_rules! plain {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            pub meta: Meta,
            pub spec: Value,
        }

        impl View for $name {
            fn read(_: &mut Notes, object: &Value, meta: Meta) -> Result<Self, Refusal> {
                Ok($name { meta, spec: object["spec"].clone() })
            }
        }
    };
}

plain! {
    Backend
}
plain! {
    DirectResponse
}
plain! {
    GatewayExtension
}
plain! {
    GatewayParameters
}
plain! {
    /// Envoy Gateway's `Backend`.
    EnvoyBackend
}
plain! {
    /// Envoy Gateway's `HTTPRouteFilter`.
    RouteFilter
}
plain! {
    /// Envoy Gateway's settings of a class or of a Gateway.
    EnvoyProxy
}
plain! {
    /// A Service of several clusters (multicluster.x-k8s.io).
    ServiceImport
}
