//! `fix` and `undo` against the real API server: what is repaired is repaired, and what is taken back is
//! as it was.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use igw_core::fix::normal;
use igw_tests::lab::{LabCluster, User};
use igw_tests::story::REPAIRED;
use serde_json::{Value, json};

use super::lab;
use super::plugin::{TimedRun, finish, program_of};
use super::world::{LaidWorld, full_name, lay, objects};

/// Runs the program of a plugin with a journal of its own; without a name, that of the front door.
pub fn run_in(plugin: &'static str, state: &Path, user: &User, arguments: &str) -> TimedRun {
    let mut command = Command::new(program_of(plugin));
    command.env_clear().env("KUBECONFIG", &user.kubeconfig).env("XDG_STATE_HOME", state);
    let own =
        if plugin.is_empty() { "kubectl igw".into() } else { format!("kubectl igw {plugin}") };
    finish(user, &format!("{own} {arguments}"), own.split(' ').count(), command)
}

pub fn routes_in(state: &Path, user: &User, arguments: &str) -> TimedRun {
    run_in("routes", state, user, arguments)
}

pub fn story(name: &str) -> Vec<Value> {
    let story = super::stories().into_iter().find(|story| story.name == name);
    objects(&story.unwrap_or_else(|| panic!("no story {name}")).file)
}

/// The objects of a world as people wrote them, by name; those that are gone are left out.
pub fn written(lab: &LabCluster, world: &LaidWorld) -> BTreeMap<String, Value> {
    let now = |object: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let meta = &object["metadata"];
        let (version, kind) = (text(&object["apiVersion"]), text(&object["kind"]));
        lab.get(&version, &kind, &text(&meta["namespace"]), &text(&meta["name"]))
    };
    let all = world.stored.iter().filter_map(|own| Some((full_name(own), normal(&now(own).ok()?))));
    all.collect()
}

fn codes(state: &Path, user: &User) -> Vec<String> {
    let ran = routes_in(state, user, "check -A -o json");
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran}"));
    let findings = report["findings"].as_array().expect("a list").iter();
    let findings = findings.filter(|one| one["severity"] != "info");
    findings.map(|one| one["code"].as_str().expect("a code").to_owned()).collect()
}

#[test]
fn each_is_made_and_taken_back() {
    let state = tempfile::tempdir().expect("a directory");
    let (place, admin) = (state.path(), lab().admin());
    let mut made = 0;
    for (name, code, flags) in REPAIRED {
        let world = lay(lab(), &story(name));
        let count = || codes(place, admin).iter().filter(|own| *own == code).count();
        let faults = count();
        if faults == 0 {
            // The API server has refused the object with the fault.
            assert!(!world.refused.is_empty(), "{name}: {code} is found");
            continue;
        }
        let before = written(lab(), &world);
        let flags = flags.join(" ");
        let line = format!("fix -A --only {code} --yes --timeout 1s {flags}");
        let ran = routes_in(place, admin, &line);
        if ran.stderr.starts_with("0 applied") && ran.stderr.contains("without a repair") {
            // What it would need is not read of a cluster: which Secrets there are.
            continue;
        }
        made += 1;
        assert!(ran.stderr.contains(" applied and verified"), "{name}: {ran}");
        assert!(ran.stderr.contains("undo: kubectl igw routes undo "), "{name}: {ran}");
        // No pod runs here, and to a backend without one nothing is sent as a repair.
        let most = if ran.stderr.contains("without a repair") { faults - 1 } else { 0 };
        assert!(count() <= most, "{name}: {code} is left after {ran}");
        let again = routes_in(place, admin, &line);
        assert!(again.stderr.starts_with("0 applied"), "{name}: {again}");
        let undone = routes_in(place, admin, "undo --yes");
        assert_eq!(undone.code, Some(0), "{name}: {undone}");
        let after = written(lab(), &world);
        assert_eq!(after, before, "{name}: {undone}");
        assert!(codes(place, admin).contains(&code.to_owned()), "{name}: the fault is back");
    }
    assert!(made >= 15, "only {made} were made");
}

#[test]
fn who_may_not_change_it_sees_what_would_be() {
    let state = tempfile::tempdir().expect("a directory");
    let world = lay(lab(), &story("grant-missing"));
    let reader = lab().user("fix-reader", &[]).expect("a user");
    lab().allow(&reader, None, &["get", "list"], &["*.*"]).expect("a role");
    let before = written(lab(), &world);
    insta::assert_snapshot!("a_reader", routes_in(state.path(), &reader, "fix -A --dry-run"));
    let ran = routes_in(state.path(), &reader, "fix -A --yes");
    assert_eq!(ran.code, Some(4), "{ran}");
    assert!(ran.stderr.contains("you may not create ReferenceGrant gpu/"), "{ran}");
    assert_eq!(written(lab(), &world), before);
    assert!(!state.path().join("kubectl-igw").exists(), "there is nothing to be journalled");
}

