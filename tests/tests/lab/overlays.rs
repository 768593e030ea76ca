//! `--overlay`: what is told of a change before it is applied is what is found after.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use super::lab;
use super::plugin::{routes, team};
use super::world::objects;

/// Findings about what no controller has looked at since: nobody writes statuses here.
const OF_STATUS: [&str; 3] = ["IGW0131", "IGW0132", "IGW0133"];

/// Changes by the team: an object, a place in it, and the new value.
fn changes() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("HTTPRoute chat/completions", "/spec/rules/0/backendRefs/0/port", json!(9000)),
        ("HTTPRoute chat/completions", "/spec/parentRefs/0/sectionName", json!("https")),
        ("HTTPRoute chat/completions", "/spec/hostnames", json!(["*.example.org"])),
        ("HTTPRoute chat/embeddings", "/spec/rules/0/matches/0/path/value", json!("/v1")),
        ("HTTPRoute chat/embeddings", "/spec/rules/0/backendRefs/0/weight", json!(0)),
        ("Service chat/bert", "/spec/ports/0/port", json!(8001)),
        ("ReferenceGrant gpu/chat", "/spec/to/0/name", json!("other")),
        ("ReferenceGrant gpu/chat", "/spec/from/0/namespace", json!("edge")),
        ("Gateway edge/front", "/spec/listeners/0/hostname", json!("*.example.org")),
        ("Gateway edge/front", "/spec/listeners/0/allowedRoutes/namespaces/from", json!("Same")),
    ]
}

/// Code and object of what a report finds, and where.
fn findings(report: &str) -> BTreeSet<String> {
    let report: Value = serde_json::from_str(report).expect("JSON");
    let list = report["findings"].as_array().expect("findings").iter();
    let told = list.filter(|one| OF_STATUS.iter().all(|code| one["code"] != *code));
    told.map(|one| format!("{} {} {}", one["code"], one["object"], one["path"])).collect()
}

/// Sets a value; the last segment of the pointer may be new.
fn set(object: &mut Value, pointer: &str, value: Value) {
    let (parent, last) = pointer.rsplit_once('/').expect("a pointer");
    object.pointer_mut(parent).expect("it is there")[last] = value;
}

#[test]
fn tell_before_what_is_found_after() {
    let _team = team(lab());
    let place = tempfile::tempdir().expect("a directory");
    let file = place.path().join("change.yaml");
    let typed = objects(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lab/team.yaml"));
    let mut quiet = Vec::new();
    for (name, pointer, value) in changes() {
        let own = typed.iter().find(|object| super::world::full_name(object) == name);
        let own = own.expect("the team has it");
        let mut change = own.clone();
        change.as_object_mut().expect("an object").remove("status");
        set(&mut change, pointer, value);
        std::fs::write(&file, change.to_string()).expect("it can be written");
        let overlay = routes(lab().admin(), &format!("-A -o json -f {} --overlay", file.display()));
        assert_eq!(overlay.stderr, "", "{overlay}");
        let before = findings(&overlay.stdout);
        lab().put(&change).expect("the API server takes it");
        let after = findings(&routes(lab().admin(), "-A -o json").stdout);
        lab().put(own).expect("the API server takes it back");
        assert_eq!(before, after, "{name} {pointer}");
        if after.is_empty() {
            quiet.push(pointer);
        }
    }
    // Another host, and a wider path that nobody else has: they break nothing.
    assert_eq!(quiet, ["/spec/hostnames", "/spec/rules/0/matches/0/path/value"]);
}
