//! What makes pods.

use serde_json::Value;

use super::pod_template::PodTemplate;
use super::rollout::Rollout;
use crate::facts::fields::{items, part, strings, text, without_nulls};
use crate::facts::{Notes, View};
use crate::kube::{Meta, ObjectOwner, Pairs};
use crate::schema::Refusal;

/// A Deployment, StatefulSet, DaemonSet or ReplicaSet, seen as the pods it creates.
#[derive(Debug, Clone, PartialEq)]
pub struct Workload {
    pub meta: Meta,
    pub pod_labels: Pairs,
    /// Names of the container ports of its pods.
    pub port_names: Vec<String>,
    /// Numbers of the container ports of its pods.
    pub ports: Vec<u64>,
    /// `spec.replicas`, 1 by default.
    pub replicas: u32,
    pub images: Vec<String>,
    /// The pod template, or why it cannot be read.
    pub template: Result<PodTemplate, String>,
    /// `spec.strategy.type` (Deployment) or `spec.updateStrategy.type`; empty: not written.
    pub strategy: String,
    /// Names and access modes of `spec.volumeClaimTemplates`.
    pub claims: Vec<(String, Vec<String>)>,
    /// Kind and name of the object that made it, as a Deployment makes ReplicaSets.
    pub owner: Option<(String, String)>,
    /// `spec.selector.matchLabels`.
    pub selector: Pairs,
    pub rollout: Rollout,
    /// Who puts it back when others change it.
    pub kept_by: Option<ObjectOwner>,
    /// The annotations of its pod template.
    pub pod_annotations: Pairs,
}

impl View for Workload {
    fn read(_: &mut Notes, object: &Value, meta: Meta) -> Result<Self, Refusal> {
        let template = &object["spec"]["template"];
        let replicas: Option<u32> = part(object, "/spec/replicas")?;
        let claim = |claim: &Value| {
            let modes = part(claim, "/spec/accessModes").unwrap_or_default();
            (text(&claim["metadata"], "name"), modes)
        };
        Ok(Workload {
            meta,
            pod_labels: strings(&template["metadata"]["labels"]),
            port_names: port_names(&template["spec"]),
            ports: port_numbers(&template["spec"]),
            replicas: replicas.unwrap_or(1),
            images: items(&template["spec"]["containers"]).map(|c| text(c, "image")).collect(),
            selector: strings(&object["spec"]["selector"]["matchLabels"]),
            rollout: Rollout::of(object),
            kept_by: ObjectOwner::of(object),
            pod_annotations: strings(&template["metadata"]["annotations"]),
            template: part(&without_nulls(template), "/spec").map_err(|refusal| refusal.message),
            strategy: ["strategy", "updateStrategy"]
                .iter()
                .find_map(|name| object["spec"][name]["type"].as_str())
                .unwrap_or_default()
                .to_owned(),
            claims: items(&object["spec"]["volumeClaimTemplates"]).map(claim).collect(),
            owner: items(&object["metadata"]["ownerReferences"])
                .next()
                .map(|owner| (text(owner, "kind"), text(owner, "name"))),
        })
    }

    fn selectable(&self) -> Vec<(&str, &str)> {
        self.pod_labels.iter().collect()
    }
}

pub(super) fn port_names(pod_spec: &Value) -> Vec<String> {
    container_ports(pod_spec).filter_map(|port| port["name"].as_str().map(str::to_owned)).collect()
}

pub(super) fn port_numbers(pod_spec: &Value) -> Vec<u64> {
    container_ports(pod_spec).filter_map(|port| port["containerPort"].as_u64()).collect()
}

fn container_ports(pod_spec: &Value) -> impl Iterator<Item = &Value> {
    items(&pod_spec["containers"]).flat_map(|container| items(&container["ports"]))
}
