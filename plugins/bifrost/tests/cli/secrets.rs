//! Secrets are in no output, whatever the command, the format or the fault.

use std::fs;

use base64::prelude::{BASE64_STANDARD, Engine as _};

use crate::program::{Ran, run};

/// A secret that must never appear in output.
const MARKER: &str = "hunter2zebra";

/// A world with the marker wherever people keep secrets, and with findings beside each.
const WORLD: &str = r#"
apiVersion: v1
kind: Namespace
metadata: {name: vault, annotations: {example.com/token: MARKER}}
---
apiVersion: v1
kind: Secret
metadata: {name: keys, namespace: vault, annotations: {x: MARKER}}
stringData: {auth: "Basic MARKER", key: MARKER}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: config, namespace: vault}
data:
  other.txt: MARKER
  config.json: |
    {
      "encryption_key": "MARKER",
      "auth_config": {"admin_password": "MARKER", "is_enabled": true},
      "providers": {
        "openai": {
          "keys": [
            {"name": "a", "value": "MARKER", "models": [], "unknown_one": "MARKER", "enabled": false},
            {"name": "b", "value": "MARKER", "models": ["*", "x"], "weight": 1},
            {"name": "c", "value": "Bearer MARKER", "models": ["openai/y"]}
          ],
          "network_config": {
            "base_url": "http://user:MARKER@10.0.0.1:8000/v1?key=MARKER",
            "extra_headers": {"X-Api-Key": "MARKER", "Authorization": "Bearer MARKER"},
            "ca_cert_pem": "MARKER",
            "surprise": "MARKER"
          }
        },
        "vllm": {
          "keys": [{"name": "d", "value": "MARKER", "vllm_key_config": {"url": "MARKER"}}],
          "network_config": {"base_url": "http://MARKER@chat:8000"}
        },
        "mine": {"keys": [{"value": "MARKER"}], "custom_provider_config": {"base_provider_type": "vllm"}}
      },
      "plugins": [
        {"name": "otel", "enabled": true, "config": {
          "protocol": "https", "collector_url": "http://u:MARKER@langfuse:3000/api/public/otel?x=MARKER",
          "trace_type": "otel", "surprise": "MARKER",
          "headers": {"Authorization": "Basic MARKER", "x-token": "a env.B MARKER"}}}
      ],
      "governance": {"virtual_keys": [{"name": "t", "value": "sk-bf-MARKER"}]},
      "governence": {"x": "MARKER"}
    }
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: bifrost, namespace: vault, annotations: {x: MARKER}}
spec:
  template:
    metadata: {annotations: {x: MARKER}}
    spec:
      initContainers:
      - {name: init, image: busybox, command: [sh, -c, "chown 1000 /x; echo MARKER"]}
      containers:
      - name: bifrost
        image: maximhq/bifrost:v1.5.16
        args: ["-port", "8080"]
        env:
        - {name: OPENAI_KEY, value: MARKER}
        - {name: AUTH, valueFrom: {secretKeyRef: {name: keys, key: not-there}}}
        volumeMounts:
        - {name: config, mountPath: /app/data/config.json, subPath: config.json}
      volumes:
      - {name: config, configMap: {name: config}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat, namespace: vault}
spec:
  template:
    spec:
      containers:
      - name: vllm
        image: vllm/vllm-openai
        args: [--model, a/b, --api-key, MARKER]
        env: [{name: VLLM_API_KEY, value: MARKER}, {name: OPENAI_BASE_URL, value: "http://u:MARKER@bifrost:8080"}]
"#;

