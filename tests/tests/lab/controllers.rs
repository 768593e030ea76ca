//! With the controller-manager, a Service has the endpoints that its pods make.

use std::path::Path;

use igw_tests::lab::{CrdChannel, LabCluster, wait};
use serde_json::json;

const WORLD: &str = "
apiVersion: v1
kind: Node
metadata: {name: lab}
---
apiVersion: v1
kind: Namespace
metadata: {name: models}
---
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: models}
spec: {selector: {app: chat}, ports: [{port: 80, targetPort: 8000}]}
---
apiVersion: v1
kind: Pod
metadata: {name: chat-0, namespace: models, labels: {app: chat}}
spec: {nodeName: lab, containers: [{name: main, image: registry.example.com/chat:1}]}
status:
  phase: Running
  podIP: 10.77.1.5
  podIPs: [{ip: 10.77.1.5}]
  conditions: [{type: Ready, status: \"True\"}]
";

#[test]
fn make_endpoints() {
    // A cluster of its own: the others are as a test leaves them.
    let program = Path::new(env!("CARGO_BIN_EXE_lab"));
    let lab = LabCluster::own(program, CrdChannel::Standard);
    lab.start_controllers().expect("controllers");
    lab.apply(WORLD).expect("admitted");
    let slices = "/apis/discovery.k8s.io/v1/namespaces/models/endpointslices";
    wait("no endpoint is ready", || {
        let list = lab.api.read(slices).map_err(|e| e.to_string())?;
        let endpoint = &list["items"][0]["endpoints"][0];
        let ready = endpoint["conditions"]["ready"] == json!(true);
        let fits = endpoint["addresses"] == json!(["10.77.1.5"]) && ready;
        if fits { Ok(()) } else { Err(list.to_string()) }
    })
    .expect("an endpoint");
}