#[test]
fn what_others_own_is_only_shown() {
    let state = tempfile::tempdir().expect("a directory");
    let mut all = story("parent-wrong-namespace");
    for route in all.iter_mut().filter(|own| own["kind"] == "HTTPRoute") {
        let id = "shop:gateway.networking.k8s.io/HTTPRoute:team/route";
        route["metadata"]["annotations"] = json!({"argocd.argoproj.io/tracking-id": id});
    }
    let world = lay(lab(), &all);
    let before = written(lab(), &world);
    let admin = lab().admin();
    let ran = routes_in(state.path(), admin, "fix -A --only IGW0101 --yes");
    assert_eq!((ran.code, written(lab(), &world)), (Some(4), before), "{ran}");
    assert!(ran.stderr.contains("Argo CD application shop owns it"), "{ran}");
    insta::assert_snapshot!(
        "owned",
        routes_in(state.path(), admin, "fix -A --only IGW0101 --dry-run")
    );
    let line = "fix -A --only IGW0101 --yes --force-owned --timeout 1s";
    let ran = routes_in(state.path(), admin, line);
    assert!(ran.stderr.contains("1 applied and verified"), "{ran}");
    let ran = routes_in(state.path(), admin, "undo --yes");
    assert_eq!(ran.code, Some(4), "{ran}");
    let ran = routes_in(state.path(), admin, "undo --yes --force-owned");
    assert_eq!(ran.code, Some(0), "{ran}");
}

#[test]
fn what_was_changed_since_is_not_taken_back() {
    let state = tempfile::tempdir().expect("a directory");
    let (place, admin) = (state.path(), lab().admin());
    let _world = lay(lab(), &story("port-of-the-container"));
    let ran = routes_in(place, admin, "fix -A --only IGW0111 --yes --timeout 1s");
    assert!(ran.stderr.contains("1 applied and verified"), "{ran}");
    let list = routes_in(place, admin, "history -o json");
    let list: Value = serde_json::from_str(&list.stdout).expect("JSON");
    let object = &list["items"][0]["objects"][0]["object"];
    let text = |name: &str| object[name].as_str().expect("text").to_owned();
    let route = lab().get(&text("apiVersion"), "HTTPRoute", &text("namespace"), &text("name"));
    let mut route = normal(&route.expect("a route"));
    route["spec"]["rules"][0]["backendRefs"][0]["weight"] = 7.into();
    lab().put(&route).expect("admitted");
    let ran = routes_in(place, admin, "undo --yes");
    assert_eq!(ran.code, Some(4), "{ran}");
    assert!(ran.stderr.contains("spec.rules[0].backendRefs was changed since (lab, "), "{ran}");
}

/// The API server compares texts as Go spells them, with escapes for what could be HTML.
#[test]
fn what_go_escapes_is_still_what_it_was() {
    let state = tempfile::tempdir().expect("a directory");
    let (place, admin) = (state.path(), lab().admin());
    let mut all = story("port-of-the-container");
    for route in all.iter_mut().filter(|own| own["kind"] == "HTTPRoute") {
        let odd = json!([{"name": "x-odd", "value": "a&b <c> \"d\" \\ \u{2028}é"}]);
        route["spec"]["rules"][0]["filters"] =
            json!([{"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": odd}}]);
    }
    let world = lay(lab(), &all);
    assert_eq!(world.refused, []);
    let before = written(lab(), &world);
    let ran = routes_in(place, admin, "fix -A --only IGW0111 --yes --timeout 1s");
    assert!(ran.stderr.contains("1 applied and verified"), "{ran}");
    let undone = routes_in(place, admin, "undo --yes");
    assert_eq!(undone.code, Some(0), "{undone}");
    assert_eq!(written(lab(), &world), before);
}

#[test]
fn a_saved_plan_is_applied_exactly_or_not_at_all() {
    let state = tempfile::tempdir().expect("a directory");
    let (place, admin) = (state.path(), lab().admin());
    let world = lay(lab(), &story("port-of-the-container"));
    let before = written(lab(), &world);
    let file = place.join("plan.json").display().to_string();
    let save = format!("fix -A --only IGW0111 --save-plan {file}");
    let saved = routes_in(place, admin, &save);
    assert!(saved.stderr.contains("saved: 1 step; apply them: "), "{saved}");
    assert_eq!(written(lab(), &world), before);
    let again = routes_in(place, admin, &save);
    assert_eq!(again.code, Some(5), "what is there is not replaced: {again}");
    // A status, or a label of somebody else's, is a change of the object; the latter is not what was shown.
    let (name, route) =
        before.iter().find(|(name, _)| name.starts_with("HTTPRoute ")).expect("one");
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let mut other = route.clone();
    other["metadata"]["labels"] = json!({"by": "somebody"});
    lab().put(&other).expect("admitted");
    let ran = routes_in(place, admin, &format!("fix --plan {file}"));
    assert_eq!(ran.code, Some(4), "{ran}");
    let told = format!("plan is stale: metadata.labels.by of {name} was changed at ");
    assert!(ran.stderr.contains(&told) && ran.stderr.contains(" by lab"), "{ran}");
    lab().put(route).expect("admitted");
    let ran = routes_in(place, admin, &format!("fix --plan {file} --timeout 1s"));
    assert!(ran.stderr.contains("1 applied and verified"), "{ran}");
    let ran = routes_in(place, admin, &format!("fix --plan {file}"));
    assert_eq!(ran.code, Some(4), "{ran}");
    assert!(ran.stderr.contains("is not found any more"), "{ran}");
}
