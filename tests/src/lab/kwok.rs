//! kwok: a node of which the API server believes that it runs pods.

use std::fs;

use serde_json::{Value, json};

use super::cluster::LabCluster;
use super::parts::{free_port, wait};

/// The node that pods name (`nodeName`): there is no scheduler.
pub const NODE: &str = "lab";

/// The address range of pods. Nothing answers there unless a test arranges it.
pub const PODS: &str = "10.77.1.0/24";

impl LabCluster {
    /// Starts kwok, and waits until the node [`NODE`] is ready. Pods of that node are ready at
    /// once. What `kubectl logs` prints and where `kubectl port-forward` leads is told by objects
    /// of the kinds Logs, ClusterLogs, PortForward and ClusterPortForward (`kwok.x-k8s.io/v1alpha1`).
    ///
    /// Deployments get their pods, and Services their endpoints, from
    /// [`LabCluster::start_controllers`].
    pub fn start_kwok(&self) -> Result<(), String> {
        let files = self.programs.kwok()?;
        for crd in &files.crds {
            self.apply(crd)?;
        }
        self.established()?;
        let stages = self.home().join("stages.yaml");
        fs::write(&stages, files.stages.join("\n---\n"))
            .map_err(|e| format!("{}: {e}", stages.display()))?;
        let node = json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": NODE}});
        self.put(&node).map_err(|e| format!("Node {NODE}: {e}"))?;
        // Between choosing a port and listening on it, somebody else may take it.
        for attempt in 1..=3 {
            let before = self.keeper.ended()?.len();
            let port = free_port()?;
            let arguments = format!(
                "--kubeconfig admin.kubeconfig --config stages.yaml --manage-all-nodes \
                 --node-ip 127.0.0.1 --node-port {port} --server-address 127.0.0.1:{port} \
                 --tls-cert-file server.crt --tls-private-key-file server.key \
                 --node-lease-duration-seconds 40 --cidr {PODS} \
                 --enable-crds Logs,ClusterLogs,PortForward,ClusterPortForward"
            );
            self.keeper.run(&format!("kwok-{attempt}"), &files.program, &arguments)?;
            let mut ended = false;
            wait("kwok does not keep its node", || {
                ended = self.keeper.ended()?.len() > before;
                if ended || self.node_is_ready(port)? { Ok(()) } else { Err("not ready".into()) }
            })?;
            if !ended {
                return self.untaint();
            }
        }
        Err(format!("kwok ends at once; see {}", self.home().display()))
    }

    /// A new node is tainted as not ready; the controller that takes the taint away does not run here.
    fn untaint(&self) -> Result<(), String> {
        let (path, none) = (format!("/api/v1/nodes/{NODE}"), json!({"spec": {"taints": null}}));
        let patched = self.api.send("PATCH", &path, "application/merge-patch+json", Some(&none));
        patched.map(drop).map_err(|e| format!("Node {NODE}: {e}"))
    }

    /// Ready according to this kwok: an earlier one may have reported it before it ended.
    fn node_is_ready(&self, port: u16) -> Result<bool, String> {
        let node = self.get("v1", "Node", "", NODE).map_err(|e| e.to_string())?;
        let status = &node["status"];
        let conditions = status["conditions"].as_array().into_iter().flatten();
        let ready = |c: &Value| c["type"] == "Ready" && c["status"] == "True";
        let there = status["daemonEndpoints"]["kubeletEndpoint"]["Port"] == json!(port);
        Ok(there && conditions.clone().any(ready))
    }
}
