//! The directories of `tests/trees`: trees of files as people keep them, with faults planted in
//! them. `expect.yaml` says which are to be found, at which line, and what has none.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A finding: `IGW0111 HTTPRoute chat/chat apps/chat/route.yaml:23`.
type FoundFaults = BTreeSet<String>;

pub fn all() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("trees");
    let entries = std::fs::read_dir(root).expect("the trees can be listed");
    let mut trees: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    trees.sort();
    assert!(trees.len() >= 10, "too few trees: {}", trees.len());
    trees
}

/// Runs a check on a tree; returns what is wrong. `built`: kustomizations can be built, so that
/// every planted fault is to be found; else none that is not planted.
pub fn judge(tree: &Path, mut program: Command, built: bool) -> Vec<String> {
    program.current_dir(tree.join("tree")).args(["check", "-f", ".", "-o", "json"]);
    if !built {
        program.args(["--render", "never"]);
    }
    let output = program.output().expect("the program can be started");
    let name = tree.file_name().unwrap_or_default().to_string_lossy();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{name}: {error}: {}", String::from_utf8_lossy(&output.stderr))
    });
    let planted = planted(tree);
    let found: FoundFaults = report["findings"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|finding| finding["severity"] != "info")
        .map(shown)
        .collect();
    let mut wrong: Vec<String> =
        found.difference(&planted).map(|one| format!("{name}: not planted: {one}")).collect();
    if built {
        wrong.extend(planted.difference(&found).map(|one| format!("{name}: not found: {one}")));
    }
    // One line sums up what was read.
    let said = String::from_utf8_lossy(&output.stderr);
    if said.lines().count() > 1 {
        wrong.push(format!("{name}: standard error has more than a line: {said}"));
    }
    wrong
}

fn planted(tree: &Path) -> FoundFaults {
    let text = std::fs::read_to_string(tree.join("expect.yaml")).expect("expect.yaml is there");
    let value: Value = serde_saphyr::from_str(&text).expect("expect.yaml is YAML");
    let faults = value["faults"].as_array().expect("faults");
    assert!(faults.len() >= 2, "{}: too few faults", tree.display());
    let text = |fault: &Value, field: &str| fault[field].as_str().expect(field).to_owned();
    let fault = |fault: &Value| {
        format!("{} {} {}", text(fault, "code"), text(fault, "object"), text(fault, "place"))
    };
    faults.iter().map(fault).collect()
}

fn shown(finding: &Value) -> String {
    let text =
        |at: &str| finding.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
    let namespace = match text("/object/namespace").as_str() {
        "" => String::new(),
        namespace => format!("{namespace}/"),
    };
    let file = text("/location/file");
    format!(
        "{} {} {namespace}{} {}:{}",
        text("/code"),
        text("/object/kind"),
        text("/object/name"),
        file.trim_start_matches("./"),
        finding["location"]["line"]
    )
}
