//! A cluster in place of manifests: rights that are missing, logs, bundles.

use std::fs;

use igw_tests::server::{ServerFault, StandIn};
use serde_json::Value;

use crate::program::{Ran, directory, run, run_against, story};

fn text(name: &str) -> String {
    fs::read_to_string(directory().join(story(name))).expect("the story can be read")
}

fn live(server: &StandIn) -> Ran {
    run_against(server, "default", &["-A", "-o", "json"])
}

fn report(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran}"))
}

fn codes(report: &Value) -> Vec<&str> {
    let all = report["findings"].as_array().expect("a list").iter();
    all.filter_map(|finding| finding["code"].as_str()).collect()
}

/// What is not checked, and why: code, resource, reason.
fn gaps(report: &Value) -> Vec<[&str; 3]> {
    let all = report["notChecked"].as_array().expect("a list").iter();
    all.map(|gap| {
        ["/code", "/resource", "/reason/kind"]
            .map(|at| gap.pointer(at).and_then(Value::as_str).unwrap_or_default())
    })
    .collect()
}

const DEFINITIONS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/// A healthy cluster is one, live too; definitions are read by name.
#[test]
fn healthy() {
    for name in
        ["kgateway-2-2-good", "kgateway-2-3-good", "kgateway-2-4-good", "envoy-gateway-good"]
    {
        let server = StandIn::of(&text(name));
        let ran = live(&server);
        let report = report(&ran);
        assert_eq!((codes(&report).as_slice(), ran.code), (&[][..], Some(0)), "{name}: {ran}");
        let seen = server.seen();
        let listed = seen.iter().any(|path| path.starts_with(&format!("{DEFINITIONS}?")));
        assert!(!listed && seen.iter().any(|path| path.starts_with(DEFINITIONS)), "{seen:#?}");
    }
}

/// Who may not read definitions gets no finding about them, and is told so.
#[test]
fn without_the_right_to_definitions() {
    let faults = [(DEFINITIONS, ServerFault::Status(403))];
    let server = StandIn::with(&text("own-kinds-missing"), &faults, &[], false);
    let report = report(&live(&server));
    assert_eq!(codes(&report), Vec::<&str>::new(), "{report:#}");
    for code in ["IGW0601", "IGW0602", "IGW0603"] {
        let gap = [code, "customresourcedefinitions", "forbidden"];
        assert!(gaps(&report).contains(&gap), "{code}: {report:#}");
    }
}

/// Where the API server does not serve a kind, it is missing, whatever may be read.
#[test]
fn a_kind_that_is_not_served() {
    let faults = [(DEFINITIONS, ServerFault::Status(403))];
    let server = StandIn::with(&text("kgateway-2-4-good"), &faults, &["gatewayclasses"], false);
    let report = report(&live(&server));
    assert!(codes(&report).contains(&"IGW0601"), "{report:#}");
}

/// A cluster with a Gateway of kgateway and no workload of it: not "all is well".
#[test]
fn no_controller() {
    let report = report(&live(&StandIn::of(&text("parameters-missing-good"))));
    assert_eq!(codes(&report), Vec::<&str>::new(), "{report:#}");
    assert!(gaps(&report).contains(&["IGW0605", "deployments", "not-installed"]), "{report:#}");
}

#[test]
fn without_the_right_to_pods() {
    let faults = [("/api/v1/namespaces/kgateway-system/pods", ServerFault::Status(403))];
    let server = StandIn::with(&text("controller-waits"), &faults, &[], false);
    let report = report(&live(&server));
    assert!(!codes(&report).contains(&"IGW0605"), "{report:#}");
    assert!(gaps(&report).contains(&["IGW0605", "pods", "forbidden"]), "{report:#}");
}

