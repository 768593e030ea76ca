//! Every repair of every story, each with its first answer: its finding goes, and nothing breaks.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::program::directory;
use crate::run_in;

/// The findings of a place; none of what cannot be judged.
fn findings(place: &Path) -> Vec<Value> {
    let ran = run_in(place, &["-f", ".", "-A", "-o", "json"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_default();
    report["findings"].as_array().cloned().unwrap_or_default()
}

/// The codes of what is more than a hint.
fn codes(findings: &[Value]) -> BTreeSet<String> {
    let grave = findings.iter().filter(|one| one["severity"] != "info");
    grave.filter_map(|one| one["code"].as_str().map(str::to_owned)).collect()
}

/// The first answer to each question: `choose --set CODE.key=first|second`.
fn answers(plan: &str) -> Vec<String> {
    let words: Vec<&str> = plan.split_whitespace().collect();
    let asked = words.windows(2).filter(|pair| pair[0] == "--set");
    let first = |pair: &[&str]| pair[1].trim_end_matches(')').split('|').next().map(str::to_owned);
    asked.filter_map(first).collect()
}

#[test]
fn all_of_them_repair_and_break_nothing() {
    let stories = fs::read_dir(directory().join("stories/routes")).expect("stories");
    let mut repaired = 0;
    for story in stories.flatten().filter(|own| own.path().is_dir()) {
        let place = tempfile::tempdir().expect("a directory");
        for name in ["cluster.yaml", "cluster.json"] {
            let _ = fs::copy(story.path().join(name), place.path().join(name));
        }
        let (name, before) = (story.path().display().to_string(), findings(place.path()));
        if before.iter().all(|one| one["fix"].is_null()) {
            continue;
        }
        let flags = ["fix", "-f", ".", "--yes", "--unsafe"].map(str::to_owned);
        let asked = run_in(place.path(), &["fix", "-f", ".", "--dry-run"]).stdout;
        let sets = answers(&asked).into_iter().flat_map(|one| ["--set".to_owned(), one]);
        let line: Vec<String> = flags.into_iter().chain(sets).collect();
        let ran = run_in(place.path(), &line.iter().map(String::as_str).collect::<Vec<_>>());
        let after = findings(place.path());
        let left: Vec<&Value> = after.iter().filter(|one| !one["fix"].is_null()).collect();
        assert!(left.is_empty(), "{name}: {ran}\n{left:#?}");
        let (old, new) = (codes(&before), codes(&after));
        assert!(new.is_subset(&old), "{name}: {old:?} became {new:?}: {ran}");
        repaired += 1;
    }
    assert!(repaired > 20, "{repaired}");
}
