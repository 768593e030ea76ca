//! The real SDK of LiteLLM as first hop (soak tier: its installation is large): the name of a model that
//! arrives is the one that `bifrost model` predicts.

use std::collections::BTreeMap;
use std::process::Command;

use igw_tests::lab::Programs;
use igw_tests::model_server::ModelServer;
use serde_json::Value;

use super::plugin::program_of;

const CONFIG: &str = r#"{"providers": {"openai": {"keys": [{"name": "local", "value": "dummy",
    "models": ["*"], "weight": 1}], "network_config": {"base_url": "http://vllm.models:8000",
    "allow_private_network": true}}}}"#;

const NAMES: [&str; 6] = [
    "openai/openai/glm-5",
    "openai/glm-5",
    "openai/openai/openai/glm-5",
    "litellm_proxy/openai/glm-5",
    "hosted_vllm/openai/glm-5",
    // Without a provider it sends nothing.
    "glm-5",
];

#[test]
fn sends_the_name_that_is_predicted() {
    if std::env::var_os("IGW_SOAK").is_none() {
        return;
    }
    let server = ModelServer::bifrost("openai", &["glm-5"]);
    let mut litellm = Programs::build().and_then(|built| built.litellm()).expect("installed");
    litellm.arg(format!("http://{}/v1", server.address)).args(NAMES);
    let output = litellm.output().expect("Python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut arrived = BTreeMap::new();
    for request in server.seen() {
        let body = request.find('{').map(|at| &request[at..]).expect("a body");
        let body: Value = serde_json::from_str(body).unwrap_or_else(|_| panic!("{request}"));
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        arrived.insert(text(&body["messages"][0]["content"]), text(&body["model"]));
    }
    let place = tempfile::tempdir().expect("a directory");
    let config = place.path().join("config.json");
    std::fs::write(&config, CONFIG).expect("written");
    for name in NAMES {
        assert_eq!(predicted(&config, name), arrived.get(name).cloned(), "{name}: {arrived:?}");
    }
}

/// The name that Bifrost gets; `None`: nothing is sent.
fn predicted(config: &std::path::Path, name: &str) -> Option<String> {
    let mut igw = Command::new(program_of("bifrost"));
    igw.args([
        "model",
        name,
        "--from",
        "litellm",
        "-o",
        "json",
        "--assume",
        "bifrost=1.5.16",
        "-f",
    ]);
    let output = igw.arg(config).output().expect("it runs");
    let chain: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let hops = chain["hops"].as_array().expect("hops");
    let hop = hops.iter().find(|hop| hop["stage"] == "litellm")?;
    Some(hop["name"].as_str().unwrap_or_default().to_owned())
}
