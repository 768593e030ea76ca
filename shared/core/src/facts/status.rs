//! What is written in the status of an object, as far as a check looks at it.

use std::sync::Arc;

use serde_json::{Value, json};

/// The status of an object as its controllers wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    /// `metadata.generation`: how often the spec was changed; `None` in a manifest.
    pub generation: Option<i64>,
    /// The oldest `observedGeneration` of its conditions.
    pub observed: Option<i64>,
    /// Whether a controller has written a condition; CRD defaults do not count.
    pub answered: bool,
    /// For a Gateway: its Programmed condition.
    pub programmed: Option<Box<WrittenCondition>>,
    /// The conditions, shared because most routes of a cluster have the same ones.
    pub said: Arc<Conditions>,
}

/// All conditions of a status.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Conditions {
    /// Those of the object itself.
    pub conditions: Vec<WrittenCondition>,
    /// Those of each listener, by its name.
    pub listeners: Vec<(String, Vec<WrittenCondition>)>,
    /// For a route: conditions per parent; for a policy: per ancestor.
    pub parents: Vec<ParentStatus>,
}

/// What one controller reports about an object for one parent or ancestor.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct ParentStatus {
    /// `parentRef` or `ancestorRef`.
    pub reference: Reference,
    /// Who says so.
    pub controller: String,
    pub conditions: Vec<WrittenCondition>,
}

/// A reference as it is written in a status.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Reference {
    pub group: Option<String>,
    pub kind: Option<String>,
    pub namespace: Option<String>,
    pub name: String,
    pub section: Option<String>,
    pub port: Option<u16>,
}

/// A condition as it is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct WrittenCondition {
    pub kind: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    pub reason: String,
    /// Human-readable message; empty if the condition is fine.
    pub message: String,
    /// Whether it refers to an older generation of the object.
    pub old: bool,
}

impl Written {
    /// The observed generation and the object's generation, if the former is older.
    pub fn stale(&self) -> Option<(i64, i64)> {
        let (observed, generation) = self.observed.zip(self.generation)?;
        (observed < generation).then_some((observed, generation))
    }

    /// Whether the status states its generation and that is the current one.
    pub fn is_current(&self) -> bool {
        self.observed.is_some() && self.generation.is_some() && self.stale().is_none()
    }
}

impl Conditions {
    /// Converts to the Gateway API's status format, without messages.
    pub fn to_value(&self) -> Value {
        let listener = |(name, conditions): &(String, Vec<WrittenCondition>)| json!({ "name": name, "conditions": short(conditions) });
        let parent = |answer: &ParentStatus| {
            let mut out = json!({
                "parentRef": answer.reference.to_value(),
                "conditions": short(&answer.conditions),
            });
            if !answer.controller.is_empty() {
                out["controllerName"] = answer.controller.as_str().into();
            }
            out
        };
        json!({
            "conditions": short(&self.conditions),
            "listeners": self.listeners.iter().map(listener).collect::<Vec<_>>(),
            "parents": self.parents.iter().map(parent).collect::<Vec<_>>(),
        })
    }

    /// The condition at a path of [`Conditions::to_value`], if any.
    pub fn at(&self, pointer: &str) -> Option<&WrittenCondition> {
        let segments: Vec<&str> = pointer.split('/').skip(1).collect();
        let (list, index) = match segments[..] {
            ["conditions", index] => (&self.conditions, index),
            ["listeners", listener, "conditions", index] => {
                (&self.listeners.get(listener.parse::<usize>().ok()?)?.1, index)
            }
            ["parents", parent, "conditions", index] => {
                (&self.parents.get(parent.parse::<usize>().ok()?)?.conditions, index)
            }
            _ => return None,
        };
        list.get(index.parse::<usize>().ok()?)
    }
}

impl Reference {
    fn to_value(&self) -> Value {
        let mut out = json!({ "name": self.name });
        let members = [
            ("group", &self.group),
            ("kind", &self.kind),
            ("namespace", &self.namespace),
            ("sectionName", &self.section),
        ];
        for (member, value) in members {
            if let Some(value) = value {
                out[member] = value.as_str().into();
            }
        }
        if let Some(port) = self.port {
            out["port"] = port.into();
        }
        out
    }
}

fn short(conditions: &[WrittenCondition]) -> Vec<Value> {
    let one =
        |c: &WrittenCondition| json!({ "type": c.kind, "status": c.status, "reason": c.reason });
    conditions.iter().map(one).collect()
}