/// The proxy is in the namespace of its Gateway: without the right to the pods there it is not known.
#[test]
fn without_the_right_to_the_pods_of_a_proxy() {
    let faults = [("/api/v1/namespaces/edge/pods", ServerFault::Status(403))];
    let server = StandIn::with(&text("proxy-image-missing"), &faults, &[], false);
    let report = report(&live(&server));
    assert!(!codes(&report).contains(&"IGW0606"), "{report:#}");
    assert!(gaps(&report).contains(&["IGW0606", "pods", "forbidden"]), "{report:#}");
}

/// A known line of the log is the reason; without the right to logs the state of the pod is.
#[test]
fn the_log_tells_why() {
    let server = StandIn::of(&text("controller-waits"));
    let with_log = report(&live(&server));
    let title = with_log["findings"][0]["title"].as_str().unwrap_or_default();
    let account = "system:serviceaccount:kgateway-system:kgateway may not list namespaces";
    assert!(title.contains(account), "{with_log:#}");
    let log = "/api/v1/namespaces/kgateway-system/pods/kgateway-7d9c5b6f4-x2x4k/log";
    let faults = [(log, ServerFault::Status(403))];
    let server = StandIn::with(&text("controller-waits"), &faults, &[], false);
    let without = report(&live(&server));
    assert_eq!(codes(&without), ["IGW0605"], "{without:#}");
    let title = without["findings"][0]["title"].as_str().unwrap_or_default();
    assert!(title.contains("runs, and is not ready"), "{without:#}");
    assert!(gaps(&without).contains(&["IGW0605", "pods/log", "forbidden"]), "{without:#}");
}

const REFUSAL: &str = r#"{"level":"error","msg":"xds error","component":"xds/envoy","gateway_name":"front","gateway_ns":"edge","resource":"envoy.config.route.v3.RouteConfiguration","error":"Incorrect configuration: 100%. Couldn't find valid command at position 3"}"#;

/// The story of a healthy kgateway with a line in the controller's log.
fn with_log_line(line: &str) -> String {
    let pod = "  name: kgateway-7d9c5b6f4-x2x4k\n";
    let quoted = line.replace('\'', "''");
    let annotated = format!("{pod}  annotations:\n    log/controller: '{quoted}'\n");
    let story = text("kgateway-2-4-good");
    assert!(story.contains(pod));
    story.replace(pod, &annotated)
}

/// All conditions are True, and only the log shows it.
#[test]
fn a_refused_configuration() {
    let server = StandIn::of(&with_log_line(REFUSAL));
    let report = report(&live(&server));
    assert_eq!(codes(&report), ["IGW0612"], "{report:#}");
    let finding = &report["findings"][0];
    assert_eq!(finding["severity"], "warning", "no value is known that Envoy refuses");
    assert!(finding["title"].as_str().is_some_and(|title| title.contains("100%")), "{finding:#}");
}

/// Another Gateway's line is not about this one.
#[test]
fn a_refusal_of_another_gateway() {
    let other = REFUSAL.replace("\"edge\"", "\"other\"");
    let report = report(&live(&StandIn::of(&with_log_line(&other))));
    assert_eq!(codes(&report), Vec::<&str>::new(), "{report:#}");
}

/// A bundle has what was read: definitions, logs and all.
#[test]
fn a_bundle() {
    let mut worlds: Vec<(&str, String)> = [
        "no-class-kind",
        "own-kinds-older",
        "controller-waits",
        "proxy-image-missing",
        "kgateway-2-3-good",
    ]
    .map(|name| (name, text(name)))
    .to_vec();
    worlds.push(("a refused configuration", with_log_line(REFUSAL)));
    for (name, world) in worlds {
        let server = StandIn::of(&world);
        let place = tempfile::tempdir().expect("a directory can be made");
        let file = place.path().join("x.igw.gz").display().to_string();
        let written = run_against(&server, "default", &["bundle", "--to", &file, "-A"]);
        assert_eq!(written.code, Some(0), "{written}");
        let saved = run(&["-A", "-o", "name", "--bundle", &file]);
        let now = run_against(&StandIn::of(&world), "default", &["-A", "-o", "name"]);
        assert_eq!((saved.stdout, saved.code), (now.stdout, now.code), "{name}");
    }
}
