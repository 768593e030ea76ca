//! What is not told: the ignore annotation, `.igw.yaml`, `--baseline`.

use std::path::Path;

use super::program::{Ran, command, finish, run};

const WORLD: &str = "\
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: kgateway}
spec: {controllerName: kgateway.dev/kgateway}
---
apiVersion: v1
kind: Namespace
metadata: {name: models}
---
apiVersion: v1
kind: Service
metadata: {name: other, namespace: models}
spec: {ports: [{port: 9090}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: front, namespace: models}
spec:
  gatewayClassName: kgateway
  listeners: [{name: http, port: 80, protocol: HTTP}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: chat
  namespace: models
  annotations: {igw.dev/ignore: ANNOTATION}
spec:
  parentRefs: [{name: front}]
  rules:
  - backendRefs: [{name: chat, port: 8000}]
";

fn world(annotation: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    write(&directory, "world.yaml", &WORLD.replace("ANNOTATION", annotation));
    // Nothing above it is looked at.
    std::fs::create_dir(directory.path().join(".git")).expect("a directory");
    directory
}

fn write(directory: &tempfile::TempDir, name: &str, text: &str) {
    std::fs::write(directory.path().join(name), text).expect("a file can be written");
}

fn within(directory: &Path, args: &[&str]) -> Ran {
    let mut command = command(args);
    command.current_dir(directory);
    finish(args, command)
}

/// Severity, code and title of the findings, the number suppressed, and the exit code.
fn told(directory: &tempfile::TempDir, more: &[&str]) -> (Vec<String>, usize, Option<i32>) {
    let args = [&["-f", "world.yaml", "-o", "json"], more].concat();
    let outcome = within(directory.path(), &args);
    assert_eq!(outcome.stderr, "", "{args:?}");
    let report: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("JSON");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let list = |key: &str| report[key].as_array().cloned().unwrap_or_default();
    let line = |f: &serde_json::Value| {
        format!("{} {}: {}", text(&f["severity"]), text(&f["code"]), text(&f["title"]))
    };
    let findings = list("findings").iter().map(line).collect();
    (findings, list("suppressed").len(), outcome.code)
}

const MISSING: &str =
    "error IGW0110: Every request to / on any host gets 500: Service models/chat does not exist.";

#[test]
fn an_annotation_with_a_reason_suppresses() {
    let directory = world("IGW0110 comes with the next release");
    assert_eq!(told(&directory, &[]), (vec![], 1, Some(0)));
    let directory = world("backend-not-found comes with the next release");
    assert_eq!(told(&directory, &[]), (vec![], 1, Some(0)));
}

#[test]
fn an_annotation_without_a_reason_does_not() {
    let directory = world("IGW0110");
    let none = "warning IGW0001: IGW0110 is not ignored here: the annotation gives no reason.";
    let expected = vec![none.to_owned(), MISSING.to_owned()];
    assert_eq!(told(&directory, &[]), (expected, 0, Some(1)));
    let skipped = vec![MISSING.to_owned()];
    assert_eq!(told(&directory, &["--skip", "IGW0001"]), (skipped, 0, Some(1)));
}

#[test]
fn an_annotation_that_does_nothing_is_a_hint() {
    let directory = world("\"IGW0110 later; IGW0109 apart; IGW0201 other; IGW011 typo\"");
    let (findings, suppressed, code) = told(&directory, &[]);
    assert_eq!((suppressed, code), (1, Some(0)));
    let unused = "info IGW0002: IGW0109 hostname-shadowed is ignored here, but finds nothing.";
    assert_eq!(findings[0], unused);
    assert_eq!(findings[1], "info IGW0002: The annotation ignores IGW011, which is not a check.");
    assert_eq!(findings.len(), 2);
    // What was not looked for may be there.
    let (findings, ..) = told(&directory, &["--skip", "IGW0109", "--world", "closed"]);
    assert!(findings.iter().all(|f| !f.contains("IGW0109")), "{findings:?}");
}

#[test]
fn people_see_how_many_are_suppressed_and_with_v_which() {
    let directory = world("IGW0110 comes with the next release");
    let outcome = within(directory.path(), &["-f", "world.yaml", "-v"]);
    let said =
        "· suppressed: IGW0110 backend-not-found at HTTPRoute models/chat (comes with the next";
    assert!(outcome.stdout.contains(said), "{}", outcome.stdout);
    let verdict = outcome.stdout.lines().last().unwrap_or_default();
    assert!(verdict.ends_with("· 1 suppressed"), "{verdict}");
}

#[test]
fn a_baseline_leaves_what_is_new() {
    let directory = world("");
    let outcome = within(directory.path(), &["-f", "world.yaml", "-o", "json"]);
    write(&directory, "before.json", &outcome.stdout);
    let yaml = within(directory.path(), &["-f", "world.yaml", "-o", "yaml"]);
    write(&directory, "before.yaml", &yaml.stdout);
    for file in ["before.json", "before.yaml"] {
        assert_eq!(told(&directory, &["--baseline", file]), (vec![], 1, Some(0)), "{file}");
    }
    // A rule before it moves the field; another finding is new.
    let moved = WORLD.replace("ANNOTATION", "").replace(
        "  rules:\n",
        "  rules:\n  - matches: [{path: {value: /embed}}]\n    backendRefs: [{name: embed, port: 1}]\n",
    );
    write(&directory, "world.yaml", &moved);
    let (findings, suppressed, code) = told(&directory, &["--baseline", "before.json"]);
    assert_eq!((findings.len(), suppressed, code), (1, 1, Some(1)), "{findings:?}");
    assert!(findings[0].contains("/embed"), "{findings:?}");
}

#[test]
fn a_baseline_that_is_none() {
    let directory = world("");
    write(&directory, "list.json", "{\"kind\": \"List\", \"findings\": []}");
    write(&directory, "broken.json", "{\"kind\": ");
    let mut out = String::new();
    for file in ["missing.json", "list.json", "broken.json", "world.yaml"] {
        let outcome = within(directory.path(), &["-f", "world.yaml", "--baseline", file]);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""), "{file}");
        out.push_str(&outcome.stderr);
    }
    insta::assert_snapshot!("a_baseline_that_is_none", out);
}

