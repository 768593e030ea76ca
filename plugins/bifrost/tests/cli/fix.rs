//! `fix` on files: what each repair makes of its story, and what stays.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::program::{directory, run_with};
use crate::run_in;

/// The stories that are not good, with their texts.
fn stories() -> Vec<(String, String)> {
    let all = fs::read_dir(directory().join("stories/bifrost")).expect("stories").flatten();
    let mut out: Vec<_> = all
        .filter(|story| !story.file_name().to_string_lossy().ends_with("-good"))
        .map(|story| {
            let name = story.file_name().to_string_lossy().into_owned();
            let text = fs::read_to_string(story.path().join("cluster.yaml"));
            let json = || fs::read_to_string(story.path().join("cluster.json")).expect("a story");
            (name, text.unwrap_or_else(|_| json()))
        })
        .collect();
    out.sort();
    out
}

fn place(name: &str, text: &str) -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("a directory");
    fs::write(place.path().join(name), text).expect("written");
    place
}

fn read(place: &Path, name: &str) -> String {
    fs::read_to_string(place.join(name)).expect("a file")
}

fn findings(place: &Path) -> Vec<Value> {
    let ran = run_in(place, &["-f", ".", "-o", "json"]);
    let report: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    report["findings"].as_array().expect("a list").clone()
}

fn text<'a>(value: &'a Value, at: &str) -> &'a str {
    value.pointer(at).and_then(Value::as_str).unwrap_or_default()
}

/// The answers that a plan asks for: one list of `--set` for each pick.
fn answers(place: &Path, code: &str) -> Vec<Vec<String>> {
    let ran = run_in(place, &["fix", "-f", ".", "--only", code, "--dry-run", "-o", "json"]);
    let plan: Value = serde_json::from_str(&ran.stdout).expect("a plan");
    for left in plan["notPlanned"].as_array().into_iter().flatten() {
        let Some(key) = left.pointer("/choice/key").and_then(Value::as_str) else { continue };
        let values = left.pointer("/choice/values").and_then(Value::as_array).expect("values");
        let answer = |value: &Value| {
            vec!["--set".to_owned(), format!("{key}={}", value.as_str().expect("a value"))]
        };
        return values.iter().map(answer).collect();
    }
    vec![Vec::new()]
}

#[test]
fn each_repair_repairs_and_a_second_run_changes_nothing() {
    let mut repaired = BTreeSet::new();
    for (name, story) in stories() {
        let first = place("all.yaml", &story);
        let before = findings(first.path());
        let codes =
            before.iter().filter(|one| one["fix"].is_object()).map(|one| text(one, "/code"));
        let codes: BTreeSet<&str> = codes.collect();
        for code in codes {
            for answer in answers(first.path(), code) {
                let place = place("all.yaml", &story);
                let mut args = vec!["fix", "-f", ".", "--yes", "--unsafe", "--only", code];
                args.extend(answer.iter().map(String::as_str));
                let ran = run_in(place.path(), &args);
                assert!(ran.stderr.contains("1 applied and verified"), "{name} {code}: {ran}");
                let after = findings(place.path());
                let new = after.iter().find(|one| {
                    text(one, "/code") == code
                        || text(one, "/severity") == "error"
                            && !before.iter().any(|own| own["title"] == one["title"])
                });
                let once = read(place.path(), "all.yaml");
                assert!(new.is_none(), "{name} {code} {answer:?}: {new:#?}\n{once}");
                run_in(place.path(), &args);
                assert_eq!(read(place.path(), "all.yaml"), once, "{name} {code}");
                let comments = |text: &str| text.matches(" # ").count();
                assert_eq!(comments(&once), comments(&story), "{name} {code}");
                run_in(place.path(), &["undo", "--yes"]);
                assert_eq!(read(place.path(), "all.yaml"), story, "{name} {code}: not undone");
                repaired.insert(code.to_owned());
            }
        }
    }
    assert!(repaired.len() >= 28, "only {repaired:?}");
}

/// What a page says of the safety of a repair is what the repair says.
#[test]
fn pages_agree_with_the_repairs() {
    let mut seen = BTreeSet::new();
    for (name, story) in stories() {
        let place = place("all.yaml", &story);
        for finding in findings(place.path()) {
            let (code, disposition) = (text(&finding, "/code"), text(&finding, "/fix/disposition"));
            let page = fs::read_to_string(directory().join(format!("../docs/checks/{code}.md")));
            let page = page.expect("a page");
            let says = page.split("## Fix safety\n").nth(1).unwrap_or_default();
            let says = says.split("\n## ").next().unwrap_or_default();
            let first = says.split([' ', ':', ',', ';', '.', '\n']).next().unwrap_or_default();
            let is = match (first, disposition) {
                ("Safe", "safe") | ("Unsafe", "unsafe") => true,
                ("Safe", "unsafe") => says.contains("unsafe") || says.contains("Unsafe"),
                ("Unsafe", "safe") => says.contains("safe for"),
                // A repair that is not certain in this story.
                (_, "") => true,
                _ => false,
            };
            assert!(is, "{code} of {name}: the page says {first}, the repair {disposition}");
            if !disposition.is_empty() {
                seen.insert(code.to_owned());
            }
        }
    }
    assert!(seen.len() >= 28, "{seen:?}");
}

