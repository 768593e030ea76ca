//! The same configuration as a file, in a ConfigMap and in a Secret: the same findings at the same
//! places of the configuration.

use std::fs;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use igw_tests::compare::findings;
use igw_tests::story;
use serde_json::json;

/// A configuration with findings of several checks.
const CONFIG: &str = r#"{
  "providers": {
    "openai": {
      "keys": [
        {"name": "a", "value": "none", "weight": 1, "models": []},
        {"name": "b", "value": "", "weight": 1, "models": ["x"]}
      ],
      "network_config": {"base_url": "http://10.0.0.7:8000/v1", "base_url_": "x"}
    },
    "ourcorp": {"keys": [{"name": "c", "value": "none", "models": ["y"]}]}
  },
  "plugins": [{"name": "cel_rules", "enabled": true}]
}
"#;

/// Code, place inside, title.
fn told(text: &str) -> Vec<(String, String, usize, String)> {
    let bench = tempfile::tempdir().expect("a temporary directory");
    let name = if text.contains("apiVersion") { "map.yaml" } else { "config.json" };
    let file = bench.path().join(name);
    fs::write(&file, text).expect("a file");
    let files = vec![file.to_string_lossy().into_owned()];
    let session = story::read(&igw_bifrost::BIFROST, files, &["bifrost=1.5.16"]);
    let mut out: Vec<_> = findings(&igw_bifrost::BIFROST, &session.store)
        .into_iter()
        .map(|finding| {
            let inner = finding.inner.expect("a place in the configuration");
            (finding.code.to_owned(), inner.pointer, inner.start, finding.title)
        })
        .collect();
    out.sort();
    out
}

fn spellings(config: &str) -> Vec<String> {
    let indented: String = config.lines().map(|line| format!("    {line}\n")).collect();
    let head =
        |kind: &str| format!("apiVersion: v1\nkind: {kind}\nmetadata: {{name: c, namespace: n}}\n");
    let quoted = json!(config);
    let encoded = BASE64_STANDARD.encode(config);
    vec![
        format!("{}data:\n  config.json: |\n{indented}", head("ConfigMap")),
        format!("{}data:\n  config.json: {quoted}\n", head("ConfigMap")),
        format!("{}binaryData:\n  config.json: {encoded}\n", head("ConfigMap")),
        format!("{}data:\n  config.json: {encoded}\n", head("Secret")),
        format!("{}stringData:\n  config.json: |\n{indented}", head("Secret")),
    ]
}

#[test]
fn all_forms_say_the_same() {
    let bare = told(CONFIG);
    assert!(bare.len() >= 6, "{bare:#?}");
    for manifest in spellings(CONFIG) {
        assert_eq!(told(&manifest), bare, "{manifest}");
    }
}

#[test]
fn broken_ones_too() {
    let broken = CONFIG.replace("\"models\": []", "\"models\": [],");
    let bare = told(&broken);
    assert_eq!(bare.len(), 1);
    assert_eq!(bare[0].0, "IGW0201");
    for manifest in spellings(&broken) {
        assert_eq!(told(&manifest), bare, "{manifest}");
    }
}