fn all(files: &[String]) -> Vec<Ran> {
    let mut commands: Vec<Vec<&str>> =
        vec![vec![], vec!["-v"], vec!["config"], vec!["check", "--strict"]];
    for version in ["bifrost=1.4.19", "bifrost=1.5.16"] {
        commands.push(vec!["check", "--assume", version]);
        for model in ["openai/x", "openai/y", "vllm/x", "x"] {
            commands.push(vec!["model", model, "--assume", version, "--bifrost", "bifrost"]);
        }
    }
    commands.push(vec!["check", "--env", "KEY=hunter2zebra", "--args", "-x hunter2zebra"]);
    let files: Vec<&str> = files.iter().flat_map(|file| ["-f", file.as_str()]).collect();
    let mut out = Vec::new();
    for command in commands {
        let check = !matches!(command.first(), Some(&"config" | &"model"));
        let further: &[&str] = if check { &["html", "markdown"] } else { &[] };
        for format in ["human", "json", "yaml"].iter().chain(further) {
            out.push(run(&[&command[..], &files[..], &["-o", format]].concat()));
        }
    }
    out
}

#[test]
fn secrets_are_in_no_output() {
    let bench = tempfile::tempdir().expect("a temporary directory");
    let mut files = Vec::new();
    let mut put = |name: &str, text: &str| {
        let file = bench.path().join(name);
        fs::create_dir_all(file.parent().expect("a directory")).expect("a directory");
        fs::write(&file, text.replace("MARKER", MARKER)).expect("a file");
        files.push(file.to_string_lossy().into_owned());
    };
    put("world.yaml", WORLD);
    let config = WORLD.split("config.json: |\n").nth(1).expect("the configuration");
    let config = config.split("\n---").next().expect("its end");
    put("bare/config.json", config);
    put("twice/config.json", &config.replace("\"weight\"", "\"value\": \"MARKER\", \"weight\""));
    put("type/config.json", &config.replace("\"weight\": 1", "\"weight\": \"MARKER\""));
    put(
        "type2/config.json",
        &config.replace("\"weight\": 1", "\"id\": 12345678901, \"models\": \"MARKER\""),
    );
    for (number, end) in ["MARKER", "\"MARKER\" MARKER", "}} MARKER", "# MARKER"].iter().enumerate()
    {
        put(&format!("broken{number}/config.json"), &format!("{{\"providers\": {{}}, {end}"));
    }
    let encoded = BASE64_STANDARD.encode(config.replace("MARKER", MARKER));
    put(
        "secret.yaml",
        &format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: s, namespace: vault}}\ndata: {{config.json: {encoded}}}\n"
        ),
    );
    let outcomes = all(&files);
    assert_eq!(outcomes.len(), 3 * 15 + 2 * 6);
    let mut told = 0;
    for outcome in &outcomes {
        let leak = outcome.stdout.contains(MARKER) || outcome.stderr.contains(MARKER);
        let line = outcome.stdout.lines().find(|line| line.contains(MARKER));
        assert!(!leak, "{line:?}\n{}", outcome.stderr);
        assert!(!outcome.stdout.contains(&encoded[..40]));
        assert!(!outcome.stderr.contains("panicked"), "{outcome}");
        told += outcome.stdout.matches("IGW02").count();
    }
    assert!(told > 100, "only {told} findings: the world is too good");
}

#[test]
fn secrets_are_in_no_plan() {
    let bench = tempfile::tempdir().expect("a temporary directory");
    // Scripts are shown in the difference that changes them.
    let world = WORLD.replace("; echo MARKER", "");
    let config = world.split("config.json: |\n").nth(1).expect("the configuration");
    let config = config.split("\n---").next().expect("its end");
    let mut planned = 0;
    for (name, text) in [("world.yaml", world.as_str()), ("config.json", config)] {
        let file = bench.path().join(name);
        fs::write(&file, text.replace("MARKER", MARKER)).expect("a file");
        let file = file.to_string_lossy();
        for format in ["human", "json", "yaml"] {
            let args = ["fix", "-f", &*file, "--dry-run", "--assume", "bifrost=1.5.16"];
            let more = ["--diff-context", "500", "-o", format];
            let ran = run(&[&args[..], &more].concat());
            let line = ran.stdout.lines().find(|line| line.contains(MARKER));
            assert!(line.is_none() && !ran.stderr.contains(MARKER), "{name}: {line:?}");
            planned += ran.stdout.matches("IGW0").count();
        }
    }
    assert!(planned > 20, "only {planned}");
}
