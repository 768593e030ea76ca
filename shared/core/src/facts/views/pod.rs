//! Pods.

use serde_json::Value;

use super::config_use::ConfigUse;
use super::container_status::ContainerStatus;
use super::needs::{Needs, needs};
use super::pod_template::PodTemplate;
use super::workload::{port_names, port_numbers};
use crate::facts::fields::{items, part, text, without_nulls};
use crate::facts::{Notes, View};
use crate::kube::{Meta, RESTARTED_AT};
use crate::schema::Refusal;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pod {
    pub meta: Meta,
    /// Names of its container ports.
    pub port_names: Vec<String>,
    /// Numbers of its container ports.
    pub ports: Vec<u64>,
    /// The Ready condition, `None` when no status was given.
    pub ready: Option<bool>,
    /// `Running`, `Pending`; empty when no status was given.
    pub phase: String,
    /// How its containers fare; empty when no status was given.
    pub containers: Vec<ContainerStatus>,
    /// The same of its init containers.
    pub init_containers: Vec<ContainerStatus>,
    /// Why no node takes it, if none does.
    pub unscheduled: Option<String>,
    /// The node that it runs on; empty: none yet.
    pub node: String,
    /// Whether it is being deleted.
    pub ending: bool,
    /// The mark of a restart ([`RESTARTED_AT`]) that its template had; empty: none.
    pub restarted_at: String,
    /// Kind and name of the object that made it.
    pub owner: Option<(String, String)>,
    /// What it takes from ConfigMaps and Secrets.
    pub uses: Vec<ConfigUse>,
    /// What it takes of its node.
    pub needs: Needs,
    /// The ports that it takes of its node.
    pub host_ports: Vec<u16>,
}

impl View for Pod {
    fn read(_: &mut Notes, object: &Value, meta: Meta) -> Result<Self, Refusal> {
        let (spec, status) = (&object["spec"], &object["status"]);
        let condition = |kind: &str| items(&status["conditions"]).find(|own| own["type"] == kind);
        let waits = condition("PodScheduled").filter(|own| own["status"] == "False");
        let owner = items(&object["metadata"]["ownerReferences"]).next();
        // What cannot be read of it is not looked at: its labels and ports are enough for routes.
        let template: PodTemplate = part(&without_nulls(object), "/spec").unwrap_or_default();
        Ok(Pod {
            meta,
            port_names: port_names(spec),
            ports: port_numbers(spec),
            ready: condition("Ready").map(|condition| condition["status"] == "True"),
            phase: text(status, "phase"),
            containers: ContainerStatus::all(&status["containerStatuses"]),
            init_containers: ContainerStatus::all(&status["initContainerStatuses"]),
            unscheduled: waits.map(|own| text(own, "message")),
            node: template.node_name.clone(),
            ending: object["metadata"]["deletionTimestamp"].is_string(),
            restarted_at: text(&object["metadata"]["annotations"], RESTARTED_AT),
            owner: owner.map(|own| (text(own, "kind"), text(own, "name"))),
            uses: ConfigUse::all(&template),
            needs: needs(&template),
            host_ports: template.host_ports(),
        })
    }

    fn selectable(&self) -> Vec<(&str, &str)> {
        self.meta.labels.iter().collect()
    }
}

impl Pod {
    /// Whether it is over and holds nothing of its node.
    pub fn is_over(&self) -> bool {
        matches!(self.phase.as_str(), "Succeeded" | "Failed")
    }
}
