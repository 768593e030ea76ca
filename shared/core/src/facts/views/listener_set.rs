//! ListenerSet.

use serde::Deserialize;
use serde_json::Value;

use super::gateway::Listener;
use crate::facts::fields::part;
use crate::facts::{Notes, View};
use crate::kube::Meta;
use crate::schema::Refusal;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenerSet {
    pub meta: Meta,
    /// `spec.parentRef`.
    pub parent: ParentGateway,
    /// `spec.listeners`.
    pub listeners: Vec<Listener>,
}

impl View for ListenerSet {
    fn read(_: &mut Notes, object: &Value, meta: Meta) -> Result<Self, Refusal> {
        Ok(ListenerSet {
            meta,
            parent: part(object, "/spec/parentRef")?,
            listeners: part(object, "/spec/listeners")?,
        })
    }
}

impl ListenerSet {
    /// The namespace of its Gateway: its own, unless the reference says otherwise.
    pub fn gateway_namespace(&self) -> &str {
        self.parent.namespace.as_ref().unwrap_or(&self.meta.namespace)
    }

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
    pub group: String,
    pub kind: String,
    /// Namespace; the ListenerSet's own if absent.
    pub namespace: Option<String>,
    pub name: String,
}
