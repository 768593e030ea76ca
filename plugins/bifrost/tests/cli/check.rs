//! `check`: whole outputs, exit codes, places.

use serde_json::Value;

use crate::program::{run, run_with, story};

fn report(args: &[&str]) -> Value {
    let outcome = run(&[args, &["-o", "json"]].concat());
    serde_json::from_str(&outcome.stdout).expect("one JSON document")
}

#[test]
fn demo() {
    insta::assert_snapshot!(run(&["--demo"]));
    insta::assert_snapshot!("demo-json", run(&["--demo", "-o", "json"]));
}

#[test]
fn human() {
    for name in ["private-address", "comment-in-json", "arguments-hang", "key-in-configmap"] {
        insta::assert_snapshot!(format!("human-{name}"), run(&["-f", &story(name)]));
    }
}

#[test]
fn nothing_wrong() {
    insta::assert_snapshot!(run(&["-f", &story("private-address-good")]));
}

#[test]
fn codes() {
    let bad = story("private-address");
    let warning = story("no-readiness-probe");
    let code = |args: &[&str]| run(args).code;
    assert_eq!(code(&["-f", &bad]), Some(1));
    assert_eq!(code(&["check", "-f", &bad, "--fail-on", "never"]), Some(0));
    assert_eq!(code(&["-f", &warning]), Some(0));
    assert_eq!(code(&["-f", &warning, "--fail-on", "warning"]), Some(1));
    assert_eq!(code(&["-f", &bad, "--skip", "IGW0207"]), Some(0));
    assert_eq!(code(&["-f", &bad, "--only", "private-network-blocked"]), Some(1));
    assert_eq!(code(&["-f", &bad, "--only", "IGW0999"]), Some(2));
    assert_eq!(code(&["check", "deployment/bifrost", "-f", &bad]), Some(1));
    assert_eq!(code(&["check", "other", "-f", &bad]), Some(2));
}

/// Where the finding stands in the file, and inside the ConfigMap's key.
#[test]
fn places() {
    let report = report(&["-f", &story("private-address")]);
    let finding = &report["findings"][0];
    assert_eq!(finding["path"], "/data/config.json");
    assert_eq!(finding["innerPath"], "/providers/openai/network_config/base_url");
    let outer = &finding["location"];
    let inner = &outer["inner"];
    assert_eq!(inner["file"], "config.json");
    let text = std::fs::read_to_string(crate::program::directory().join(story("private-address")));
    let text = text.expect("the fixture can be read");
    let number = |value: &Value, key: &str| value[key].as_u64().expect("a number") as usize;
    let line = text.lines().nth(number(outer, "line") - 1).expect("the line is there");
    let marked = &line[number(outer, "column") - 1..number(outer, "endColumn") - 1];
    assert_eq!(marked, "\"http://chat.models.svc.cluster.local:8000\"");
    // The block is four columns further to the right, below the head of the ConfigMap.
    assert_eq!(number(outer, "column"), number(inner, "column") + 4);
}

#[test]
fn what_is_predicted() {
    let start = |name: &str| {
        let report = report(&["-f", &story(name)]);
        let predicted = &report["predicted"][0];
        (predicted["start"].clone(), predicted["code"].clone(), predicted["version"].clone())
    };
    assert_eq!(start("arguments-hang"), ("hangs".into(), "IGW0701".into(), "1.5.16".into()));
    assert_eq!(start("comment-in-json"), ("exits".into(), "IGW0201".into(), "1.5.16".into()));
    assert_eq!(start("private-address"), ("listens".into(), Value::Null, "1.5.16".into()));
}

