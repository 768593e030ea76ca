//! `gateway config`: recorded Envoys have what the rules predict, unless they refused it.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::program::{Ran, command, directory, finish, run, story};

/// What a recorded Envoy had, as its admin interface writes it.
fn dump(recorded: &Value) -> Value {
    let listener = |own: &Value| {
        let chain = |table: &Value| json!({ "filters": [{ "typed_config": { "rds": { "route_config_name": table } } }] });
        let tables = own["tables"].as_array().into_iter().flatten();
        let chains: Vec<Value> = tables.map(chain).collect();
        json!({
            "name": own["name"],
            "active_state": {
                "last_updated": "2026-11-20T08:00:00.000Z",
                "listener": {
                    "name": own["name"],
                    "address": { "socket_address": { "port_value": own["port"] } },
                    "filter_chains": chains,
                },
            },
        })
    };
    let refused = recorded["rejected"].as_array().and_then(|all| all.first());
    let table = |own: &Value| {
        let mut out = json!({ "route_config": own, "last_updated": "2026-11-20T08:00:00.000Z" });
        if let Some(refused) = refused {
            out["error_state"] = json!({
                "failed_configuration": { "name": own["name"] },
                "last_update_attempt": "2026-11-20T08:05:00.000Z",
                "details": refused["message"],
            });
        }
        out
    };
    let all = |at: &str| recorded[at].as_array().cloned().unwrap_or_default();
    let kind = |name: &str| format!("type.googleapis.com/envoy.admin.v3.{name}");
    json!({ "configs": [
        { "@type": kind("BootstrapConfigDump") },
        {
            "@type": kind("ListenersConfigDump"),
            "dynamic_listeners": all("listeners").iter().map(listener).collect::<Vec<_>>(),
        },
        {
            "@type": kind("RoutesConfigDump"),
            "dynamic_route_configs": all("routes").iter().map(table).collect::<Vec<_>>(),
        },
    ] })
}

fn recorded() -> Vec<Value> {
    let file = directory().join("recorded/kgateway-envoy.jsonl");
    let text = fs::read_to_string(file).expect("the recordings can be read");
    text.lines().map(|line| serde_json::from_str(line).expect("it is JSON")).collect()
}

fn one(case: &str) -> Value {
    recorded().into_iter().find(|own| own["case"] == case).expect("it is recorded")
}

/// Compares a dump with the objects of its recording.
fn compared(place: &Path, recorded: &Value, dump: &Value, more: &[&str]) -> Ran {
    let case = recorded["case"].as_str().expect("a name");
    let file = directory().join("recorded/kgateway").join(case).join("case.json");
    let text = fs::read_to_string(file).expect("the recording can be read");
    let world: Value = serde_json::from_str(&text).expect("it is JSON");
    let list = json!({ "apiVersion": "v1", "kind": "List", "items": world["objects"] });
    fs::write(place.join("world.json"), list.to_string()).expect("written");
    fs::write(place.join("dump.json"), dump.to_string()).expect("written");
    let gateway = recorded["gateway"].as_str().expect("a Gateway");
    let args = ["config", gateway, "-f", "world.json", "--world", "closed", "--dump", "dump.json"];
    let args = [&args[..], more].concat();
    let mut command = command(&args);
    command.current_dir(place);
    finish(&args, command)
}

#[test]
fn every_recorded_proxy() {
    let place = tempfile::tempdir().expect("a directory");
    let (mut alike, mut refused) = (0, 0);
    for own in recorded() {
        let ran = compared(place.path(), &own, &dump(&own), &["-o", "json"]);
        let found: Value =
            serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{own}: {ran}"));
        let differs = found["differences"].as_array().is_some_and(|all| !all.is_empty());
        let is_refused = own["rejected"].as_array().is_some_and(|all| !all.is_empty());
        assert_eq!(differs, is_refused, "{}: {ran}", own["case"]);
        assert_eq!(ran.code, Some(i32::from(differs)), "{ran}");
        alike += usize::from(!differs);
        refused += usize::from(is_refused);
    }
    assert!(alike > 150 && refused > 4, "{alike} alike, {refused} refused");
}

#[test]
fn as_people_read_it() {
    let place = tempfile::tempdir().expect("a directory");
    for case in ["guide-canary-good", "header-modify-percent-bad"] {
        let own = one(case);
        insta::assert_snapshot!(case, compared(place.path(), &own, &dump(&own), &[]));
    }
}

/// What a proxy lacks, and what it still has.
#[test]
fn a_proxy_with_old_routes() {
    let place = tempfile::tempdir().expect("a directory");
    let own = one("match-query");
    let mut old = dump(&own);
    let table = old.pointer_mut("/configs/2/dynamic_route_configs/0/route_config");
    let hosts = table.expect("a table")["virtual_hosts"].as_array_mut().expect("hosts");
    hosts[0]["routes"][1]["name"] =
        json!("listener~80~x-route-1-httproute-gone-models-0-0-matcher-0");
    let mut gone = hosts[0].clone();
    gone["domains"] = json!(["gone.acme.test"]);
    hosts.push(gone);
    insta::assert_snapshot!(compared(place.path(), &own, &old, &[]));
    let ran = compared(place.path(), &own, &old, &["--host", "gone.acme.test", "-o", "json"]);
    let found: Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
    assert_eq!(found["differences"].as_array().map(Vec::len), Some(1), "{ran}");
    old["configs"][1]["dynamic_listeners"] = json!([]);
    let ran = compared(place.path(), &own, &old, &[]);
    assert!(ran.stdout.contains(":80: it does not listen on 80"), "{ran}");
}

#[test]
fn bad_input() {
    let file = story("kgateway-2-4-good");
    for (name, text) in [("not-json", "no"), ("another-document", "{\"routes\": []}")] {
        let ran = crate::program::run_with(&["config", "-f", &file, "--dump", "-"], text);
        assert_eq!(ran.code, Some(2), "{ran}");
        insta::assert_snapshot!(name, ran);
    }
    insta::assert_snapshot!("no-dump", run(&["config", "-f", &file]));
    let ran = run(&["config", "other", "-f", &file, "--dump", "stories/none.json"]);
    assert_eq!(ran.code, Some(2), "{ran}");
}
