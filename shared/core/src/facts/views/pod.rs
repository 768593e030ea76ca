//! Pods.

use serde_json::Value;

use super::container_status::ContainerStatus;
use super::workload::{port_names, port_numbers};
use crate::facts::fields::items;
use crate::facts::{Notes, View};
use crate::kube::Meta;
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
    /// How its containers fare; empty when no status was given.
    pub containers: Vec<ContainerStatus>,
    /// The same of its init containers.
    pub init_containers: Vec<ContainerStatus>,
}

impl View for Pod {
    fn read(_: &mut Notes, object: &Value, meta: Meta) -> Result<Self, Refusal> {
        let (spec, status) = (&object["spec"], &object["status"]);
        let condition = items(&status["conditions"]).find(|c| c["type"] == "Ready");
        Ok(Pod {
            meta,
            port_names: port_names(spec),
            ports: port_numbers(spec),
            ready: condition.map(|condition| condition["status"] == "True"),
            containers: ContainerStatus::all(&status["containerStatuses"]),
            init_containers: ContainerStatus::all(&status["initContainerStatuses"]),
        })
    }

    fn selectable(&self) -> Vec<(&str, &str)> {
        self.meta.labels.iter().collect()
    }
}
