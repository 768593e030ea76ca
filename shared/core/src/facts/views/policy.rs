//! kgateway's own kinds, as far as they decide about a request.

use serde::Deserialize;
use serde_json::Value;

use crate::facts::Meta;

/// A target of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct TargetRef {
    /// API group.
    pub group: String,
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
    /// A listener's or a rule's name.
    pub section_name: Option<String>,
}

/// `targetSelectors[]`: targets by label.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct TargetSelector {
    /// API group.
    pub group: String,
    /// Kind.
    pub kind: String,
    /// Labels of the target.
    pub match_labels: std::collections::BTreeMap<String, String>,
    /// A listener's or a rule's name.
    pub section_name: Option<String>,
}

/// The targets of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Targets {
    /// By name.
    pub refs: Vec<TargetRef>,
    /// By label.
    pub selectors: Vec<TargetSelector>,
}

macro_rules! policy {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            /// Metadata.
            pub meta: Meta,
            /// What it is attached to, in its own namespace.
            pub targets: Targets,
            /// `spec` without the targets, read where a rule needs it.
            pub spec: Value,
            /// Its status.
            pub written: super::Written,
        }

        impl $name {
            /// Takes over the status of the same policy, unless its spec differs.
            pub fn inherit_status(&mut self, before: &$name) {
                if self.spec == before.spec {
                    self.written = before.written.clone();
                }
            }
        }
    };
}

policy! {
    /// A TrafficPolicy.
    TrafficPolicy
}
policy! {
    /// A ListenerPolicy or HTTPListenerPolicy.
    ListenerPolicy
}
policy! {
    /// A BackendConfigPolicy.
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
            /// Metadata.
            pub meta: Meta,
            /// `spec`.
            pub spec: Value,
        }
    };
}

plain! {
    /// A kgateway Backend.
    Backend
}
plain! {
    /// A kgateway DirectResponse.
    DirectResponse
}
plain! {
    /// A kgateway GatewayExtension.
    GatewayExtension
}
plain! {
    /// A kgateway GatewayParameters.
    GatewayParameters
}
