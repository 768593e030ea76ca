//! `bifrost fix` and `undo` against the real API server.

use std::collections::BTreeSet;
use std::path::Path;

use igw_tests::lab::User;
use igw_tests::story;
use serde_json::Value;

use super::lab;
use super::plugin::TimedRun;
use super::repairs::{run_in, written};
use super::world::{lay, objects};

fn bifrost(state: &Path, user: &User, arguments: &str) -> TimedRun {
    run_in("bifrost", state, user, arguments)
}

fn findings(state: &Path) -> Vec<Value> {
    let ran = bifrost(state, lab().admin(), "check -A -o json");
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran}"));
    report["findings"].as_array().expect("a list").clone()
}

/// The codes of what has a repair.
fn repairable(state: &Path) -> BTreeSet<String> {
    let all = findings(state).into_iter().filter(|one| !one["fix"].is_null());
    all.map(|one| one["code"].as_str().expect("a code").to_owned()).collect()
}

/// The first answer to each question of a plan, as flags.
fn answers(state: &Path) -> String {
    let ran = bifrost(state, lab().admin(), "fix -A --dry-run -o json");
    let plan: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran}"));
    let mut out = BTreeSet::new();
    for left in plan["notPlanned"].as_array().into_iter().flatten() {
        let choice = &left["choice"];
        if let (Some(key), Some(value)) = (choice["key"].as_str(), choice["values"][0].as_str()) {
            out.insert(format!(" --set {key}={value}"));
        }
    }
    out.into_iter().collect()
}

/// The name of the run before.
fn last_run(state: &Path) -> String {
    let list = bifrost(state, lab().admin(), "history -o json").stdout;
    let list: Value = serde_json::from_str(&list).expect("JSON");
    let last = list["items"].as_array().and_then(|all| all.last()).expect("a run");
    last["id"].as_str().expect("a name").to_owned()
}

/// What the journals hold.
fn journals(state: &Path) -> String {
    let kept = std::fs::read_dir(state.join("kubectl-igw/changes")).expect("a journal").flatten();
    kept.map(|entry| std::fs::read_to_string(entry.path()).expect("a journal")).collect()
}

/// The deployment of a guide hangs; after one run it starts. What is secret is in no journal, and comes
/// back with the undo.
#[test]
fn the_deployment_of_guides_starts_after_one_run() {
    let state = tempfile::tempdir().expect("a directory");
    let (place, admin) = (state.path(), lab().admin());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lab/copied.yaml");
    let world = lay(lab(), &objects(&file));
    assert_eq!(world.refused, [], "the API server takes all of it");
    let before = written(lab(), &world);
    let start = || {
        let ran = bifrost(place, admin, "check -A -o json");
        let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran}"));
        report["predicted"][0]["start"].clone()
    };
    assert_eq!(start(), "hangs");
    // Nobody rolls it out here: what it comes to is judged below.
    let ran = bifrost(place, admin, "fix -A --yes --unsafe --no-verify");
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(ran.stderr.contains("10 applied"), "{ran}");
    assert_eq!(start(), "listens");
    let grave = findings(place).into_iter().filter(|one| one["severity"] == "error");
    assert_eq!(grave.count(), 0);
    let again = bifrost(place, admin, "fix -A --yes --unsafe --timeout 1s");
    assert!(again.stderr.starts_with("0 applied"), "{again}");
    let undone = bifrost(place, admin, "undo --yes --no-verify");
    assert_eq!(undone.code, Some(0), "{undone}");
    assert_eq!((written(lab(), &world), start()), (before, "hangs".into()));
    let said = format!("{}{ran}{again}{undone}", journals(place));
    assert!(!said.contains("cGstcGw0bnRlZDpzay1wbDRudGVk"), "{said}");
}

/// Neither a plan, nor a saved one, nor a journal, nor anything that is said has what is planted.
#[test]
fn what_is_planted_is_never_seen() {
    let state = tempfile::tempdir().expect("a directory");
    let (place, admin) = (state.path(), lab().admin());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lab/planted.yaml");
    let world = lay(lab(), &objects(&file));
    assert_eq!(world.refused, [], "the API server takes all of it");
    let before = written(lab(), &world);
    let saved = place.join("plan.json").display().to_string();
    let mut said = String::new();
    for line in [
        "check -A -o json",
        "fix -A --dry-run --diff-context 200",
        "fix -A --dry-run -o json",
        &format!("fix -A --unsafe --save-plan {saved}"),
        "fix -A --yes --unsafe --timeout 1s",
        "history -o json",
        "undo --diff-context 200",
        "undo --yes --no-verify",
    ] {
        said.push_str(&bifrost(place, admin, line).to_string());
    }
    assert_eq!(written(lab(), &world), before, "{said}");
    assert!(said.contains(" applied and verified"), "{said}");
    said.push_str(&std::fs::read_to_string(&saved).expect("a plan"));
    said.push_str(&journals(place));
    for secret in ["pl4nted", "4711471147114711", "cGw0bnRlZ"] {
        let seen = said.lines().find(|line| line.contains(secret));
        assert_eq!(seen, None, "{secret}");
    }
}

