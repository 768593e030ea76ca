//! Stories of Bifrost: every check runs on every fixture, so that false alarms show, too.

mod forms;
mod story;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use igw_bifrost::checks::ALL;
use igw_core::facts::{Scope, Store};
use igw_core::finding::{Finding, Severity};
use igw_core::settle::{Files, settle};

use story::Story;

/// What all checks find, sorted as in a report.
fn findings(store: &mut Store) -> Vec<Finding> {
    let sinks = settle(ALL, store, &Scope::default(), &mut Files);
    let mut all: Vec<Finding> = sinks.into_iter().flat_map(|sink| sink.findings).collect();
    all.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    all
}

/// Counts by story and code.
fn counts() -> BTreeMap<String, BTreeMap<&'static str, usize>> {
    let count = |story: &Story| {
        let mut by_code = BTreeMap::new();
        for finding in findings(&mut story.load().store) {
            *by_code.entry(finding.code).or_insert(0) += 1 + finding.more_paths.len();
        }
        by_code
    };
    story::all().iter().map(|story| (story.name.clone(), count(story))).collect()
}

#[test]
fn matrix() {
    let mut out = String::new();
    for (story, by_code) in counts() {
        let codes: Vec<String> = by_code.iter().map(|(code, n)| format!("{code} {n}")).collect();
        let codes = if codes.is_empty() { "nothing".to_owned() } else { codes.join(", ") };
        let _ = writeln!(out, "{story:32}  {codes}");
    }
    insta::assert_snapshot!("matrix", out);
}

#[test]
fn each_story() {
    for story in story::all() {
        if story.name.ends_with("-good") {
            continue;
        }
        let mut out = String::new();
        for finding in findings(&mut story.load().store) {
            let severity = match finding.severity {
                Severity::Error => String::new(),
                other => format!("{}  ", other.word()),
            };
            let inner = finding.inner.as_ref().map(|inner| inner.pointer.as_str());
            let _ = writeln!(
                out,
                "{severity}{}  {}  {} {}\n    {}\n    {}",
                finding.code,
                finding.object,
                finding.path,
                inner.unwrap_or_default(),
                finding.title,
                finding.explanation
            );
        }
        insta::assert_snapshot!(format!("story-{}", story.name), out, &story.tells());
    }
}

#[test]
fn every_check_has_a_bad_and_a_good_story() {
    let counts = counts();
    for check in ALL {
        let code = check.meta().code;
        let twin = counts.iter().any(|(name, by_code)| {
            let repaired = counts.get(&format!("{name}-good"));
            by_code.contains_key(code) && repaired.is_some_and(BTreeMap::is_empty)
        });
        assert!(twin, "{code}: no story with a repaired twin");
    }
}

#[test]
fn good_stories_give_nothing_and_bad_ones_what_they_tell() {
    for (name, by_code) in counts() {
        let readme = story::named(&name).tells();
        if name.ends_with("-good") {
            assert_eq!(by_code, BTreeMap::new(), "{name}");
        }
        for code in by_code.keys() {
            assert!(readme.contains(code), "{name}: README.md has no {code}");
        }
    }
}

#[test]
fn codes_are_sorted_and_used_once() {
    let codes: Vec<&str> = ALL.iter().map(|check| check.meta().code).collect();
    let mut sorted = codes.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(codes, sorted);
}