const BARE: &str = r#"{
    "plugins": [{"name": "OTel", "enabled": true, "config": {"collector_url": "http://c.o.svc:4318/v1/traces"}}],
    "providers": {
        "openai": {"keys": [{"name": "k", "value": "dummy", "weight": 1.0, "models": []}],
                   "network_config": {"base_url": "http://10.1.2.3:8000/v1/"}}
    }
}"#;

#[test]
fn a_configuration_alone_keeps_its_form() {
    let place = place("config.json", BARE);
    let args = ["fix", "-f", "config.json", "--assume", "bifrost=1.5.16"];
    insta::assert_snapshot!("a_plan_of_a_configuration", run_in(place.path(), &args).to_string());
    let ran = run_in(place.path(), &[&args[..], &["--yes"]].concat());
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(ran.stderr.contains("so restart Bifrost"), "{ran}");
    let wanted = BARE
        .replace("OTel", "otel")
        .replace("v1/traces\"", "v1/traces\", \"protocol\": \"http\"")
        .replace("[]", "[\"*\"]")
        .replace("8000/v1/\"", "8000\", \"allow_private_network\": true");
    assert_eq!(read(place.path(), "config.json"), wanted);
    let ran = run_with(&["fix", "-f", "-", "--assume", "bifrost=1.5.16", "--yes"], BARE);
    assert_eq!(ran.stdout, wanted, "{ran}");
}

/// What goes through a pipe is applied behind it: a masked secret would be lost.
#[test]
fn a_pipe_keeps_the_secrets() {
    let name = "key-in-configmap";
    let (_, story) = stories().into_iter().find(|(own, _)| own == name).expect("the story");
    let header = "Bearer eyJhbGciOi.J9pbGFudGVk.c2lnbmF0dXJl";
    let story = format!(
        "{story}---\napiVersion: v1\nkind: Secret\nmetadata: {{name: x}}\nstringData: {{h: {header}}}\n"
    );
    let ran = run_with(&["fix", "-f", "-", "--yes", "--unsafe"], &story);
    assert!(ran.stdout.contains("OPENAI_CHAT: sk-story-0123456789\n"), "{ran}");
    assert!(ran.stdout.contains(header), "{ran}");
    assert!(!ran.stderr.contains("sk-story-0123456789"), "{ran}");
}

#[test]
fn a_configuration_in_one_line_stays_in_it() {
    let inner = r#"{\"providers\":{\"openai\":{\"keys\":[{\"name\":\"k\",\"value\":\"dummy\",\"models\":[]}]}}}"#;
    let head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: n}\ndata:\n";
    let story = format!("{head}  # of the gateway\n  config.json: \"{inner}\"  # one line\n");
    let place = place("all.yaml", &story);
    let args = ["fix", "-f", ".", "--assume", "bifrost=1.5.16"];
    insta::assert_snapshot!("a_plan_of_one_line", run_in(place.path(), &args).to_string());
    let ran = run_in(place.path(), &[&args[..], &["--yes"]].concat());
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(read(place.path(), "all.yaml"), story.replace("[]", "[\\\"*\\\"]"));
}

/// The provider gets its name first, and what is inside of it is repaired after that.
#[test]
fn what_is_inside_of_another_repair_comes_after_it() {
    let text = r#"{"providers": {"opnai": {
  "keys": [{"name": "k", "value": "dummy", "models": []}],
  "network_config": {"base_url": "http://10.1.2.3:8000/v1"}
}}}"#;
    let place = place("config.json", text);
    let args = ["fix", "-f", "config.json", "--assume", "bifrost=1.5.16", "--yes", "--unsafe"];
    let ran = run_in(place.path(), &[&args[..], &["--set", "IGW0203.provider=openai"]].concat());
    assert_eq!(ran.code, Some(0), "{ran}");
    let wanted = text
        .replace("opnai", "openai")
        .replace("[]", "[\"*\"]")
        .replace("8000/v1\"", "8000\", \"allow_private_network\": true");
    assert_eq!(read(place.path(), "config.json"), wanted, "{ran}");
}

/// A Secret has the variable that nobody passes on; what it holds is not shown.
#[test]
fn a_variable_comes_from_the_secret_that_has_it() {
    let name = "variable-misspelt";
    let (_, story) = stories().into_iter().find(|(own, _)| own == name).expect("the story");
    let secret = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: keys, namespace: gateway}\nstringData: {CHAT_KEY: pl4nted}\n";
    let story = format!("{story}{secret}");
    let place = place("all.yaml", &story);
    let ran = run_in(place.path(), &["fix", "-f", ".", "--yes"]);
    assert!(ran.stderr.contains("needs --unsafe"), "{ran}");
    let ran = run_in(place.path(), &["fix", "-f", ".", "--yes", "--unsafe"]);
    assert!(ran.stderr.contains("set CHAT_KEY from Secret keys"), "{ran}");
    assert!(!ran.to_string().contains("pl4nted"), "{ran}");
    let new = read(place.path(), "all.yaml");
    let variable = "- name: CHAT_KEY\n          valueFrom:\n            secretKeyRef:\n              name: keys\n              key: CHAT_KEY\n";
    assert!(new.contains(variable), "{new}");
    assert!(!findings(place.path()).iter().any(|one| text(one, "/code") == "IGW0210"), "{new}");
}
