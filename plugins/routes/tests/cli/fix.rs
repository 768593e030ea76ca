//! `fix` on files: the plan, the files after it, what is refused.

use std::fs;
use std::path::Path;

use igw_tests::story::REPAIRED;
use serde_json::Value;

use crate::program::{Ran, directory, run, run_with};
use crate::run_in;

/// The text of a story, YAML or JSON.
fn story(name: &str) -> String {
    let path = directory().join("stories/routes").join(name);
    let text = fs::read_to_string(path.join("cluster.yaml"));
    text.or_else(|_| fs::read_to_string(path.join("cluster.json"))).expect("a story")
}

fn place(texts: &[(&str, &str)]) -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("a directory");
    for (name, text) in texts {
        fs::write(place.path().join(name), text).expect("written");
    }
    place
}

/// The codes of what is more than a hint.
fn codes(place: &Path) -> Vec<String> {
    let ran = run_in(place, &["-f", ".", "-o", "json"]);
    let report: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let findings = report["findings"].as_array().expect("a list").iter();
    let findings = findings.filter(|one| one["severity"] != "info");
    findings.map(|one| one["code"].as_str().expect("a code").to_owned()).collect()
}

fn fix(place: &Path, flags: &[&str]) -> Ran {
    run_in(place, &[&["fix", "-f", "."], flags].concat())
}

/// As [`REPAIRED`]: what an API server refuses, so that only files have it.
const NEVER_STORED: [(&str, &str, &[&str]); 3] = [
    ("field-misspelt", "IGW0130", &["--unsafe"]),
    ("path-with-two-slashes", "IGW0125", &["--unsafe"]),
    ("words-in-the-wrong-case", "IGW0125", &["--unsafe"]),
];

#[test]
fn each_repair_repairs_and_a_second_run_changes_nothing() {
    for (name, code, flags) in REPAIRED.into_iter().chain(NEVER_STORED) {
        let place = place(&[("all.yaml", &story(name))]);
        assert!(codes(place.path()).contains(&code.to_owned()), "{name}");
        let ran = fix(place.path(), &[&["--yes"], flags].concat());
        assert_eq!(ran.code, Some(0), "{name}: {ran}");
        assert!(!codes(place.path()).contains(&code.to_owned()), "{name}: {ran}");
        let once = fs::read_to_string(place.path().join("all.yaml")).expect("a file");
        fix(place.path(), &[&["--yes"], flags].concat());
        let twice = fs::read_to_string(place.path().join("all.yaml")).expect("a file");
        assert_eq!(once, twice, "{name}");
        // What was there is there: only lines of the repair came, and only wrong ones went.
        let gone = story(name).lines().filter(|line| !once.lines().any(|own| own == *line)).count();
        assert!(gone <= 8, "{name}: {gone} lines are gone\n{once}");
    }
}

#[test]
fn a_plan() {
    let place = place(&[("all.yaml", &story("grant-missing"))]);
    let ran = fix(place.path(), &[]);
    insta::assert_snapshot!(ran.to_string());
    assert_eq!(
        fs::read_to_string(place.path().join("all.yaml")).expect("a file"),
        story("grant-missing")
    );
    let ran = fix(place.path(), &["--dry-run", "-o", "json"]);
    insta::assert_snapshot!("a_plan_as_json", ran.to_string());
}

#[test]
fn what_is_not_planned_says_why() {
    let text = [story("listener-name-typo"), story("external-name")].join("---\n");
    let place = place(&[("all.yaml", &text)]);
    insta::assert_snapshot!(fix(place.path(), &["--dry-run"]).to_string());
    insta::assert_snapshot!(
        "yes_leaves_what_is_not_safe",
        fix(place.path(), &["--yes"]).to_string()
    );
    let ran = fix(place.path(), &["--yes", "--unsafe", "--set", "IGW0105.listener=other"]);
    insta::assert_snapshot!("an_answer_that_is_none", ran.to_string());
    let ran = fix(place.path(), &["--yes", "--set", "listener"]);
    insta::assert_snapshot!("a_set_that_is_none", ran.to_string());
}

