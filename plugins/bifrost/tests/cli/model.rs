//! `model`: whole outputs, exit codes.

use serde_json::Value;

use crate::program::{run, run_with, story};

#[test]
fn human() {
    for name in ["served-without-hyphen", "short-service-name", "no-models-listed"] {
        let file = story(name);
        insta::assert_snapshot!(
            format!("model-{name}"),
            run(&["model", "openai/llama-8b", "-f", &file])
        );
    }
}

#[test]
fn json() {
    let file = story("served-without-hyphen");
    insta::assert_snapshot!(run(&["model", "openai/llama-8b", "-f", &file, "-o", "json"]));
}

#[test]
fn codes() {
    let good = story("private-address-good");
    let code = |args: &[&str]| run(&[&["model"], args, &["-f", &good]].concat()).code;
    assert_eq!(code(&["openai/llama-8b"]), Some(0));
    assert_eq!(code(&["openai/other"]), Some(1));
    assert_eq!(code(&["openai/openai/llama-8b", "--from", "litellm"]), Some(0));
    assert_eq!(code(&["openai/llama-8b", "--path", "/chat/completions"]), Some(1));
    assert_eq!(code(&["openai/llama-8b", "--served", ":x=y"]), Some(2));
    assert_eq!(code(&["openai/llama-8b", "--bifrost", "other"]), Some(2));
}

#[test]
fn versions() {
    let config = r#"{"providers": {"openai": {"keys": [{"name": "k", "value": "none", "models": ["*"]}],
        "network_config": {"base_url": "http://127.0.0.1:8000"}}}}"#;
    let verdict = |args: &[&str]| -> Value {
        let all = [&["model"], args, &["-f", "-", "-o", "json"]].concat();
        let outcome = run_with(&all, config);
        let chain: Value = serde_json::from_str(&outcome.stdout).expect("one JSON document");
        chain["verdict"].clone()
    };
    let status = |args: &[&str]| verdict(args)["status"].clone();
    let served = ["--served", "llama"];
    let with =
        |version: &'static str| [&["openai/llama", "--assume", version][..], &served].concat();
    assert_eq!(status(&with("bifrost=1.5.16")), 200);
    assert_eq!(status(&with("bifrost=1.4.19")), 400);
    let open = verdict(&["openai/llama", "--served", "llama"]);
    assert!(open["unknown"].as_str().is_some_and(|why| why.contains("version")), "{open}");
    let unserved = verdict(&["openai/llama", "--assume", "bifrost=1.5.16"]);
    assert_eq!(unserved["status"], Value::Null);
}
