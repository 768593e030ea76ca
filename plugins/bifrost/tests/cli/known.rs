//! What is known, and by which version: dumps, virtual keys, providers, namespaces.

use serde_json::{Value, json};

use crate::program::{directory, run_with, story};

fn text(name: &str) -> String {
    let file = directory().join(story(name));
    let file = if file.is_dir() { file.join("cluster.yaml") } else { file };
    std::fs::read_to_string(file).expect("the story can be read")
}

fn checked(input: &str, args: &[&str]) -> Value {
    let outcome = run_with(&[&["check", "-f", "-", "-o", "json"], args].concat(), input);
    serde_json::from_str(&outcome.stdout).expect("one JSON document")
}

fn followed(input: &Value, name: &str, args: &[&str]) -> Value {
    let all = [&["model", name, "-f", "-", "-o", "json"], args].concat();
    let outcome = run_with(&all, &input.to_string());
    let chain: Value = serde_json::from_str(&outcome.stdout).expect("one JSON document");
    chain["verdict"].clone()
}

/// `kubectl get all` prints no ConfigMaps: that one is missing says nothing.
#[test]
fn a_dump_without_configmaps() {
    let whole = text("dump-after-rollout-good");
    let documents = whole.split("---\n").filter(|own| !own.contains("kind: ConfigMap"));
    let stored = |own: &str| {
        own.replace(
            "{name: bifrost, namespace: gateway}",
            "{name: bifrost, namespace: gateway, uid: a}",
        )
    };
    let dump: Vec<String> = documents.map(stored).collect();
    let report = checked(&dump.join("---\n"), &[]);
    assert_eq!(report["findings"], json!([]));
    assert_eq!(report["predicted"][0]["start"], "unknown");
    // Of manifests, the same is a ConfigMap that does not exist.
    let plain = dump.join("---\n").replace(", uid: a", "");
    let report = checked(&plain, &[]);
    assert_eq!(report["findings"][0]["code"], "IGW0218");
    assert_eq!(report["predicted"][0]["start"], "hangs");
}

#[test]
fn virtual_keys_by_version() {
    let config = |entry: Value, version: u64| {
        json!({
            "version": version,
            "client": {"enforce_auth_on_inference": true},
            "providers": {"openai": {
                "keys": [
                    {"id": "one", "name": "first", "value": "none", "models": ["m"]},
                    {"id": "two", "name": "second", "value": "none", "models": ["n"]},
                ],
                "network_config": {"base_url": "http://127.0.0.1:8000"},
            }},
            "governance": {"virtual_keys": [
                {"name": "v", "value": "env.VK", "provider_configs": entry},
            ]},
        })
    };
    let status = |input: &Value, version: &str, value: &str| {
        let assumed = format!("bifrost={version}");
        let args = ["--assume", &assumed, "--env", value, "--virtual-key", "v", "--served", "m"];
        followed(input, "openai/m", &args)["status"].clone()
    };
    let good = "VK=sk-bf-v";
    let all = config(json!([{"provider": "openai", "allowed_models": ["*"], "key_ids": ["*"]}]), 2);
    assert_eq!(status(&all, "1.5.16", good), 200);
    assert_eq!(status(&all, "1.5.16", "OTHER=x"), 401);
    assert_eq!(status(&all, "1.5.16", "VK=without-the-prefix"), 401);
    // A literal name before 1.4.23.
    assert_eq!(status(&all, "1.4.19", good), 403);
    let empty = config(json!([]), 2);
    assert_eq!(status(&empty, "1.4.19", good), 200);
    assert_eq!(status(&empty, "1.5.16", good), 403);
    assert_eq!(status(&config(json!([]), 1), "1.5.16", good), 200);
    let keyless = |ids: Value| {
        config(json!([{"provider": "openai", "allowed_models": ["m"], "key_ids": ids}]), 2)
    };
    assert_eq!(status(&keyless(json!([])), "1.5.16", good), 400);
    assert_eq!(status(&keyless(json!(["one"])), "1.5.16", good), 200);
    assert_eq!(status(&keyless(json!(["two"])), "1.5.16", good), 400);
    // An id that no key has ends the start, and a name is none.
    let verdict = followed(
        &keyless(json!(["first"])),
        "openai/m",
        &["--assume", "bifrost=1.5.16", "--env", good],
    );
    assert!(
        verdict["says"].as_str().is_some_and(|says| says.contains("key_id=first")),
        "{verdict}"
    );
}