#[test]
fn a_project_decides_once() {
    let directory = world("");
    write(&directory, ".igw.yaml", "severity:\n  IGW0110: warning\n  IGW0999: error\n");
    let warning = vec![MISSING.replace("error", "warning")];
    assert_eq!(told(&directory, &[]), (warning, 0, Some(0)));
    assert_eq!(told(&directory, &["--config", "none"]), (vec![MISSING.to_owned()], 0, Some(1)));
    write(&directory, ".igw.yaml", "skip: [backend-not-found]\n");
    assert_eq!(told(&directory, &[]), (vec![], 0, Some(0)));
    // A flag comes before the file.
    let only = told(&directory, &["--only", "IGW0110"]);
    assert_eq!(only, (vec![MISSING.to_owned()], 0, Some(1)));
    write(&directory, ".igw.yaml", "assume: [kgateway=2.2]\n");
    let outcome = within(directory.path(), &["-f", "world.yaml"]);
    assert!(outcome.stdout.contains("kgateway 2.2"), "{}", outcome.stdout);
    let outcome = within(directory.path(), &["-f", "world.yaml", "--assume", "kgateway=2.3"]);
    assert!(outcome.stdout.contains("kgateway 2.3"), "{}", outcome.stdout);
}

#[test]
fn a_project_is_found_above_and_no_further_than_its_repository() {
    let directory = world("");
    write(&directory, ".igw.yaml", "skip: [IGW0110]\n");
    let below = directory.path().join("a/b");
    std::fs::create_dir_all(&below).expect("directories");
    let args = ["-f", "../../world.yaml", "-o", "json"];
    let outcome = within(&below, &args);
    let report: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("JSON");
    assert_eq!(report["input"]["settings"], "../../.igw.yaml");
    assert_eq!(outcome.code, Some(0));
    std::fs::create_dir(below.join(".git")).expect("a directory");
    assert_eq!(within(&below, &args).code, Some(1));
}

#[test]
fn a_project_that_cannot_be_understood() {
    let directory = world("");
    let mut out = String::new();
    for text in ["skip: IGW0110\n", "skp: []\n", "skip: [nope]\n", "skip: [\n", "assume: [x=1]\n"] {
        write(&directory, ".igw.yaml", text);
        let outcome = within(directory.path(), &["-f", "world.yaml"]);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""), "{text}");
        out.push_str(&outcome.stderr);
    }
    let outcome = within(directory.path(), &["-f", "world.yaml", "--config", "missing.yaml"]);
    assert_eq!(outcome.code, Some(2));
    out.push_str(&outcome.stderr);
    insta::assert_snapshot!("a_project_that_cannot_be_understood", out);
}

#[test]
fn explain() {
    insta::assert_snapshot!("explain_page", run(&["explain", "rewrite-slash"]));
    insta::assert_snapshot!("explain_list", run(&["explain"]));
    insta::assert_snapshot!("explain_unknown", run(&["explain", "hostname-shadow"]));
}

#[test]
fn other_kinds_of_routes_are_counted() {
    let directory = world("");
    let more = "---\napiVersion: gateway.networking.k8s.io/v1\nkind: GRPCRoute\nmetadata: {name: a, namespace: models}\nspec: {parentRefs: [{name: front}]}\n";
    write(&directory, "world.yaml", &(WORLD.replace("ANNOTATION", "") + more));
    let outcome = within(directory.path(), &["-f", "world.yaml"]);
    assert!(outcome.stdout.contains("· not modelled, so not judged: 1 GRPCRoute\n"));
    let outcome = within(directory.path(), &["-f", "world.yaml", "-o", "json"]);
    let report: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("JSON");
    assert_eq!(report["unmodelled"], serde_json::json!([{ "kind": "GRPCRoute", "objects": 1 }]));
}