/// Unknown version: only rules that all versions share are checked.
#[test]
fn unknown_version() {
    let config = r#"{"providers": {"openai": {"keys": [{"name": "k", "value": "none"}],
        "network_config": {"base_url": "http://10.0.0.1:8000/v1"}}}}"#;
    let json = |args: &[&str]| -> Value {
        let outcome = run_with(&[args, &["-f", "-", "-o", "json"]].concat(), config);
        serde_json::from_str(&outcome.stdout).expect("one JSON document")
    };
    let codes = |report: &Value, list: &str| -> Vec<String> {
        let all = report[list].as_array().expect("a list").iter();
        all.map(|one| one["code"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let open = json(&[]);
    assert_eq!(codes(&open, "findings"), ["IGW0205"]);
    let gaps = codes(&open, "notChecked");
    assert!(["IGW0207", "IGW0208"].iter().all(|code| gaps.contains(&code.to_string())), "{gaps:?}");
    let new = json(&["--assume", "bifrost=1.5.16"]);
    assert_eq!(
        codes(&new, "findings"),
        ["IGW0208", "IGW0205", "IGW0207"]
            .map(String::from)
            .as_slice()
            .iter()
            .cloned()
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
    );
    let old = json(&["--assume", "bifrost=1.4.19"]);
    assert_eq!(codes(&old, "findings"), ["IGW0205"]);
}

#[test]
fn two_runs_are_byte_equal_and_yaml_equals_json() {
    for args in [&["--demo"][..], &["-f", "stories/bifrost"], &["model", "openai/x", "--demo"]] {
        let with = |format| run(&[args, &["-o", format]].concat());
        let (one, other) = (with("json"), with("json"));
        assert_eq!(one, other);
        let json: Value = serde_json::from_str(&one.stdout).expect("one JSON document");
        let yaml: Value = serde_saphyr::from_str(&with("yaml").stdout).expect("one YAML document");
        assert_eq!(yaml, json, "{args:?}");
    }
}

/// Other programs have its name, too.
#[test]
fn only_what_shows_that_it_is_one_is_a_bifrost() {
    let workload = |image: &str| {
        format!(
            "\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: bifrost, namespace: orbit}}
spec:
  selector: {{matchLabels: {{app: bifrost}}}}
  template:
    metadata: {{labels: {{app: bifrost}}}}
    spec: {{containers: [{{name: main, image: '{image}'}}]}}
"
        )
    };
    for (image, is_one) in [
        ("maximhq/bifrost:latest", true),
        ("mirror.example.com/maximhq/bifrost:latest", true),
        ("mirror.example.com/llm/bifrost:v1.5.16", true),
        ("ghcr.io/example/orbit/bifrost:latest", false),
    ] {
        let outcome = run_with(&["-f", "-", "-o", "name"], &workload(image));
        assert_eq!(outcome.stdout.contains("IGW0218"), is_one, "{image}: {outcome}");
    }
}

/// What an ExternalSecret makes of a template is read in it, although it is not filled in.
#[test]
fn a_template_of_a_secret_holds_the_configuration() {
    let deployment = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: gateway, namespace: ai}
spec:
  selector: {matchLabels: {app: gateway}}
  template:
    metadata: {labels: {app: gateway}}
    spec:
      containers:
        - name: main
          image: maximhq/bifrost:v1.5.16
          volumeMounts: [{name: config, mountPath: /app/data/config.json, subPath: config.json}]
      volumes: [{name: config, secret: {secretName: config}}]
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: gateway, namespace: ai}
spec:
  target:
    name: config
    template:
      data:
        config.json: |
          {
            \"client\": {\"initial_pool_size\": {{ .POOL }}},
            \"providers\": {\"vllm\": {
              \"keys\": [{\"name\": \"one\", \"value\": \"{{ .KEY }}\", \"models\": [\"*\"], \"weight\": 1}],
              \"network_config\": {\"base_url\": \"http://vllm.models:8000\"}
            }}
          }
";
    let outcome = run_with(&["-f", "-", "-o", "short"], deployment);
    let errors: Vec<&str> = outcome.stdout.lines().filter(|line| line.contains("error")).collect();
    let [only] = errors.as_slice() else { panic!("{outcome}") };
    assert!(only.starts_with("<stdin>:28:"), "{outcome}");
    assert!(only.contains("IGW0205"), "{outcome}");
    let merged = deployment
        .replace("template:\n      data", "template:\n      mergePolicy: Merge\n      data");
    assert_ne!(merged, deployment);
    let open = run_with(&["-f", "-", "-o", "short"], &merged);
    assert!(!open.stdout.contains("IGW0205"), "{open}");
}
