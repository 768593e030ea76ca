//! The recorded statuses, put into the recorded worlds: what kgateway wrote is what is predicted,
//! so status-disagrees says nothing; and of policies, what it says is told.

use igw_core::facts::{Openness, Store, decode};
use igw_core::finding::Finding;
use igw_core::kube::Origin;
use igw_core::route::profile::Version;
use igw_routes::checks::ALL;
use igw_tests::sinks;
use serde_json::{Value, json};

use super::case::{self, GatewayCase};

/// The world of a case with the statuses that kgateway wrote, each about the present version.
fn world(case: &GatewayCase, version: Option<&str>, change: impl Fn(&mut Value)) -> Store {
    let kgateway = version.map(|version| Version::parse(version).expect("a version"));
    let mut store = Store::for_files(Openness::Closed, case.said(kgateway));
    for mut object in case.typed() {
        let meta = &mut object["metadata"];
        meta["generation"] = 1.into();
        let title = match meta["namespace"].as_str() {
            Some(home) => format!("{home}/{}", meta["name"].as_str().unwrap_or_default()),
            None => meta["name"].as_str().unwrap_or_default().to_owned(),
        };
        let mut status = case.status(&format!("{} {title}", object["kind"].as_str().unwrap_or("")));
        about(&mut status);
        if status.is_object() && status["(no status)"].is_null() {
            object["status"] = status;
        }
        change(&mut object);
        decode(&mut store, object, Origin::default(), "default");
    }
    store
}

/// Adds the generation, which was not recorded: it was the present one.
fn about(status: &mut Value) {
    match status {
        Value::Object(members) => {
            if members.contains_key("reason") {
                members.insert("observedGeneration".to_owned(), json!(1));
            }
            members.values_mut().for_each(about);
        }
        Value::Array(items) => items.iter_mut().for_each(about),
        _ => {}
    }
}

fn told(store: &Store, code: &str) -> (Vec<Finding>, usize) {
    let mut all = sinks(ALL, store).into_iter();
    let own = all.find(|sink| sink.check().code == code).expect("the check ran");
    (own.findings, own.passed)
}

const FOLDERS: [(&str, &str, &str); 3] = [
    ("kgateway", "case.json", "2.4"),
    ("kgateway", "case-2.3.0.json", "2.3"),
    ("kgateway", "case-2.2.json", "2.2"),
];

#[test]
fn what_kgateway_wrote_is_not_disputed() {
    let (mut wrong, mut agreed) = (Vec::new(), 0);
    for (folder, file, version) in FOLDERS {
        for case in case::all(folder, file) {
            // Of an unknown version, no other may be held against it.
            for known in [Some(version), None] {
                let (findings, passed) = told(&world(&case, known, |_| {}), "IGW0133");
                agreed += passed;
                let titles = findings.iter().map(|finding| &finding.title);
                wrong.extend(titles.map(|title| format!("{} {known:?}: {title}", case.id)));
            }
        }
    }
    println!("{agreed} statuses agree");
    assert!(agreed > 500, "only {agreed} statuses were compared");
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// The same worlds, each with one condition of a route inverted: it is noticed.
#[test]
fn a_condition_turned_round_is_noticed() {
    let (mut missed, mut turned) = (Vec::new(), 0);
    for case in case::all("kgateway", "case.json") {
        let is_route = |object: &Value| object["kind"] == "HTTPRoute";
        let accepted = |object: &Value| {
            let parents = object["status"]["parents"].as_array().into_iter().flatten();
            let mut conditions = parents.flat_map(|p| p["conditions"].as_array()).flatten();
            conditions.any(|c| c["type"] == "Accepted" && c["status"] == "True")
        };
        let count = std::cell::Cell::new(0);
        let store = world(&case, Some("2.4"), |object| {
            if !is_route(object) || !accepted(object) {
                return;
            }
            count.set(count.get() + 1);
            let parents = object["status"]["parents"].as_array_mut().into_iter().flatten();
            for condition in parents.flat_map(|p| p["conditions"].as_array_mut()).flatten() {
                if condition["type"] == "Accepted" {
                    condition["status"] = "False".into();
                    condition["reason"] = "NoMatchingParent".into();
                }
            }
        });
        if count.get() > 0 {
            turned += 1;
            if told(&store, "IGW0133").0.is_empty() {
                missed.push(case.id.clone());
            }
        }
    }
    assert!(turned > 100, "only {turned} worlds have an accepted route");
    assert_eq!(missed, Vec::<String>::new());
}

/// Exactly the policies that kgateway refused, left out or did not look at.
#[test]
fn policies_that_are_not_attached_are_told() {
    let mut told_of = Vec::new();
    let mut attached = 0;
    for folder in ["kgateway", "kgateway-special"] {
        for case in case::all(folder, "case.json") {
            let (findings, passed) = told(&world(&case, Some("2.4"), |_| {}), "IGW0134");
            attached += passed;
            let line = |f: &Finding| format!("{} {}: {}", case.id, f.severity.word(), f.title);
            told_of.extend(findings.iter().map(line));
        }
    }
    println!("{attached} policies are attached");
    assert!(attached >= 8, "only {attached}");
    insta::assert_snapshot!("policies", told_of.join("\n"));
}
