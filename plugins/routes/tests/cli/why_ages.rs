//! `why` where routes take a request alike, and the files do not say which of them is older.

use std::fs;

use crate::program::{Ran, directory, run, run_with, story};

const URL: &str = "http://api.example.com/v1/models";

/// Two routes claim /v1: `archive` without a Service, and `chat`.
fn without_ages() -> String {
    let text = fs::read_to_string(directory().join(story("same-path-twice"))).expect("a story");
    let lines = text.lines().filter(|line| !line.contains("creationTimestamp"));
    lines.map(|line| format!("{line}\n")).collect()
}

fn why(text: &str, more: &[&str]) -> Ran {
    run_with(&[&["why", URL, "-f", "-"], more].concat(), text)
}

/// What is applied at once is equally old, and an error that follows from the name is reported.
#[test]
fn the_name_decides_within_a_file() {
    let outcome = why(&without_ages(), &[]);
    insta::assert_snapshot!(outcome);
}

/// That all is good is not said where the other route would make it an error.
#[test]
fn the_name_promises_nothing() {
    let text = without_ages().replace("name: archive\n", "name: older-chat\n");
    insta::assert_snapshot!(why(&text, &[]));
    let outcome = why(&text, &["-o", "json"]);
    let trace: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("JSON");
    let verdict = &trace["verdict"];
    assert_eq!(verdict["status"], serde_json::Value::Null);
    assert!(verdict["unknown"].as_str().is_some_and(|why| why.contains("is older")), "{verdict}");
    let possible =
        serde_json::json!([{"status": 200, "share": 1.0}, {"status": 500, "share": 1.0}]);
    assert_eq!(verdict["possible"], possible);
    assert_eq!(trace["backends"], serde_json::json!([]));
}

/// Files may be applied on other days.
#[test]
fn between_files_it_is_open() {
    let place = tempfile::tempdir().expect("a directory can be made");
    let text = without_ages();
    let at = text.find("---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata:\n  name: archive").expect("a route");
    let end = at + text[at..].find("---\napiVersion: v1\nkind: Service").expect("a Service");
    fs::write(place.path().join("a.yaml"), &text[at..end]).expect("a file can be written");
    let rest = format!("{}{}", &text[..at], &text[end..]);
    fs::write(place.path().join("b.yaml"), rest).expect("a file can be written");
    let folder = place.path().display().to_string();
    let outcome = run(&["why", URL, "-f", &folder]);
    assert_eq!(outcome.code, Some(3), "{outcome}");
    let says = outcome.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        says.contains("500 if it is models/archive and 200 from Service models/chat if"),
        "{outcome}"
    );
}

/// Whoever wins, the same happens: that is known.
#[test]
fn it_does_not_matter() {
    let text = without_ages().replace("name: gone\n", "name: chat\n");
    let outcome = why(&text, &[]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert!(!outcome.stdout.contains("older"), "{outcome}");
}

/// The status is known, and the backend is not.
#[test]
fn another_backend() {
    let (service, more) = (
        "name: gone\n",
        "\n---\n{apiVersion: v1, kind: Service, metadata: {name: old, namespace: models}, spec: {selector: {app: chat}, ports: [{port: 8000}]}}\n",
    );
    let text = without_ages().replace(service, "name: old\n") + more;
    let outcome = why(&text, &["--expect", "old"]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    insta::assert_snapshot!(outcome);
}
