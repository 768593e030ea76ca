//! The deployment of many guides, with all its faults, repaired in one run.

use std::fs;

use serde_json::Value;

use crate::run_in;

/// Not the guide's text, but its faults.
const STORY: &str = r#"# what everybody copies
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: llm}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: gateway-config, namespace: llm}
data:
  config.json: |
    {
      "providers": {
        "openai": {
          "keys": [{"name": "local", "value": "dummy", "weight": 1.0, "models": ["llama-8b"]}],
          "network_config": {"base_url": "http://chat:8000"}
        }
      }
    }
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: gateway, namespace: llm}
spec:
  replicas: 3  # as many as we have nodes
  selector: {matchLabels: {app: gateway}}
  template:
    metadata: {labels: {app: gateway}}
    spec:
      initContainers:
      - name: copy
        image: busybox
        command: [sh, -c, "cp /from/config.json /app/data/config.json && chown 1000 /app/data/config.json"]
        volumeMounts:
        - {name: data, mountPath: /app/data}
        - {name: config, mountPath: /from}
      containers:
      - name: gateway
        image: bifrost/bifrost:v1.5.16
        args: ["-app-dir", "/app/data"]
        volumeMounts:
        - {name: data, mountPath: /app/data}
      volumes:
      - {name: data, persistentVolumeClaim: {claimName: data}}
      - {name: config, configMap: {name: gateway-config}}
---
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: models}
spec: {selector: {app: chat}, ports: [{port: 8000}]}
"#;

fn codes(place: &std::path::Path) -> Vec<String> {
    let ran = run_in(place, &["-f", ".", "-o", "json"]);
    let report: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let findings = report["findings"].as_array().expect("a list").iter();
    findings.map(|one| one["code"].as_str().expect("a code").to_owned()).collect()
}

#[test]
fn a_copied_deployment_is_repaired_in_one_run() {
    let place = tempfile::tempdir().expect("a directory");
    let file = place.path().join("all.yaml");
    fs::write(&file, STORY).expect("written");
    let before = codes(place.path());
    for code in ["IGW0206", "IGW0701", "IGW0703", "IGW0704", "IGW0705", "IGW0708"] {
        assert!(before.contains(&code.to_owned()), "{code}: {before:?}");
    }
    let ran = run_in(place.path(), &["fix", "-f", ".", "--yes"]);
    // What is safe: the arguments, the group of the volume, the probe.
    assert!(ran.stderr.contains("applied and verified"), "{ran}");
    let safe = fs::read_to_string(&file).expect("a file");
    assert!(!safe.contains("-app-dir") && safe.contains("readinessProbe"), "{safe}");
    assert!(safe.contains("replicas: 3  # as many as we have nodes"), "{safe}");
    fs::write(&file, STORY).expect("written");
    let ran = run_in(place.path(), &["fix", "-f", ".", "--yes", "--unsafe"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(codes(place.path()), Vec::<String>::new(), "{ran}");
    let new = fs::read_to_string(&file).expect("a file");
    assert!(ran.stderr.contains("its new pod template restarts it"), "{ran}");
    insta::assert_snapshot!("repaired", new);
    run_in(place.path(), &["undo", "--yes"]);
    assert_eq!(fs::read_to_string(&file).expect("a file"), STORY);
}
