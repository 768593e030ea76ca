//! What keeps the program from reading a cluster, whole outputs.

use std::net::TcpListener;

use igw_tests::server::ServerFault;

use super::{StandIn, run, text};
use crate::program::{Ran, command, finish};

/// Runs with its own kubeconfig, whose path becomes `/cfg` in the output.
fn with(config: &str, args: &[&str]) -> Ran {
    let place = tempfile::tempdir().expect("a directory can be made");
    let path = place.path().join("config");
    std::fs::write(&path, config).expect("a file can be written");
    let mut command = command(args);
    command.env("KUBECONFIG", &path);
    let mut outcome = finish(args, command);
    outcome.stderr = outcome.stderr.replace(&path.display().to_string(), "/cfg");
    outcome
}

fn config(server: &str, user: &str) -> String {
    format!(
        "current-context: a\ncontexts: [{{name: a, context: {{cluster: a, user: a}}}}]\nclusters: [{{name: a, cluster: {{server: '{server}'}}}}]\nusers: [{{name: a, user: {user}}}]\n"
    )
}

#[test]
fn unknown_context() {
    insta::assert_snapshot!(with(&config("https://a.test", "{}"), &["--context", "b"]));
}

#[test]
fn nobody_listens() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        listener.local_addr().expect("it has an address").port()
    };
    let mut outcome = with(&config(&format!("https://127.0.0.1:{port}"), "{}"), &[]);
    outcome.stderr = outcome.stderr.replace(&format!(":{port}"), ":6443");
    insta::assert_snapshot!(outcome);
}

#[test]
fn no_such_plugin() {
    let exec = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: igw-no-such-login, installHint: install it}}";
    insta::assert_snapshot!(with(&config("https://a.test", exec), &[]));
}

#[test]
fn a_plugin_that_fails() {
    let exec = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: sh, args: ['-c', 'echo log in first >&2; exit 3']}}";
    insta::assert_snapshot!(with(&config("https://a.test", exec), &[]));
}

#[test]
fn a_plugin_that_babbles() {
    let exec =
        "{exec: {apiVersion: client.authentication.k8s.io/v1, command: echo, args: [s3cret]}}";
    let outcome = with(&config("https://a.test", exec), &[]);
    assert!(!outcome.stderr.contains("s3cret"), "{outcome}");
    insta::assert_snapshot!(outcome);
}

#[test]
fn a_plugin_runs_once() {
    let server = StandIn::of(&text("grant-missing"));
    let place = tempfile::tempdir().expect("a directory can be made");
    let count = place.path().join("count");
    let answer = r#"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t","expirationTimestamp":"2001-01-01T00:00:00Z"}}"#;
    let script =
        format!("echo x >> {}; echo '\\''{answer}'\\''", count.display()).replace("'\\''", "''");
    let exec = format!(
        "{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: sh, args: ['-c', '{script}']}}}}"
    );
    let outcome = with(&config(&format!("http://127.0.0.1:{}", server.port), &exec), &["-A"]);
    assert_eq!(outcome.code, Some(1), "{outcome}");
    assert_eq!(std::fs::read_to_string(count).ok().as_deref(), Some("x\n"));
}

#[test]
fn no_api_server() {
    let server = StandIn::with("", &[("/", ServerFault::Garbage)], &[], false);
    insta::assert_snapshot!(run(&server, &[]));
}

#[test]
#[cfg(unix)]
fn interrupted() {
    let server = StandIn::with("", &[("/", ServerFault::Silent)], &[], false);
    let place = tempfile::tempdir().expect("a directory can be made");
    let mut command = command(&["-A"]);
    command.env("KUBECONFIG", server.kubeconfig(place.path(), "ai-gateway"));
    command.stderr(std::process::Stdio::piped());
    let child = command.spawn().expect("the program can be started");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while server.seen().is_empty() {
        assert!(std::time::Instant::now() < deadline, "it asks for something");
        std::thread::yield_now();
    }
    let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.is_ok_and(|status| status.success()), "kill can be run");
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "error: interrupted\n");
}

/// Nothing is sent where there is no pod to send to; the prediction is shown all the same.
#[test]
fn no_way_to_the_gateway() {
    let server = StandIn::of(&super::text("grant-missing"));
    let url = "http://llm.example.com/v1/completions";
    let outcome = super::run(&server, &["why", url, "--send"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(3), ""), "{outcome}");
    assert!(outcome.stdout.starts_with("✗ 500  by the gateway "), "{outcome}");
    let says = "  not sent: there is no pod with gateway.networking.k8s.io/gateway-name=inference in namespace gw\n    hint:  send it to an address: --address HOST:PORT\n";
    assert!(outcome.stdout.contains(says), "{outcome}");
    let outcome = super::run(&server, &["why", url, "--send", "-o", "json"]);
    let trace: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("JSON");
    assert!(trace["notSent"]["says"].as_str().is_some_and(|says| says.contains("no pod")));
    assert_eq!((&trace["verdict"]["status"], outcome.code), (&500.into(), Some(3)));
}
