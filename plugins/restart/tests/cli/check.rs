//! `check`: what runs with an old configuration, and what a restart would do.

use serde_json::{Value, json};

use crate::program::{directory, run, run_against, run_with, story};

fn text(name: &str) -> String {
    std::fs::read_to_string(directory().join(story(name))).expect("a story")
}

fn report(input: &str) -> Value {
    let ran = run_with(&["check", "-f", "-", "-o", "json"], input);
    serde_json::from_str(&ran.stdout).expect("one JSON document")
}

fn codes(report: &Value) -> Vec<&str> {
    let all = report["findings"].as_array().expect("a list").iter();
    all.filter_map(|finding| finding["code"].as_str()).collect()
}

#[test]
fn demo() {
    insta::assert_snapshot!(run(&["--demo"]));
}

/// What `kubectl get -o yaml` prints has no managed fields: then it is not known, and not "no".
#[test]
fn without_managed_fields_it_is_not_known() {
    let whole = text("env-frozen");
    let bare: Vec<&str> = whole
        .lines()
        .filter(|line| !line.contains("managedFields") && !line.contains("fieldsType"))
        .collect();
    let report = report(&bare.join("\n"));
    assert_eq!(report["findings"], json!([]));
    let gaps = report["notChecked"].as_array().expect("a list");
    let says = gaps[0]["reason"]["detail"].as_str().expect("why");
    assert!(says.contains("--show-managed-fields"), "{says}");
}

/// An immutable ConfigMap has what it was made with, whatever its labels did since.
#[test]
fn an_immutable_one_does_not_change() {
    let whole = text("config-newer-than-pod");
    assert_eq!(codes(&report(&whole)), ["IGW1001", "IGW1008"]);
    let immutable = whole.replace("\ndata:\n", "\nimmutable: true\ndata:\n");
    assert_eq!(report(&immutable)["findings"], json!([]));
}

/// Helm writes a checksum with the configuration: had the data changed, the pods would be new.
#[test]
fn helm_with_a_checksum_has_made_new_pods() {
    let whole = text("config-newer-than-pod");
    let template = "metadata: {labels: {app: proxy}}\n    spec:";
    let marked = "metadata: {labels: {app: proxy}, annotations: {checksum/config: abc}}\n    spec:";
    assert!(whole.contains(template));
    assert_eq!(report(&whole.replace(template, marked))["findings"], json!([]));
    let of_secrets = marked.replace("checksum/config", "checksum/secret");
    let other = report(&whole.replace(template, &of_secrets));
    assert_eq!(codes(&other), ["IGW1001", "IGW1008"], "the checksum is of something else");
    let edited = whole.replace(template, marked).replace("manager: helm", "manager: kubectl-edit");
    assert_eq!(codes(&report(&edited)), ["IGW1001", "IGW1008"]);
}

/// A second node may be the one that the pod runs on; with one node there is no other.
#[test]
fn one_node_has_no_multi_attach() {
    let whole = text("strategy-deadlock").replace("ReadWriteOncePod", "ReadWriteOnce");
    assert_eq!(codes(&report(&whole)), ["IGW1005"]);
    let node =
        |name: &str| format!("---\napiVersion: v1\nkind: Node\nmetadata: {{name: {name}}}\n");
    let one = format!("{whole}{}", node("n1"));
    assert_eq!(report(&one)["findings"], json!([]));
    let two = format!("{one}{}", node("n2"));
    assert_eq!(codes(&report(&two)), ["IGW1005"]);
}

#[test]
fn nothing_to_judge() {
    let ran = run_with(&["-f", "-"], "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n");
    assert_eq!(ran.code, Some(3), "{ran}");
}

/// In a cluster only workloads of an inference gateway count, and those that are named.
#[test]
fn a_cluster_has_other_workloads() {
    let shop = text("config-newer-than-pod").replace("ghcr.io/berriai/litellm", "shop/web");
    let server = igw_tests::server::StandIn::of(&shop);
    let all = run_against(&server, "edge", &["check", "-o", "json"]);
    let all: Value = serde_json::from_str(&all.stdout).expect("one JSON document");
    assert_eq!(all["findings"], json!([]));
    let named = run_against(&server, "edge", &["check", "deployment/proxy", "-o", "json"]);
    let named: Value = serde_json::from_str(&named.stdout).expect("one JSON document");
    // Whether this program reads its files again is not known.
    assert_eq!(codes(&named), ["IGW1001"]);
    assert_eq!(named["findings"][0]["severity"], "info");
}

/// A name that nothing has is a slip, also where a cluster has other workloads.
#[test]
fn a_misspelt_name() {
    let shop = text("config-newer-than-pod").replace("ghcr.io/berriai/litellm", "shop/web");
    let more = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: bifrost, namespace: edge}\nspec: {selector: {matchLabels: {app: b}}, template: {metadata: {labels: {app: b}}, spec: {containers: [{name: b, image: \"maximhq/bifrost:v1.5.16\"}]}}}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: litellm, namespace: edge}\nspec: {selector: {matchLabels: {app: l}}, template: {metadata: {labels: {app: l}}, spec: {containers: [{name: l, image: \"ghcr.io/berriai/litellm:v1.80.0\"}]}}}\n";
    let server = igw_tests::server::StandIn::of(&format!("{shop}{more}"));
    let ran = run_against(&server, "edge", &["check", "deployment/bifrots"]);
    assert_eq!(ran.code, Some(2), "{ran}");
    assert!(ran.stderr.contains("did you mean edge/bifrost?"), "{ran}");
    let other = run_against(&server, "edge", &["check", "deployment/proxy"]);
    assert_ne!(other.code, Some(2), "{other}");
}

/// What `kubectl get all -A -o yaml` prints of a system that is well has no ConfigMaps, no managed
/// fields and the ReplicaSets of before.
#[test]
fn a_dump_of_all() {
    let dump = include_str!("../../../../tests/dumps/healthy.yaml");
    let report = report(dump);
    assert_eq!(report["findings"], json!([]));
}

/// A configuration in one line may hold a key: the line that is shown does not.
#[test]
fn a_configuration_in_one_line_is_masked() {
    let whole = text("order-wrong-loop");
    let begin = whole.find("  config.json: |").expect("a configuration");
    let secret = "sk-do-not-show-this-one-0123456789";
    let line = format!(
        r#"  config.json: '{{"providers": {{"openai": {{"keys": [{{"name": "own", "value": "{secret}", "models": ["*"]}}], "network_config": {{"base_url": "http://hub:8080"}}}}}}}}'"#
    );
    let ran = run_with(&["check", "-f", "-"], &format!("{}{line}\n", &whole[..begin]));
    assert!(ran.stdout.contains("IGW1007"), "{ran}");
    assert!(!ran.stdout.contains("do-not-show"), "{ran}");
}

/// A database takes its password when its data directory is empty: with a volume, that was before.
#[test]
fn a_database_keeps_its_first_password() {
    let database = text("first-start-langfuse")
        .replace("langfuse/langfuse:3.112.0", "postgres:16")
        .replace("LANGFUSE_INIT_PROJECT_SECRET_KEY", "POSTGRES_PASSWORD");
    assert_eq!(codes(&report(&database)), ["IGW1003"], "its data go with the pod");
    let volume = "    spec:\n      volumes: [{name: d, persistentVolumeClaim: {claimName: d}}]\n";
    let kept = report(&database.replacen("    spec:\n", volume, 1));
    assert_eq!(codes(&kept), ["IGW1002", "IGW1003"]);
    assert!(
        kept["findings"][0]["title"].as_str().is_some_and(|own| own.contains("POSTGRES_PASSWORD"))
    );
}
