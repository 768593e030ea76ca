//! `gateway check` on files.

use crate::program::{directory, run, run_with, story};

#[test]
fn demo() {
    insta::assert_snapshot!(run(&["--demo"]));
    insta::assert_snapshot!("demo-json", run(&["--demo", "-o", "json"]));
}

#[test]
fn nothing_wrong() {
    insta::assert_snapshot!(run(&["-f", &story("kgateway-2-4-good")]));
}

#[test]
fn as_people_read_it() {
    for name in ["no-gateway-api", "proxy-image-missing", "load-balancer-pending"] {
        insta::assert_snapshot!(format!("human-{name}"), run(&["-f", &story(name)]));
    }
}

/// What serves every namespace is judged in each; a Gateway only in its own.
#[test]
fn one_namespace() {
    let of = |namespace: &str, name: &str| {
        run(&["-n", namespace, "-f", &story(name), "-o", "name", "--allow-empty"])
    };
    let elsewhere = of("models", "no-gateway-api");
    assert!(elsewhere.stdout.contains("IGW0601"), "{elsewhere}");
    let gateway = of("models", "parameters-missing");
    assert!(!gateway.stdout.contains("IGW0604"), "{gateway}");
    let own = of("edge", "parameters-missing");
    assert!(own.stdout.contains("gateway/edge/front IGW0604"), "{own}");
}

#[test]
fn one_gateway() {
    let file = story("class-parameters-missing");
    let ran = run(&["check", "edge/back", "-f", &file, "-o", "name"]);
    assert!(!ran.stdout.contains("gatewayclass"), "only what is named: {ran}");
}

/// Nothing to judge is no success.
#[test]
fn nothing_to_judge() {
    let ran = run(&["-f", "stories/bifrost/private-address/cluster.yaml"]);
    assert_eq!(ran.code, Some(3), "{ran}");
}

#[test]
fn a_pipe() {
    let text = std::fs::read_to_string(directory().join(story("class-missing"))).expect("a story");
    let ran = run_with(&["-f", "-", "-o", "name"], &text);
    assert_eq!((ran.stdout.as_str(), ran.code), ("gateway/edge/front IGW0608\n", Some(1)));
}

/// What `kubectl get all -A -o yaml` prints of a system that is well: no finding, and no success about
/// definitions that it does not have.
#[test]
fn a_dump_of_all() {
    let ran = run(&["-f", "dumps/healthy.yaml", "-o", "json"]);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).expect("one JSON document");
    assert_eq!(report["findings"], serde_json::json!([]), "{ran}");
    assert!(ran.stdout.contains("no CustomResourceDefinition is in the input"), "{ran}");
}
