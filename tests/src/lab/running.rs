//! The pods that run, as far as kwok says so, and what is behind Services.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};

use serde_json::Value;

use super::api::ApiRefusal;
use super::cluster::LabCluster;
use super::objects::text;

#[derive(Debug, Default)]
pub struct RunningLab {
    /// Where something listens, and which pod (`namespace/name`) that is: at the ports that
    /// containers declare. One whose containers declare none listens wherever Services lead to.
    pub servers: BTreeMap<SocketAddr, String>,
    /// The pods behind a Service, by its namespace and name.
    behind: BTreeMap<(String, String), BTreeSet<String>>,
}

impl RunningLab {
    pub fn read(lab: &LabCluster) -> Result<RunningLab, ApiRefusal> {
        let mut running = RunningLab::default();
        let mut silent = BTreeMap::new();
        for pod in list(lab, "/api/v1/pods")? {
            if let Ok(ip) = text(&pod, "/status/podIP").parse::<IpAddr>() {
                let (ports, name) = (ports(&pod), full_name(&pod["metadata"]));
                let address = |port| (SocketAddr::new(ip, port), name.clone());
                running.servers.extend(ports.iter().copied().map(address));
                if ports.is_empty() {
                    silent.insert(ip, name);
                }
            }
        }
        for slice in list(lab, "/apis/discovery.k8s.io/v1/endpointslices")? {
            running.add(&slice, &silent);
        }
        Ok(running)
    }

    fn add(&mut self, slice: &Value, silent: &BTreeMap<IpAddr, String>) {
        let service = text(slice, "/metadata/labels/kubernetes.io~1service-name");
        let key = (text(slice, "/metadata/namespace").to_owned(), service.to_owned());
        let behind = self.behind.entry(key).or_default();
        for endpoint in slice["endpoints"].as_array().into_iter().flatten() {
            behind.insert(full_name(&endpoint["targetRef"]));
            let Ok(ip) = text(endpoint, "/addresses/0").parse::<IpAddr>() else {
                continue;
            };
            let ports = slice["ports"].as_array().into_iter().flatten();
            let ports = ports.filter_map(|port| port["port"].as_u64()?.try_into().ok());
            for (port, name) in ports.filter_map(|port| Some((port, silent.get(&ip)?))) {
                self.servers.insert(SocketAddr::new(ip, port), name.clone());
            }
        }
    }

    pub fn is_behind(&self, pod: &str, namespace: &str, service: &str) -> bool {
        let behind = self.behind.get(&(namespace.to_owned(), service.to_owned()));
        behind.is_some_and(|pods| pods.contains(pod))
    }
}

fn ports(pod: &Value) -> Vec<u16> {
    let containers = pod["spec"]["containers"].as_array().into_iter().flatten();
    let ports = containers.flat_map(|one| one["ports"].as_array().into_iter().flatten());
    ports.filter_map(|port| port["containerPort"].as_u64()?.try_into().ok()).collect()
}

fn list(lab: &LabCluster, path: &str) -> Result<Vec<Value>, ApiRefusal> {
    let list = lab.api.read(path)?;
    Ok(list["items"].as_array().cloned().unwrap_or_default())
}

fn full_name(meta: &Value) -> String {
    format!("{}/{}", text(meta, "/namespace"), text(meta, "/name"))
}
