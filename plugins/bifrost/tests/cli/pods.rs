//! What the pods of a Bifrost show: their states, and the logs of those that fail.

use std::fs;

use igw_tests::server::{ServerFault, StandIn};
use serde_json::Value;

use crate::program::{Ran, directory, run, run_against, story};

const LOG: &str = "/api/v1/namespaces/gateway/pods/bifrost-6d5f7c9b8-x2k4q/log";

fn text(name: &str) -> String {
    fs::read_to_string(directory().join(story(name))).expect("the story can be read")
}

/// The story whose pod fails, without the kubelet's message, and with these lines in the log of the
/// run before.
fn world(log: &str) -> String {
    let text = text("started-failed");
    let (before, rest) = text.split_once("        message: |\n").expect("there is a message");
    let (_, after) = rest.split_once("---\n").expect("there is more");
    let log = Value::from(log);
    let annotated =
        format!("  annotations: {{previous-log/bifrost: {log}}}\n  labels: {{app: bifrost, pod");
    format!("{before}---\n{after}").replacen("  labels: {app: bifrost, pod", &annotated, 1)
}

fn live(server: &StandIn, args: &[&str]) -> Ran {
    run_against(server, "gateway", args)
}

fn logs(server: &StandIn) -> Vec<String> {
    server.seen().into_iter().filter(|request| request.contains("/log?")).collect()
}

fn report(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran}"))
}

fn codes(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().expect("a list");
    findings.iter().filter_map(|finding| finding["code"].as_str()).collect()
}

const DISK_FULL: &str = r#"{"level":"info","message":"loading configuration"}
{"level":"error","message":"failed to bootstrap server: failed to load config failed to initialize default config store: error while running db migration: database or disk is full"}
"#;

#[test]
fn words_that_are_known() {
    let server = StandIn::of(&world(DISK_FULL));
    insta::assert_snapshot!(live(&server, &[]));
    assert_eq!(logs(&server).len(), 1, "{:?}", server.seen());
}

#[test]
fn words_that_are_not_known() {
    let log =
        "starting\n\u{1b}[31mpanic: something new\u{1b}[0m\ngoroutine 1 token=hunter2hunter2\n";
    let ran = live(&StandIn::of(&world(log)), &[]);
    assert!(!ran.to_string().contains("hunter2"), "{ran}");
    insta::assert_snapshot!(ran);
}

#[test]
fn a_log_that_may_not_be_read() {
    let server = StandIn::with(&world(DISK_FULL), &[(LOG, ServerFault::Status(403))], &[], false);
    insta::assert_snapshot!(live(&server, &[]));
}

/// What the configuration shows already is told once, with the pod as evidence.
#[test]
fn what_was_foretold_is_seen() {
    let words = r#"{"level":"error","message":"failed to bootstrap server: failed to load config failed to unmarshal schema: invalid character '#' looking for beginning of object key string"}"#;
    let world = world(words).replacen(
        "    {\n      \"providers\"",
        "    {\n      # ours\n      \"providers\"",
        1,
    );
    let ran = live(&StandIn::of(&world), &["-o", "json"]);
    let report = report(&ran);
    assert_eq!(codes(&report), ["IGW0201"], "{ran}");
    let evidence = report["findings"][0]["evidence"].to_string();
    assert!(evidence.contains("ended with exit code 1") && evidence.contains("'#'"), "{evidence}");
    assert_eq!(report["predicted"][0]["code"], "IGW0201", "{ran}");
}

/// Prices are known to be out of reach as soon as a pod shows it.
#[test]
fn without_the_internet() {
    let words = r#"{"level":"fatal","message":"failed to initialize pricing manager: failed to sync pricing data: no such host"}"#;
    let ran = live(&StandIn::of(&world(words)), &["-o", "json"]);
    let report = report(&ran);
    assert_eq!(codes(&report), ["IGW0220"], "{ran}");
    assert_eq!(report["findings"][0]["severity"], "error", "{ran}");
    assert_eq!(report["predicted"][0]["start"], "exits", "{ran}");
}

#[test]
fn an_image_that_cannot_be_pulled() {
    let waits = r#"state: {waiting: {reason: ImagePullBackOff, message: "Back-off pulling image \"maximhq/bifrost:v1.5.16\""}}"#;
    let text = text("started-failed");
    let at = text.find("state: {waiting").expect("it waits");
    let (before, rest) = text.split_at(at);
    let (_, after) = rest.split_once("---\n").expect("there is more");
    let world = format!("{before}{waits}\n---\n{after}");
    let server = StandIn::of(&world);
    insta::assert_snapshot!(live(&server, &["-o", "wide"]));
    assert_eq!(logs(&server), [""; 0], "nothing ran");
}

