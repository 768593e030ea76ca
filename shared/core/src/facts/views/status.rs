//! What is written in the status of an object, as far as a check looks at it.

use std::sync::Arc;

use serde_json::{Value, json};

/// A written status.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    /// `metadata.generation`: how often the spec was changed; `None` in a manifest.
    pub generation: Option<i64>,
    /// The oldest `observedGeneration` of its conditions.
    pub observed: Option<i64>,
    /// Whether a controller has written a condition; what the CRD's defaults say does not count.
    pub answered: bool,
    /// Of a Gateway: its condition Programmed.
    pub programmed: Option<Box<Seen>>,
    /// The conditions. Most routes of a cluster have the same, and share them.
    pub said: Arc<Said>,
}

/// All conditions of a status.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Said {
    /// Those of the object itself.
    pub conditions: Vec<Seen>,
    /// Those of each listener, by its name.
    pub listeners: Vec<(String, Vec<Seen>)>,
    /// Of a route those for each parent, of a policy those for each ancestor.
    pub parents: Vec<Answer>,
}

/// What one controller says of an object in view of another one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Answer {
    /// `parentRef` or `ancestorRef`.
    pub reference: Reference,
    /// Who says so.
    pub controller: String,
    /// What.
    pub conditions: Vec<Seen>,
}

/// A reference as it is written in a status.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Reference {
    /// API group, if written.
    pub group: Option<String>,
    /// Kind, if written.
    pub kind: Option<String>,
    /// Namespace, if written.
    pub namespace: Option<String>,
    /// Name.
    pub name: String,
    /// Section, if written.
    pub section: Option<String>,
    /// Port, if written.
    pub port: Option<u16>,
}

/// A condition as it is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Seen {
    /// Its type.
    pub kind: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// Its reason.
    pub reason: String,
    /// Its message, for people; empty where all is well.
    pub message: String,
    /// Whether it is about an older version of the object.
    pub old: bool,
}

impl Written {
    /// The generation that the status is about, and the one of the object, if it is older.
    pub fn stale(&self) -> Option<(i64, i64)> {
        let (observed, generation) = self.observed.zip(self.generation)?;
        (observed < generation).then_some((observed, generation))
    }

    /// Whether it says which version of the object it is about, and that is the present one.
    pub fn is_current(&self) -> bool {
        self.observed.is_some() && self.generation.is_some() && self.stale().is_none()
    }
}

impl Said {
    /// The same in the Gateway API's own shape, without messages.
    pub fn to_value(&self) -> Value {
        let listener = |(name, conditions): &(String, Vec<Seen>)| json!({ "name": name, "conditions": short(conditions) });
        let parent = |answer: &Answer| {
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

    /// The condition at a path of [`Said::to_value`], if there is one.
    pub fn at(&self, pointer: &str) -> Option<&Seen> {
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

fn short(conditions: &[Seen]) -> Vec<Value> {
    let one = |c: &Seen| json!({ "type": c.kind, "status": c.status, "reason": c.reason });
    conditions.iter().map(one).collect()
}
