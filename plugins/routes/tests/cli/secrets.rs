//! Secrets are in no output, whatever the command, the format or the fault.

use std::fs;

use crate::program::{Ran, run};

/// A secret that must never appear in output.
pub const MARKER: &str = "hunter2zebra";

/// A world with the marker wherever people keep secrets, and with findings beside it.
pub const WORLD: &str = r#"
apiVersion: v1
kind: Namespace
metadata:
  name: vault
  annotations:
    example.com/token: MARKER
---
apiVersion: v1
kind: Secret
metadata: {name: upstream, namespace: vault}
stringData: {api-key: MARKER}
data: {password: TUFSS0VSaHVudGVyMnplYnJh, broken: MARKER}
---
apiVersion: v1
kind: Secret
metadata: {name: tls, namespace: vault}
type: kubernetes.io/tls
stringData:
  tls.crt: MARKER
  tls.key: MARKER
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: safe
  namespace: vault
  annotations: {kubectl.kubernetes.io/last-applied-configuration: MARKER}
spec:
  gatewayClassName: kgateway
  listeners:
  - {name: http, port: 80, protocol: HTTP}
  - name: https
    port: 443
    protocol: HTTPS
    tls: {certificateRefs: [{name: tls}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: keyed
  namespace: vault
  annotations: {example.com/password: MARKER}
spec:
  parentRefs: [{name: safe}]
  rules:
  - matches:
    - path: {value: /v1}
      headers: [{name: X-Api-Key, value: MARKER}]
    filters:
    - type: RequestHeaderModifier
      requestHeaderModifier:
        set: [{name: Authorization, value: Bearer MARKER}]
        add: [{name: x-session-token, value: MARKER}]
    backendRefs:
    - {name: not-there, port: 80}
  - matches:
    - path: {value: /open}
    filters:
    - type: RequestHeaderModifier
      requestHeaderModifier:
        set: [{name: Authorization, value: Bearer MARKER}, {name: x-team, value: blue}]
        add: [{name: Cookie, value: MARKER}, {name: x-upstream-secret, value: MARKER}]
    backendRefs:
    - {name: there, port: 80}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: refused, namespace: vault}
spec:
  parentRefs: [{name: safe}]
  rules:
  - filters:
    - type: RequestHeaderModifier
      requestHeaderModifier:
        set:
        - {name: Authorization, valeu: Bearer MARKER}
        - name: X-Api-Key
          valeu: MARKER
        - valeu: MARKER
          name: Cookie
    backendRefs: [{name: there, port: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: there, namespace: vault}
spec: {selector: {app: there}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: there-0, namespace: vault, labels: {app: there}}
spec:
  containers:
  - name: main
    image: registry.example.com/there:1
    env: [{name: API_KEY, value: MARKER}]
"#;

/// Every command in every format, on these files.
fn all(files: &[String]) -> Vec<Ran> {
    let mut commands: Vec<Vec<&str>> = vec![vec![], vec!["-v"], vec!["check", "refused"]];
    for url in [
        "http://a.example.com/v1",
        "http://a.example.com/open/x",
        "http://a.example.com/closed",
        "https://a.example.com/v1",
    ] {
        commands.push(vec!["why", url]);
        commands.push(vec!["why", "POST", url, "-H", "authorization: hunter2zebra"]);
        commands.push(vec!["why", url, "-H", "X-Api-Key: hunter2zebra"]);
    }
    commands.push(vec!["status"]);
    let files: Vec<&str> = files.iter().flat_map(|f| ["-f", f.as_str()]).collect();
    let mut out = Vec::new();
    for command in commands {
        let check = !matches!(command.first(), Some(&"why" | &"status"));
        let further: &[&str] = match check {
            true => &["sarif", "junit", "github", "html", "markdown"],
            false => &[],
        };
        for format in ["human", "json", "yaml"].iter().chain(further) {
            out.push(run(&[&command[..], &files[..], &["-o", format]].concat()));
        }
    }
    out
}

#[test]
fn secrets_are_in_no_output() {
    let bench = tempfile::tempdir().expect("a temporary directory");
    let good = bench.path().join("world.yaml");
    fs::write(&good, WORLD.replace("MARKER", MARKER)).expect("a file");
    let mut files = vec![good.to_string_lossy().into_owned()];
    let faults = [
        "apiVersion: v1\nkind: Secret\nstringData:\n  password: MARKER\n  x: [MARKER\n",
        "apiVersion: v1\nkind: Secret\nstringData:\n  password: MARKER\n  password: MARKER\n",
        "apiVersion: v1\nkind: Secret\nstringData:\n  password: MARKER: MARKER\n",
        "apiVersion: v1\nkind: Secret\nstringData:\n  password: \"MARKER\n",
        "apiVersion: v1\nkind: Secret\nstringData:\n  password: !MARKER x\n  \tMARKER\n",
        "apiVersion: v1\nkind: Secret\nstringData:\n  password: *MARKER\n",
        "password: MARKER\n",
        "- MARKER\n",
        "MARKER\n",
        "{\"kind\": \"Secret\", \"data\": \"MARKER\" MARKER}\n",
        "apiVersion: v1\nkind: Secret\nmetadata: {annotations: {x: MARKER}}\nstringData: {x: MARKER}\n",
    ];
    for (number, fault) in faults.iter().enumerate() {
        let file = bench.path().join(format!("fault-{number}.yaml"));
        fs::write(&file, fault.replace("MARKER", MARKER)).expect("a file");
        files.push(file.to_string_lossy().into_owned());
    }
    let outcomes = all(&files);
    assert_eq!(outcomes.len(), 3 * 16 + 3 * 5);
    for outcome in outcomes {
        let leak = outcome.stdout.contains(MARKER) || outcome.stderr.contains(MARKER);
        assert!(!leak, "{outcome}");
        assert!(!outcome.stderr.contains("panicked"), "{outcome}");
    }
}

#[test]
fn masked_values_are_told_by_name() {
    let bench = tempfile::tempdir().expect("a temporary directory");
    let file = bench.path().join("world.yaml");
    fs::write(&file, WORLD.replace("MARKER", MARKER)).expect("a file");
    let file = file.to_string_lossy();
    let url = "http://a.example.com/open/x";
    let outcome = run(&["why", url, "-f", &file, "-o", "json"]);
    let trace: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("JSON");
    assert_eq!(
        trace["forwarded"]["setHeaders"],
        serde_json::json!({"Authorization": "<masked>", "x-team": "blue"})
    );
    assert_eq!(
        trace["forwarded"]["addHeaders"],
        serde_json::json!({"Cookie": "<masked>", "x-upstream-secret": "<masked>"})
    );
}
