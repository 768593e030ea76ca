//! `gateway check` against a real API server without the kinds of the Gateway API, with those of an old
//! release, with two releases at once, and with either channel of the newest.

use std::collections::BTreeSet;
use std::path::Path;

use igw_tests::lab::{CrdChannel, LabCluster, Programs, documents};
use serde_json::Value;

use super::experimental;
use super::repairs::run_in;
use super::world::lay;

/// kgateway's controller, as its chart labels it; nothing runs of it.
const KGATEWAY: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: kgateway, namespace: kgateway-system, labels: {kgateway: kgateway}}
spec:
  replicas: 1
  selector: {matchLabels: {kgateway: kgateway}}
  template:
    metadata: {labels: {kgateway: kgateway}}
    spec: {containers: [{name: controller, image: \"cr.kgateway.dev/kgateway-dev/kgateway:v2.4.0\"}]}
";

const NAMESPACE: &str = "{apiVersion: v1, kind: Namespace, metadata: {name: kgateway-system}}";

/// `CODE severity Kind` of what is found about the kinds of the Gateway API, with the titles.
fn found(lab: &LabCluster) -> (BTreeSet<String>, String) {
    let state = tempfile::tempdir().expect("a directory");
    let ran = run_in("gateway", state.path(), lab.admin(), "check -A -o json");
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran}"));
    let about = ["IGW0601", "IGW0602"];
    let mut titles = String::new();
    let mut out = BTreeSet::new();
    for one in report["findings"].as_array().expect("a list") {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        if about.iter().any(|code| one["code"] == *code) {
            let (code, severity) = (text(&one["code"]), text(&one["severity"]));
            out.insert(format!("{code} {severity} {}", text(&one["object"]["kind"])));
            titles.push_str(&text(&one["title"]));
            titles.push('\n');
        }
    }
    for one in report["notChecked"].as_array().expect("a list") {
        // Objects of kinds that are not there cannot be listed; whether the kinds are there is known.
        let is_about = about.iter().any(|code| one["code"] == *code);
        assert!(!is_about || one["reason"]["kind"] == "not-served", "{one}: {ran}");
    }
    (out, titles)
}

#[test]
fn of_no_release_of_an_old_one_and_of_two() {
    let program = Path::new(env!("CARGO_BIN_EXE_lab"));
    let lab = LabCluster::own(program, CrdChannel::Nothing);
    lab.apply(NAMESPACE).expect("admitted");
    lab.apply(KGATEWAY).expect("admitted");
    let one = |finding: &str| BTreeSet::from([finding.to_owned()]);

    let (codes, titles) = found(&lab);
    assert_eq!(codes, one("IGW0601 error Deployment"), "{titles}");
    assert!(titles.contains("never becomes ready"), "{titles}");

    let programs = Programs::build().expect("programs");
    let install = |all: &[String]| {
        all.iter().for_each(|crd| lab.apply(crd).expect("admitted"));
        lab.established().expect("established");
    };
    install(&programs.old_crds().expect("the CRDs of 1.1.0"));
    let (codes, titles) = found(&lab);
    assert_eq!(codes, one("IGW0602 info CustomResourceDefinition"), "{titles}");
    assert!(titles.contains("for Gateway API 1.4 to 1.6, not for v1.1.0"), "{titles}");

    // An upgrade that stops after a kind: the API server takes the newer one.
    let standard = programs.crds("standard").expect("the CRDs of 1.6.1");
    let routes = standard.iter().find(|own| own.contains("name: httproutes.gateway"));
    install(&[routes.expect("a CRD").clone()]);
    let (codes, titles) = found(&lab);
    let mixed = "IGW0602 warning CustomResourceDefinition".to_owned();
    assert!(codes.contains(&mixed), "{codes:?} {titles}");
    assert!(titles.contains("of two releases") && titles.contains("v1.6.1"), "{titles}");

    install(&standard);
    assert_eq!(found(&lab), (BTreeSet::new(), String::new()));
    // An older kgateway watches a version that is not served any more.
    lab.apply(&KGATEWAY.replace("v2.4.0", "v2.2.0")).expect("admitted");
    let (codes, titles) = found(&lab);
    assert!(codes.contains("IGW0602 error Deployment"), "{codes:?} {titles}");
    assert!(titles.contains("never becomes ready with Gateway API v1.6.1"), "{titles}");
}

#[test]
fn of_the_experimental_channel() {
    let objects = [NAMESPACE, KGATEWAY].map(|yaml| documents(yaml).expect("YAML").remove(0));
    let world = lay(experimental(), &objects);
    assert_eq!(world.refused, []);
    assert_eq!(found(experimental()), (BTreeSet::new(), String::new()));
}
