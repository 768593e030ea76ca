//! A Bifrost on the node of kwok: asked over port-forwards, then failing with recorded words.

use std::path::Path;
use std::process::Command;

use igw_tests::lab::{CrdChannel, LabCluster, wait};
use igw_tests::model_server::ModelServer;
use serde_json::{Value, json};

use super::plugin::{TimedRun, finish, program_of};

const WORLD: &str = r#"
apiVersion: v1
kind: Namespace
metadata: {name: gateway}
---
apiVersion: v1
kind: Namespace
metadata: {name: models}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: bifrost-config, namespace: gateway}
data:
  config.json: |
    {"providers": {"openai": {"keys": [{"name": "local", "value": "dummy", "models": ["*"], "weight": 1}],
     "network_config": {"base_url": "http://vllm.models:8000", "allow_private_network": true}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: bifrost, namespace: gateway}
spec:
  selector: {matchLabels: {app: bifrost}}
  template:
    metadata: {labels: {app: bifrost}}
    spec:
      nodeName: lab
      containers:
      - name: bifrost
        image: maximhq/bifrost:v1.5.16
        ports: [{containerPort: 8080}]
        readinessProbe: {httpGet: {path: /health, port: 8080}}
        volumeMounts:
        - {name: data, mountPath: /app/data}
        - {name: config, mountPath: /app/data/config.json, subPath: config.json}
      volumes:
      - {name: data, emptyDir: {}}
      - {name: config, configMap: {name: bifrost-config}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: vllm, namespace: models}
spec:
  selector: {matchLabels: {app: vllm}}
  template:
    metadata: {labels: {app: vllm}}
    spec:
      nodeName: lab
      containers: [{name: main, image: registry.example.com/inference:1, ports: [{containerPort: 8000}]}]
---
apiVersion: v1
kind: Service
metadata: {name: vllm, namespace: models}
spec: {selector: {app: vllm}, ports: [{port: 8000}]}
"#;

const WORDS: &str = "failed to bootstrap server: failed to load config failed to initialize default config store: file is not a database";

fn bifrost(lab: &LabCluster, arguments: &str) -> TimedRun {
    let mut command = Command::new(program_of("bifrost"));
    command.env_clear().env("KUBECONFIG", &lab.admin().kubeconfig);
    finish(lab.admin(), &format!("kubectl igw bifrost {arguments}"), 3, command)
}

#[test]
fn is_asked_and_fails_with_recorded_words() {
    // A cluster of its own: the others are as a test leaves them.
    let lab = LabCluster::own(Path::new(env!("CARGO_BIN_EXE_lab")), CrdChannel::Standard);
    lab.start_controllers().expect("controllers");
    lab.start_kwok().expect("kwok");
    lab.apply(WORLD).expect("admitted");
    is_asked(&lab);
    fails(&lab);
}

fn is_asked(lab: &LabCluster) {
    let (gateway, vllm) =
        (ModelServer::bifrost("openai", &["glm-5"]), ModelServer::vllm(&["glm-5"]));
    for (namespace, port, server) in [("gateway", 8080, &gateway), ("models", 8000, &vllm)] {
        let target = server.address.rsplit(':').next().unwrap_or_default();
        lab.apply(&format!(
            "apiVersion: kwok.x-k8s.io/v1alpha1\nkind: ClusterPortForward\n\
             metadata: {{name: {namespace}}}\nspec: {{selector: {{matchNamespaces: [{namespace}]}}, \
             forwards: [{{ports: [{port}], target: {{address: 127.0.0.1, port: {target}}}}}]}}"
        ))
        .expect("admitted");
    }
    wait("it is not asked", || {
        let ran = bifrost(lab, "model openai/glm-5 -n gateway --send --yes -o json");
        let chain: Value = serde_json::from_str(&ran.stdout).map_err(|e| format!("{e}: {ran}"))?;
        let known = |at: &str| chain.pointer(at).cloned().unwrap_or_default();
        let fits = known("/probed/0/names/0") == "openai/glm-5"
            && known("/probed/1/names/0") == "glm-5"
            && known("/sent/status") == 200
            && known("/sent/asPredicted") == true;
        if fits && ran.code == Some(0) { Ok(()) } else { Err(ran.to_string()) }
    })
    .expect("asked");
}

fn fails(lab: &LabCluster) {
    let pods = lab.api.read("/api/v1/namespaces/gateway/pods").expect("pods");
    let pod = pods["items"][0]["metadata"]["name"].as_str().expect("there is one").to_owned();
    let file = lab.home().join("bifrost.txt");
    let line = json!({"level": "error", "message": WORDS});
    let log = format!("2026-11-22T22:00:00.000000000Z stderr F {line}\n");
    std::fs::write(&file, log).expect("written");
    lab.apply(&format!(
        "apiVersion: kwok.x-k8s.io/v1alpha1\nkind: ClusterLogs\nmetadata: {{name: bifrost}}\n\
         spec: {{selector: {{matchNamespaces: [gateway]}}, \
         logs: [{{containers: [bifrost], logsFile: {}}}]}}",
        file.display()
    ))
    .expect("admitted");
    let status = json!({ "status": {
        "conditions": [{ "type": "Ready", "status": "False" }],
        "containerStatuses": [{
            "name": "bifrost", "image": "maximhq/bifrost:v1.5.16", "imageID": "", "ready": false,
            "restartCount": 4, "state": { "waiting": { "reason": "CrashLoopBackOff" } },
            "lastState": { "terminated": { "exitCode": 1, "reason": "Error" } },
        }],
    }});
    let mut kubectl = lab.kubectl();
    kubectl.args(["patch", "pod", &pod, "-n", "gateway", "--subresource=status", "--type=merge"]);
    let output = kubectl.arg("-p").arg(status.to_string()).output().expect("kubectl runs");
    assert!(output.status.success(), "{output:?}");
    wait("its words are not read", || {
        let ran = bifrost(lab, "-n gateway -o json");
        let report: Value = serde_json::from_str(&ran.stdout).map_err(|e| format!("{e}: {ran}"))?;
        let all = report["findings"].as_array().cloned().unwrap_or_default();
        let found = all.iter().find(|finding| finding["code"] == "IGW0706");
        let told = found.map(|finding| finding["evidence"].to_string()).unwrap_or_default();
        if told.contains(WORDS) { Ok(()) } else { Err(ran.to_string()) }
    })
    .expect("read");
}