/// A pod that serves again is well, and its log is not asked for.
#[test]
fn a_pod_that_recovered() {
    let server = StandIn::of(&text("started-failed-good"));
    let ran = live(&server, &["-o", "json"]);
    assert_eq!((codes(&report(&ran)).len(), ran.code), (0, Some(0)), "{ran}");
    assert_eq!(logs(&server), [""; 0]);
}

/// While another pod serves, one that just ended may be on its way out.
#[test]
fn a_pod_on_its_way_out() {
    let good = text("started-failed-good");
    let (_, pod) = good.split_once("kind: Pod\n").expect("there is a pod");
    let pod = pod.split("---\n").next().unwrap_or_default().replace("x2k4q", "old11");
    let ended = r#"state: {terminated: {reason: Error, exitCode: 143}}"#;
    let pod = pod.replace(r#"state: {running: {startedAt: "2026-11-20T07:41:00Z"}}"#, ended);
    let world = format!("{good}---\napiVersion: v1\nkind: Pod\n{pod}");
    let ran = live(&StandIn::of(&world), &["-o", "json"]);
    assert_eq!(codes(&report(&ran)).len(), 0, "{ran}");
}

/// A bundle has the log, masked, and tells the same.
#[test]
fn in_a_bundle() {
    let server = StandIn::of(&world(DISK_FULL));
    let place = tempfile::tempdir().expect("a directory can be made");
    let file = place.path().join("x.igw.gz").display().to_string();
    let written = live(&server, &["bundle", "--to", &file]);
    assert_eq!(written.code, Some(0), "{written}");
    let saved = report(&run(&["-o", "json", "--bundle", &file]));
    let finding = |report: &Value| {
        let all = report["findings"].as_array().cloned().unwrap_or_default();
        all.into_iter().find(|finding| finding["code"] == "IGW0706")
    };
    let seen = report(&live(&server, &["-o", "json"]));
    assert!(finding(&seen).is_some());
    assert_eq!(finding(&saved), finding(&seen));
}

/// What is a warning without pods is an error where one shows it, and is not told twice; once the
/// template is another one, the pod shows what was before.
#[test]
fn a_volume_that_is_seen_to_be_of_root() {
    let refused = "open /app/data/config.db: permission denied";
    let text = text("started-failed").replace("file is not a database", refused);
    let without = text.replace("      securityContext: {fsGroup: 1000}\n", "");
    let ran = live(&StandIn::of(&without), &["-o", "json"]);
    let seen = report(&ran);
    assert_eq!(codes(&seen), ["IGW0702"], "{ran}");
    assert_eq!(seen["findings"][0]["severity"], "error", "{ran}");
    let place = tempfile::tempdir().expect("a directory can be made");
    let file = place.path().join("change.yaml").display().to_string();
    let (_, workload) = text.split_once("kind: Deployment").expect("there is a workload");
    let workload = workload.split("---\n").next().unwrap_or_default();
    fs::write(&file, format!("apiVersion: apps/v1\nkind: Deployment{workload}")).expect("written");
    let ran = live(&StandIn::of(&without), &["-f", &file, "--overlay", "-o", "json"]);
    let compared = report(&ran);
    assert_eq!(codes(&compared).len(), 0, "{ran}");
    assert_eq!(compared["vanishes"][0]["code"], "IGW0702", "{ran}");
}

/// Files have no logs; what the kubelet kept of the run is enough where it is known.
#[test]
fn in_files() {
    let seen = report(&run(&["-f", &story("started-failed"), "-o", "json"]));
    assert_eq!(codes(&seen), ["IGW0706"], "{seen}");
    assert!(!seen["notChecked"].to_string().contains("pods/log"), "{seen}");
    let place = tempfile::tempdir().expect("a directory can be made");
    let file = place.path().join("dump.yaml").display().to_string();
    fs::write(&file, world(DISK_FULL)).expect("written");
    let seen = report(&run(&["-f", &file, "-o", "json"]));
    assert_eq!(codes(&seen), ["IGW0706"], "{seen}");
    assert!(seen["notChecked"].to_string().contains("logs are not in files"), "{seen}");
}
