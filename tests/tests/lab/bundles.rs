//! `bundle`: a colleague without the cluster is told the same.

use igw_tests::lab::User;
use serde_json::Value;

use super::lab;
use super::plugin::{TimedRun, routes, team};

/// What a report says, but for where it comes from.
fn told(outcome: &TimedRun) -> Value {
    let mut report: Value = serde_json::from_str(&outcome.stdout).expect("JSON");
    let input = report.as_object_mut().expect("an object").remove("input");
    assert!(input.is_some(), "{outcome}");
    report
}

/// Saves what a user sees, and compares every command that reads a bundle.
fn is_the_same(user: &User) {
    let place = tempfile::tempdir().expect("a directory");
    let file = place.path().join("incident.igw.gz").display().to_string();
    let written = routes(user, &format!("bundle --to {file} -A"));
    assert!(written.stdout.contains("written: "), "{written}");
    let live = routes(user, "-A -o json");
    let again = routes(user, &format!("-A -o json --bundle {file}"));
    assert_eq!((told(&again), again.code), (told(&live), live.code));
    // Nothing more is known than the checks have asked for.
    let request = "why http://llm.example.com/v1/completions -o json";
    let live = routes(user, request);
    let again = routes(user, &format!("{request} --bundle {file}"));
    let verdict = |outcome: &TimedRun| {
        let trace: Value = serde_json::from_str(&outcome.stdout).expect("JSON");
        (trace["verdict"].clone(), outcome.code)
    };
    assert_eq!(verdict(&again), verdict(&live), "{live}{again}");
}

#[test]
fn tell_the_same() {
    let world = team(lab());
    is_the_same(lab().admin());
    let grant = world.stored.iter().find(|object| object["kind"] == "ReferenceGrant");
    lab().delete(grant.expect("the team has one")).expect("it is there");
    is_the_same(lab().admin());
    // What somebody may not see is not seen in what they have saved.
    let zoe = lab().user("zoe", &[]).expect("a user");
    lab()
        .allow(&zoe, None, &["get", "list"], &["httproutes.gateway.networking.k8s.io"])
        .expect("a role");
    is_the_same(&zoe);
}