/// `check` says that a provider is dropped, and `model` that it is not there.
#[test]
fn a_dropped_provider() {
    let input = json!({"providers": {"groq": {
        "keys": [{"name": "k", "value": "none", "models": ["*"]}],
        "network_config": {"base_url": "http://127.0.0.1:8000"},
        "custom_provider_config": {"base_provider_type": "openai"},
    }}});
    let args = |version| ["--assume", version, "--served", "m"];
    let new = followed(&input, "groq/m", &args("bifrost=1.5.16"));
    assert_eq!((&new["status"], &new["by"]), (&json!(400), &json!("bifrost")));
    let report = checked(&input.to_string(), &["--assume", "bifrost=1.5.16"]);
    assert_eq!(report["findings"][0]["code"], "IGW0204");
}

#[test]
fn litellm_keeps_its_own_prefix() {
    let input = json!({"providers": {"vllm": {
        "keys": [{"name": "k", "models": ["*"], "vllm_key_config": {"url": "http://127.0.0.1:8000"}}],
    }}});
    let args = ["--assume", "bifrost=1.5.16", "--served", "m", "--from", "litellm"];
    let kept = followed(&input, "vllm/m", &args);
    assert_eq!((&kept["status"], &kept["unknown"]), (&Value::Null, &Value::Null));
    assert_eq!(followed(&input, "openai/vllm/m", &args)["status"], 200);
}

/// A short name is looked up in a namespace that a bare file does not have.
#[test]
fn the_namespace_of_a_bare_file() {
    let input = json!({"providers": {"openai": {
        "keys": [{"name": "k", "value": "none", "models": ["*"]}],
        "network_config": {"base_url": "http://chat:8000", "allow_private_network": true},
    }}});
    let codes = |args: &[&str]| {
        let report = checked(&input.to_string(), args);
        let findings = report["findings"].as_array().expect("a list").clone();
        findings.iter().map(|found| found["code"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(codes(&["--assume", "bifrost=1.5.16"]), Vec::<Value>::new());
    assert_eq!(codes(&["--assume", "bifrost=1.5.16", "--world", "closed"]), [json!("IGW0206")]);
}

/// What an earlier version of the same Deployment left in the database is in no file.
#[test]
fn an_earlier_version_may_have_left_something() {
    let story = directory().join("stories/bifrost/private-address-good/cluster.yaml");
    let story = std::fs::read_to_string(story).expect("a story");
    let says = |tag: &str| {
        let owner =
            "{apiVersion: apps/v1, kind: Deployment, name: bifrost, uid: u, controller: true}";
        let past = format!(
            "---\napiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {{name: old, namespace: gateway, ownerReferences: [{owner}]}}\nspec:\n  replicas: 0\n  template: {{spec: {{containers: [{{name: bifrost, image: maximhq/bifrost:{tag}}}]}}}}\n"
        );
        let ran = run_with(&["-f", "-", "-o", "json"], &format!("{story}{past}"));
        assert_eq!(ran.code, Some(0), "{ran}");
        ran.stdout
    };
    assert!(says("v1.3.50").contains("Bifrost 1.3.50 ran on it before, and what that one kept"));
    assert!(says("v2.0.1").contains("there is no way back for a database"));
    assert!(!says("v1.4.19").contains("ran on it before"));
}
