//! Files laid over a cluster: what appears, what is gone.

use std::fs;

use serde_json::Value;

use super::{StandIn, run, text};
use crate::program;

/// A file with these manifests, laid over the cluster; its path is taken out.
fn laid(server: &StandIn, manifests: &str, flags: &[&str]) -> program::Ran {
    let place = tempfile::tempdir().expect("a directory can be made");
    let file = place.path().join("change.yaml").display().to_string();
    fs::write(&file, manifests).expect("a file can be written");
    let mut outcome = run(server, &[&["-f", &file, "--overlay"], flags].concat());
    for text in [&mut outcome.stdout, &mut outcome.stderr, &mut outcome.line] {
        *text = text.replace(&file, "change.yaml");
    }
    outcome
}

const ONLY: [&str; 2] = ["--skip", "status-missing"];

#[test]
fn a_change_that_repairs() {
    let good = text("grant-missing-good");
    let grant = good.split("---\n").find(|one| one.contains("kind: ReferenceGrant"));
    let server = StandIn::of(&text("grant-missing"));
    insta::assert_snapshot!(laid(&server, grant.expect("the repair"), &ONLY));
}

#[test]
fn a_change_that_breaks() {
    let good = text("grant-missing-good");
    let route = good.split("---\n").find(|one| one.contains("kind: HTTPRoute"));
    let route = route.expect("there is one").replace("port: 8000", "port: 9000");
    let server = StandIn::of(&good);
    insta::assert_snapshot!(laid(&server, &route, &ONLY));
    let json = laid(&server, &route, &[&ONLY[..], &["-o", "json"]].concat());
    let report: Value = serde_json::from_str(&json.stdout).expect("it is JSON");
    assert_eq!(report["input"]["mode"], "overlay");
    assert_eq!(report["input"]["context"], "lab");
    assert_eq!(report["findings"][0]["location"]["file"], "change.yaml");
    assert_eq!(report["vanishes"], Value::Array(Vec::new()));
}

#[test]
fn the_same_changes_nothing() {
    for name in ["grant-missing", "hostname-shadowed", "same-path-twice", "split-arm-unlike"] {
        let text = text(name);
        let outcome = laid(&StandIn::of(&text), &text, &[&ONLY[..], &["-o", "json"]].concat());
        let report: Value = serde_json::from_str(&outcome.stdout).expect("it is JSON");
        let none = Value::Array(Vec::new());
        assert_eq!((&report["findings"], &report["vanishes"]), (&none, &none), "{outcome}");
        assert_ne!(report["suppressed"], none, "{outcome}");
        assert_eq!(outcome.code, Some(0), "{outcome}");
    }
}

#[test]
fn what_the_api_server_refuses_changes_nothing() {
    let good = text("grant-missing-good");
    let route = good.split("---\n").find(|one| one.contains("kind: HTTPRoute"));
    let refused = route.expect("there is one").replace("value: /v1/completions", "value: v1");
    let outcome = laid(&StandIn::of(&good), &refused, &ONLY);
    insta::assert_snapshot!(outcome);
}

#[test]
fn a_new_service_is_judged_by_what_is_applied_with_it() {
    let good = text("grant-missing-good");
    let of = |kind: &str| {
        let line = format!("\nkind: {kind}\n");
        good.split("---\n").find(|one| one.contains(&line)).expect("there is one").to_owned()
    };
    let without: Vec<&str> = good
        .split("---\n")
        .filter(|one| !one.contains("\nkind: Service\n") && !one.contains("kind: Deployment\n"))
        .collect();
    let server = StandIn::of(&without.join("---\n"));
    let both = format!("{}---\n{}", of("Service"), of("Deployment"));
    let outcome = laid(&server, &both, &ONLY);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert!(outcome.stdout.contains("gone: IGW0110 backend-not-found"), "{outcome}");
}

#[test]
fn one_request_with_the_change() {
    let good = text("grant-missing-good");
    let grant = good.split("---\n").find(|one| one.contains("kind: ReferenceGrant"));
    let server = StandIn::of(&text("grant-missing"));
    let url = "http://llm.example.com/v1/completions";
    assert_eq!(run(&server, &["why", url]).code, Some(1));
    let outcome = laid(&server, grant.expect("the repair"), &["why", url]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
}

#[test]
fn over_what() {
    let outcome = program::run(&["--overlay"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    let outcome = program::run(&["--overlay", "-f", "stories/routes", "--demo"]);
    assert_eq!(
        (outcome.code, outcome.stderr.as_str()),
        (Some(2), "error: --overlay needs a cluster: leave out --demo\n")
    );
}
