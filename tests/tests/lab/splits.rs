//! `routes split` against the real API server: begun, moved on, ended, and taken back.

use std::path::Path;

use serde_json::Value;

use super::lab;
use super::plugin::TimedRun;
use super::repairs::{routes_in, written};
use super::world::{LaidWorld, full_name, lay};

const WORLD: &str = include_str!("splits.yaml");

const BEGIN: &str = "split chat -n gw --path /v1 --to ml/llama:8000=90 --to lab/llama-new:8000=10";

fn world() -> LaidWorld<'static> {
    let objects = igw_tests::lab::documents(WORLD).expect("YAML");
    let world = lay(lab(), &objects);
    assert_eq!(world.refused, [], "the API server takes all of it");
    world
}

fn split(state: &Path, line: &str) -> TimedRun {
    let ran = routes_in(state, lab().admin(), line);
    // Long lines are wrapped.
    let stderr = ran.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    TimedRun { stderr, ..ran }
}

fn done(state: &Path, line: &str) -> TimedRun {
    let ran = split(state, &format!("{line} --yes --timeout 1s"));
    assert_eq!(ran.code, Some(0), "{ran}");
    ran
}

/// The Services of the route, with their weights.
fn weights(world: &LaidWorld) -> Vec<(String, u64)> {
    let route = &written(lab(), world)["HTTPRoute gw/chat"];
    let refs = route["spec"]["rules"][0]["backendRefs"].as_array().expect("a list").iter();
    let weight = |own: &Value| {
        let name = own["name"].as_str().expect("a name").to_owned();
        (name, own["weight"].as_u64().expect("a weight"))
    };
    refs.map(weight).collect()
}

fn pair(one: u64, other: u64) -> Vec<(String, u64)> {
    vec![("llama".to_owned(), one), ("llama-new".to_owned(), other)]
}

fn grant(namespace: &str, name: &str) -> Option<Value> {
    lab().get("gateway.networking.k8s.io/v1beta1", "ReferenceGrant", namespace, name).ok()
}

const GRANT: (&str, &str) = ("lab", "allow-gw-httproutes-to-llama-new");

#[test]
fn from_one_service_to_another_and_back() {
    let state = tempfile::tempdir().expect("a directory");
    let (place, world) = (state.path(), world());
    let before = written(lab(), &world);
    let ran = done(place, BEGIN);
    assert!(ran.stderr.contains("1 applied and verified"), "{ran}");
    assert_eq!(weights(&world), pair(90, 10));
    assert!(grant(GRANT.0, GRANT.1).is_some(), "{ran}");
    let again = done(place, BEGIN);
    assert!(again.stderr.contains("Nothing to change"), "{again}");
    let ran = done(place, "split chat -n gw --path /v1 --step 40");
    assert_eq!(weights(&world), pair(50, 50), "{ran}");
    let ran = done(place, "split chat -n gw --path /v1 --end --keep lab/llama-new");
    assert_eq!(weights(&world), [("llama-new".to_owned(), 1)], "{ran}");
    // The grant of the other Service is of others, too.
    assert!(!ran.stderr.contains("is not needed any more"), "{ran}");
    for _ in 0..3 {
        let undone = split(place, "undo --yes");
        assert_eq!(undone.code, Some(0), "{undone}");
    }
    assert_eq!(written(lab(), &world), before);
    assert!(grant(GRANT.0, GRANT.1).is_none());
}

/// The grant that only the arm needed that leaves is named, with the command that takes it away.
#[test]
fn what_nothing_needs_any_more_is_named() {
    let state = tempfile::tempdir().expect("a directory");
    let (place, world) = (state.path(), world());
    done(place, BEGIN);
    let ran = done(place, "split chat -n gw --path /v1 --end --keep ml/llama");
    assert_eq!(weights(&world).len(), 1, "{ran}");
    let says = "ReferenceGrant lab/allow-gw-httproutes-to-llama-new is not needed any more: \
                kubectl delete referencegrant allow-gw-httproutes-to-llama-new -n lab";
    assert!(ran.stderr.contains(says), "{ran}");
    for _ in 0..2 {
        let undone = split(place, "undo --yes");
        assert_eq!(undone.code, Some(0), "{undone}");
    }
    // With another route that needs it, it is not.
    let mut other =
        world.stored.iter().find(|own| own["kind"] == "HTTPRoute").expect("one").clone();
    other["metadata"] = serde_json::json!({"name": "other", "namespace": "gw"});
    other["spec"]["rules"][0]["backendRefs"] =
        serde_json::json!([{"name": "llama-new", "namespace": "lab", "port": 8000}]);
    let other = lab().put(&other).expect("admitted");
    done(place, BEGIN);
    let ran = done(place, "split chat -n gw --path /v1 --end --keep ml/llama");
    assert!(!ran.stderr.contains("is not needed any more"), "{ran}");
    for _ in 0..2 {
        let undone = split(place, "undo --yes");
        assert_eq!(undone.code, Some(0), "{undone}");
    }
    lab().delete(&other).unwrap_or_else(|why| panic!("{} stays: {why}", full_name(&other)));
}

#[test]
fn a_saved_split_is_made_exactly_or_not_at_all() {
    let state = tempfile::tempdir().expect("a directory");
    let (place, world) = (state.path(), world());
    let before = written(lab(), &world);
    let file = place.join("plan.json").display().to_string();
    let saved = split(place, &format!("{BEGIN} --save-plan {file}"));
    let says = format!("saved: 2 steps; apply them: kubectl igw routes split --plan {file}");
    assert!(saved.stderr.contains(&says), "{saved}");
    assert_eq!(written(lab(), &world), before);
    let ran = split(place, &format!("fix --plan {file}"));
    assert_eq!(ran.code, Some(2), "{ran}");
    assert!(ran.stderr.contains("the plan is one of split, not of fix"), "{ran}");
    // Somebody else changes the route.
    let mut other = before["HTTPRoute gw/chat"].clone();
    other["spec"]["hostnames"] = serde_json::json!(["b.example.com"]);
    lab().put(&other).expect("admitted");
    let ran = split(place, &format!("split --plan {file}"));
    assert_eq!(ran.code, Some(4), "{ran}");
    assert!(ran.stderr.contains("plan is stale: "), "{ran}");
    lab().put(&before["HTTPRoute gw/chat"]).expect("admitted");
    let ran = split(place, &format!("split --plan {file} --timeout 1s"));
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(weights(&world), pair(90, 10), "{ran}");
    let ran = split(place, &format!("split --plan {file}"));
    assert_eq!(ran.code, Some(4), "{ran}");
    let undone = split(place, "undo --yes");
    assert_eq!(undone.code, Some(0), "{undone}");
    assert_eq!(written(lab(), &world), before);
}
