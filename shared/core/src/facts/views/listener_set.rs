//! ListenerSet.

use serde::Deserialize;
use serde_json::Value;

use super::gateway::Listener;
use super::written::written;
use crate::facts::fields::part;
use crate::facts::status::Written;
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
    pub written: Written,
}

impl View for ListenerSet {
    fn read(notes: &mut Notes, object: &Value, meta: Meta) -> Result<Self, Refusal> {
        let written = written(notes, object, &meta);
        Ok(ListenerSet {
            meta,
            written,
            parent: part(object, "/spec/parentRef")?,
            listeners: part(object, "/spec/listeners")?,
        })
    }

    fn inherit(&mut self, before: &ListenerSet) {
        if (&self.parent, &self.listeners) == (&before.parent, &before.listeners) {
            self.written = before.written.clone();
        }
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
