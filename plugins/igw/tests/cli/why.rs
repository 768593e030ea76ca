//! `kubectl igw why`: one request through the system.

use serde_json::Value;

use crate::program::run;
use crate::run_on_demo;

const URL: &str = "http://api.example.com/v1/chat/completions";

#[test]
fn the_gateway_answers() {
    insta::assert_snapshot!(run(&["why", URL, "--model", "openai/glm-5", "--demo"]));
}

#[test]
fn through_the_system() {
    let place = tempfile::tempdir().expect("a directory can be made");
    let fixed = run_on_demo(place.path(), &["fix", "-f", "demo.yaml", "--yes"]);
    assert!(fixed.stderr.contains("6 applied and verified"), "{fixed}");
    let why = |args: &[&str]| {
        run_on_demo(place.path(), &[&["why", URL, "-f", "demo.yaml"], args].concat())
    };
    insta::assert_snapshot!("name_not_served", why(&["--model", "openai/glm-5"]));
    insta::assert_snapshot!("no_model", why(&[]));
    // The same by a body, in the words of curl.
    let body = r#"{"model":"openai/glm-5"}"#;
    let by_model: Value = json(&why(&["--model", "openai/glm-5", "-o", "json"]).stdout);
    let by_data: Value = json(&why(&["-d", body, "-o", "json"]).stdout);
    assert_eq!(by_model["beyond"], by_data["beyond"]);
    assert_eq!(by_model["beyond"]["chain"]["verdict"]["code"], "IGW0301");
    let choice = ["fix", "-f", "demo.yaml", "--yes", "--unsafe", "--set", "IGW0301.name=serve"];
    let fixed = run_on_demo(place.path(), &choice);
    assert!(fixed.stderr.contains(" applied and verified"), "{fixed}");
    let good = why(&["--model", "openai/glm-5"]);
    assert_eq!(good.code, Some(0), "{good}");
    insta::assert_snapshot!("served", good);
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn a_model_and_a_body() {
    insta::assert_snapshot!(run(&["why", URL, "--model", "a", "-d", "{}", "--demo"]));
}
