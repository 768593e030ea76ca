//! Nodes, and what a namespace may use of them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::needs::Needs;
use crate::facts::fields::{items, part};
use crate::facts::{Notes, View};
use crate::kube::{Meta, Quantity};
use crate::schema::Refusal;

/// A node, as the scheduler sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub meta: Meta,
    /// What pods may take of it.
    pub allocatable: Needs,
    pub taints: Vec<Taint>,
    /// Whether it is cordoned.
    pub unschedulable: bool,
    /// `None` when no status was given.
    pub ready: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Taint {
    pub key: String,
    pub value: String,
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
    pub effect: String,
}

/// A ResourceQuota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceQuota {
    pub meta: Meta,
    pub hard: Needs,
    /// What is used of it; `None` when no status was given.
    pub used: Option<Needs>,
    /// Whether it is about some pods only.
    pub scoped: bool,
}

impl View for Node {
    fn read(_: &mut Notes, object: &Value, meta: Meta) -> Result<Self, Refusal> {
        let (spec, status) = (&object["spec"], &object["status"]);
        let ready = items(&status["conditions"]).find(|own| own["type"] == "Ready");
        let all = match status["allocatable"].is_object() {
            true => &status["allocatable"],
            false => &status["capacity"],
        };
        Ok(Node {
            meta,
            allocatable: amounts(all),
            taints: part(object, "/spec/taints")?,
            unschedulable: spec["unschedulable"] == true,
            ready: ready.map(|own| own["status"] == "True"),
        })
    }
}

impl View for ResourceQuota {
    fn read(_: &mut Notes, object: &Value, meta: Meta) -> Result<Self, Refusal> {
        let (spec, status) = (&object["spec"], &object["status"]);
        let given = |own: &Value| own.as_object().is_some_and(|own| !own.is_empty());
        Ok(ResourceQuota {
            meta,
            hard: amounts(&spec["hard"]),
            used: given(&status["used"]).then(|| amounts(&status["used"])),
            scoped: given(&spec["scopeSelector"]) || items(&spec["scopes"]).next().is_some(),
        })
    }
}

fn amounts(map: &Value) -> Needs {
    let all = map.as_object().into_iter().flatten();
    all.filter_map(|(name, value)| Some((name.clone(), Quantity::read(value)?)))
        .collect::<BTreeMap<_, _>>()
}
