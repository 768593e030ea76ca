//! A cluster in place of manifests.

use std::fs;

use igw_tests::server::StandIn;
use serde_json::Value;

use crate::program::{Ran, directory, run, run_against, story};

fn text(name: &str) -> String {
    fs::read_to_string(directory().join(story(name))).expect("the story can be read")
}

fn live(server: &StandIn, args: &[&str]) -> Ran {
    run_against(server, "default", args)
}

#[test]
fn all_namespaces() {
    insta::assert_snapshot!(live(&StandIn::of(&text("private-address")), &["-A"]));
}

/// A ConfigMap is read when a workload that is judged mounts it.
#[test]
fn one_workload() {
    let server = StandIn::of(&text("private-address"));
    let ran = live(&server, &["check", "deployment/bifrost", "-A", "-o", "json"]);
    let report: Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
    assert_eq!(report["findings"][0]["code"], "IGW0207", "{ran}");
    assert_eq!(report["input"]["mode"], "live");
    let asked = server.seen();
    assert!(!asked.iter().any(|request| request.contains("/configmaps?")), "{asked:#?}");
}

#[test]
fn a_name() {
    let server = StandIn::of(&text("served-without-hyphen"));
    let file = story("served-without-hyphen");
    let args = ["model", "openai/glm-5", "-o", "json"];
    let live = live(&server, &[&args[..], &["-A"]].concat());
    let files = run(&[&args[..], &["-f", &file]].concat());
    assert_eq!((live.stdout, live.code), (files.stdout, files.code));
}

/// A bundle has no texts of ConfigMaps and Secrets: what needs them is not checked, and the rest is
/// what the cluster showed.
#[test]
fn a_bundle() {
    for (name, left) in [
        ("private-address", ""),
        ("comment-in-json", ""),
        ("no-readiness-probe", "deployment/gateway/bifrost IGW0705\n"),
        ("arguments-hang", "deployment/gateway/bifrost IGW0701\n"),
    ] {
        let server = StandIn::of(&text(name));
        let place = tempfile::tempdir().expect("a directory can be made");
        let file = place.path().join("x.igw.gz").display().to_string();
        let written = live(&server, &["bundle", "--to", &file, "-A"]);
        assert_eq!(written.code, Some(0), "{written}");
        let saved = run(&["-A", "-o", "name", "--bundle", &file]);
        assert_eq!(saved.stdout, left, "{name}");
        let saved = run(&["-A", "-o", "json", "--bundle", &file]);
        let report: Value = serde_json::from_str(&saved.stdout).expect("it is JSON");
        assert_ne!(report["notChecked"], Value::Array(Vec::new()), "{name}");
    }
}

/// The repaired twin, laid over the cluster.
#[test]
fn a_change_that_repairs() {
    let server = StandIn::of(&text("private-address"));
    let file = story("private-address-good");
    let ran = live(&server, &["-f", &file, "--overlay", "-o", "json"]);
    let report: Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
    assert_eq!(report["findings"], Value::Array(Vec::new()), "{ran}");
    assert_eq!(report["vanishes"][0]["code"], "IGW0207", "{ran}");
}

/// A configuration alone has no place in a cluster.
#[test]
fn a_bare_configuration_is_no_change() {
    let place = tempfile::tempdir().expect("a directory can be made");
    let file = place.path().join("config.json").display().to_string();
    fs::write(&file, "{\"providers\": {}}").expect("a file can be written");
    let ran = live(&StandIn::of(""), &["-f", &file, "--overlay"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran}");
    assert!(ran.stderr.contains("--overlay needs the object that holds it"), "{ran}");
}