#[test]
fn a_pipe_gets_the_repaired_text() {
    let text = story("port-of-the-container");
    let ran = run_with(&["fix", "-f", "-", "--yes"], &text);
    assert_eq!(ran.code, Some(0), "{ran}");
    let wanted = text.replacen("port: 8000", "port: 80", 1);
    assert_eq!(ran.stdout.lines().count(), text.lines().count());
    let changed = ran.stdout.lines().zip(text.lines()).filter(|(new, old)| new != old);
    assert_eq!(changed.count(), 1, "{wanted}");
    // What has nothing to repair comes out as it came in.
    let good = story("port-of-the-container-good");
    assert_eq!(run_with(&["fix", "-f", "-", "--yes"], &good).stdout, good);
}

#[test]
fn saved_elsewhere_and_never_over_something() {
    let text = story("grant-missing");
    let place = place(&[("all.yaml", &text)]);
    let ran = fix(place.path(), &["--yes", "--save", "out"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(fs::read_to_string(place.path().join("all.yaml")).expect("a file"), text);
    let saved = fs::read_to_string(place.path().join("out/all.yaml")).expect("a file");
    assert!(saved.starts_with(&text) && saved.contains("kind: ReferenceGrant"), "{saved}");
    let ran = run_in(place.path(), &["fix", "-f", "all.yaml", "--yes", "--save", "out"]);
    assert_eq!(ran.code, Some(5), "{ran}");
}

#[cfg(unix)]
#[test]
fn links_modes_and_marks_stay() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let text =
        format!("\u{feff}# first\r\n{}", story("port-of-the-container").replace('\n', "\r\n"));
    let place = place(&[("real.yml", &text)]);
    let real = place.path().join("real.yml");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).expect("a mode");
    symlink("real.yml", place.path().join("link.yaml")).expect("a link");
    let ran = run_in(place.path(), &["fix", "-f", "link.yaml", "--yes"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(place.path().join("link.yaml").is_symlink());
    assert_eq!(fs::metadata(&real).expect("a file").permissions().mode() & 0o777, 0o640);
    let new = fs::read_to_string(&real).expect("a file");
    assert!(new.starts_with("\u{feff}# first\r\n"), "{new:?}");
    assert_eq!(new.matches('\n').count(), new.matches("\r\n").count());
}

#[test]
fn only_files_and_clusters_are_repaired() {
    insta::assert_snapshot!("a_bundle", run(&["fix", "--bundle", "saved.igw"]).to_string());
    let place = place(&[("all.yaml", &story("grant-missing")), ("bad.yaml", "a: [1\n")]);
    let ran = fix(place.path(), &["--yes"]);
    assert_eq!(ran.code, Some(0), "a file that was not named is no reason: {ran}");
    let ran = run_in(place.path(), &["fix", "-f", "all.yaml", "-f", "bad.yaml", "--yes"]);
    insta::assert_snapshot!("a_file_that_cannot_be_read", ran.to_string());
}

/// 300 routes, each with a comment and one fault of three: all safe faults go, nothing else changes,
/// and the second run finds nothing.
#[test]
fn many_routes() {
    let head = "apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {name: kgateway}\nspec: {controllerName: kgateway.dev/kgateway}\n---\napiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: front, namespace: edge}\nspec:\n  gatewayClassName: kgateway\n  listeners:\n  - {name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}\n";
    let mut text = head.to_owned();
    for number in 0..300 {
        let home = if number % 3 == 0 { "models" } else { "edge" };
        let port = if number % 3 == 1 { 8000 } else { 80 };
        let target = if number % 3 == 2 { "models" } else { "edge" };
        text.push_str(&format!(
            "---\n# route {number} is here for a reason\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata:\n  name: r{number}\n  namespace: {home}\nspec:\n  parentRefs:\n  - name: front  # the only one\n  hostnames: [\"h{number}.example.com\"]\n  rules:\n  - backendRefs:\n    - name: s{number}\n      namespace: {target}\n      port: {port}  # as the Service has it\n---\napiVersion: v1\nkind: Service\nmetadata: {{name: s{number}, namespace: {target}}}\nspec: {{ports: [{{port: 80, targetPort: 8000}}]}}\n"
        ));
    }
    let place = place(&[("all.yaml", &text)]);
    let ran = fix(place.path(), &["--yes"]);
    assert!(ran.stderr.ends_with("400 applied and verified\n"), "{ran}");
    let new = fs::read_to_string(place.path().join("all.yaml")).expect("a file");
    assert_eq!(new.matches('#').count(), text.matches('#').count());
    assert!(
        !codes(place.path())
            .iter()
            .any(|code| ["IGW0101", "IGW0103", "IGW0111"].contains(&code.as_str()))
    );
    fix(place.path(), &["--yes"]);
    assert_eq!(fs::read_to_string(place.path().join("all.yaml")).expect("a file"), new);
}

#[test]
fn a_namespace_gets_the_label_that_a_listener_asks_for() {
    let text = story("namespace-same-by-default");
    let labelled = r#"allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {team/ai: "yes"}}}}"#;
    let text = text.replacen("protocol: HTTP", &format!("protocol: HTTP\n    {labelled}"), 1);
    let text = format!("{text}---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: ml\n");
    let place = place(&[("all.yaml", &text)]);
    let ran = fix(place.path(), &["--yes", "--unsafe"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let new = fs::read_to_string(place.path().join("all.yaml")).expect("a file");
    assert!(new.ends_with("  name: ml\n  labels:\n    team/ai: \"yes\"\n"), "{new}");
}

/// What a page says of the safety of a repair is what the repair says.
#[test]
fn pages_agree_with_the_repairs() {
    let stories = fs::read_dir(directory().join("stories/routes")).expect("stories");
    let mut seen = std::collections::BTreeSet::new();
    for story in stories.flatten() {
        let path = story.path().display().to_string();
        let ran = run(&["-f", &path, "-A", "-o", "json"]);
        let Ok(report) = serde_json::from_str::<Value>(&ran.stdout) else { continue };
        for finding in report["findings"].as_array().into_iter().flatten() {
            let (Some(code), Some(disposition)) =
                (finding["code"].as_str(), finding["fix"]["disposition"].as_str())
            else {
                continue;
            };
            seen.insert(code.to_owned());
            let page = fs::read_to_string(directory().join(format!("../docs/checks/{code}.md")));
            let page = page.expect("a page");
            let says = page.split("## Fix safety\n").nth(1).unwrap_or_default();
            let first = says.split([' ', ':', ',', '\n']).next().unwrap_or_default();
            let is = match first {
                "Safe" => disposition == "safe" || says.contains("nsafe") || says.contains("when"),
                "Unsafe" => disposition == "unsafe",
                _ => false,
            };
            assert!(is, "{code} of {path}: the page says {first}, the repair {disposition}");
        }
    }
    assert!(seen.len() >= 8, "{seen:?}");
}

/// Only where a route is named does the Gateway's address become one of its hostnames.
#[test]
fn an_address_is_added_to_the_route_that_is_named() {
    let text = story("address-not-routed");
    let place = place(&[("all.yaml", &text)]);
    let file = place.path().join("all.yaml");
    let ran = fix(place.path(), &["--yes", "--unsafe"]);
    assert_eq!(fs::read_to_string(&file).expect("a file"), text, "{ran}");
    // As `check` prints it.
    let flags = ["edge/front", "--only", "IGW0122", "--yes", "--unsafe"];
    let ran = fix(place.path(), &[&flags[..], &["--set", "IGW0122.route=models/chat"]].concat());
    assert_eq!(ran.code, Some(0), "{ran}");
    let new = fs::read_to_string(&file).expect("a file");
    let added = "  - api.example.com\n  - edge-1a2b.elb.example.com\n";
    assert_eq!(new, text.replacen("  - api.example.com\n", added, 1));
}