/// What was moved is read back from its Secret; where that is gone, the undo says so.
#[test]
fn a_moved_secret_comes_back_only_from_its_secret() {
    let state = tempfile::tempdir().expect("a directory");
    let (place, admin) = (state.path(), lab().admin());
    let all = story::of(&igw_bifrost::BIFROST);
    let story = all.into_iter().find(|own| own.name == "key-in-configmap").expect("a story");
    let world = lay(lab(), &objects(&story.file));
    let before = written(lab(), &world);
    let ran = bifrost(place, admin, "fix -A --only IGW0215 --yes --unsafe --timeout 1s");
    assert!(ran.stderr.contains("1 applied and verified"), "{ran}");
    assert!(!journals(place).contains("sk-story-0123456789"));
    let moved = written(lab(), &world);
    let secret = lab().get("v1", "Secret", "gateway", "bifrost-openai-chat").expect("a Secret");
    lab().delete(&secret).expect("deleted");
    let undone = bifrost(place, admin, "undo --yes --no-verify");
    assert_eq!(undone.code, Some(4), "{undone}");
    let why = "was moved to Secret gateway/bifrost-openai-chat, which is gone";
    assert!(undone.stderr.contains(why), "{undone}");
    assert_eq!(written(lab(), &world), moved);
    // Nor by who may not read it.
    let user = lab().user("no-secrets", &[]).expect("a user");
    let kinds = ["configmaps", "deployments.apps", "namespaces"];
    lab().allow(&user, None, &["get", "list", "patch"], &kinds).expect("a role");
    let refused = bifrost(place, &user, "undo --yes --no-verify");
    assert_eq!(refused.code, Some(4), "{refused}");
    assert!(refused.stderr.contains("bifrost-openai-chat, which cannot be read: "), "{refused}");
    // With the Secret it can be taken back; another one than was made stays.
    let mut again = igw_core::fix::normal(&secret);
    again["metadata"]["labels"] = serde_json::json!({"restored": "yes"});
    let again = lab().put(&again).expect("admitted");
    let undone = bifrost(place, admin, "undo --yes --no-verify");
    assert_eq!(undone.code, Some(4), "{undone}");
    assert!(undone.stderr.contains("another Secret gateway/bifrost-openai-chat"), "{undone}");
    assert_ne!(written(lab(), &world), before);
    lab().delete(&again).expect("deleted");
}

#[test]
fn each_story_is_repaired_and_taken_back() {
    let admin = lab().admin();
    let (mut repaired, mut codes, mut wrong) = (0, BTreeSet::new(), Vec::new());
    for story in story::of(&igw_bifrost::BIFROST).into_iter().filter(|own| !own.is_good()) {
        let state = tempfile::tempdir().expect("a directory");
        let (place, name) = (state.path(), &story.name);
        let world = lay(lab(), &objects(&story.file));
        let before = written(lab(), &world);
        let faults = repairable(place);
        if faults.is_empty() {
            println!("{name}: nothing; refused {:?}", world.refused);
            continue;
        }
        let line = format!("fix -A --yes --unsafe --timeout 1s{}", answers(place));
        let ran = bifrost(place, admin, &line);
        let left = repairable(place);
        let again = bifrost(place, admin, &line);
        let undone = bifrost(place, admin, "undo --yes --no-verify");
        let after = written(lab(), &world);
        // The undo is taken back, and the repair is made again; then that is taken back.
        let redone = bifrost(place, admin, &format!("undo {} --yes --no-verify", last_run(place)));
        let is_again = match redone.code {
            Some(0) => repairable(place).is_empty(),
            _ => redone.stderr.contains("is not in the journal, because it is secret"),
        };
        let last = bifrost(place, admin, "undo --yes --no-verify");
        let mut is_right = is_again && written(lab(), &world) == before;
        is_right &= left.is_empty() && ran.stderr.contains(" applied and verified");
        is_right &=
            again.stderr.starts_with("0 applied") || again.stderr.contains("nothing to repair");
        is_right &= undone.code == Some(0) && after == before && repairable(place) == faults;
        if !is_right {
            wrong.push(format!(
                "{name}: {faults:?}, left {left:?}\n{ran}\n{again}\n{undone}\n{redone}\n{last}"
            ));
        }
        repaired += 1;
        codes.extend(faults);
    }
    println!("{repaired} stories, {codes:?}");
    assert!(wrong.is_empty(), "{} stories:\n{}", wrong.len(), wrong.join("\n----\n"));
    assert!(repaired >= 30, "only {repaired}");
}
