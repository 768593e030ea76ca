//! JUnit, read back by another XML library.

use igw_core::finding::Severity;
use igw_core::report::{Ci, junit};
use roxmltree::{Document, Node};

use super::{json as report, run_in, stories, worlds};
use crate::program::{run, run_with};

/// How many of each there are: tests, failures, errors, skipped.
type JunitCounts = [usize; 4];

/// Asserts that counts are true and tests distinguishable, and returns the counts.
fn counts(text: &str) -> JunitCounts {
    let document = Document::parse(text).expect("well-formed XML");
    let root = document.root_element();
    assert!(root.has_tag_name("testsuites"));
    let suites: Vec<Node> = root.children().filter(Node::is_element).collect();
    let [suite] = suites[..] else { panic!("one suite: {text}") };
    let named = |name: &str| root.descendants().filter(|n| n.has_tag_name(name)).count();
    let counts = ["testcase", "failure", "error", "skipped"].map(named);
    for (name, count) in ["tests", "failures", "errors", "skipped"].iter().zip(counts) {
        for node in [root, suite] {
            assert_eq!(node.attribute(*name), Some(count.to_string().as_str()), "{name}");
        }
    }
    let key =
        |n: &Node| [n.attribute("classname"), n.attribute("name")].map(|a| a.map(str::to_owned));
    let cases = suite.children().filter(|n| n.has_tag_name("testcase"));
    let mut names: Vec<_> = cases.map(|n| key(&n)).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), counts[0], "{text}");
    counts
}

#[test]
fn whole() {
    insta::assert_snapshot!(run(&["-f", "stories/routes/grant-missing", "-o", "junit"]));
}

#[test]
fn a_hint_fails_only_when_asked_to() {
    let args = ["-f", "stories/routes/canary-at-zero", "--only", "IGW0115", "-o", "junit"];
    insta::assert_snapshot!(run(&args));
    insta::assert_snapshot!(run(&[&args[..], &["--fail-on", "info"]].concat()));
}

#[test]
fn not_checked_is_skipped() {
    insta::assert_snapshot!(run_with(&["-f", "-", "-o", "junit"], worlds::ALONE));
}

#[test]
fn bad_input_is_an_error() {
    let bench = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(bench.path().join("a.yaml"), worlds::routes(1)).expect("a file");
    std::fs::write(bench.path().join("b c.yaml"), "kind: [\n").expect("a file");
    let args = ["-f", "a.yaml", "-f", "b c.yaml", "--only", "IGW0110", "-o", "junit"];
    insta::assert_snapshot!(run_in(bench.path(), &args));
}

#[test]
fn control_characters() {
    let outcome = run_with(&["-f", "-", "-o", "junit"], worlds::CONTROL);
    counts(&outcome.stdout);
    insta::assert_snapshot!(outcome);
}

#[test]
fn every_story_has_true_counts() {
    for story in stories() {
        let args = ["-f", story.as_str()];
        let with = |on: &str| run(&["-f", &story, "-o", "junit", "--fail-on", on]).stdout;
        let summary = &report(&args)["summary"];
        let number = |key: &str| summary[key].as_u64().expect("a number") as usize;
        let (errors, warnings) = (number("errors"), number("warnings"));
        let all = errors + warnings + number("infos");
        for (on, fail) in
            [("error", errors), ("warning", errors + warnings), ("info", all), ("never", 0)]
        {
            let [tests, failures, broken, skipped] = counts(&with(on));
            assert_eq!((failures, broken, skipped), (fail, 0, number("notChecked")), "{story}");
            assert!(tests >= all + skipped, "{story}");
        }
    }
}

#[test]
fn files_are_named_as_they_are() {
    let bench = tempfile::tempdir().expect("a temporary directory");
    for name in worlds::NAMES {
        std::fs::write(bench.path().join(name), worlds::routes(1)).expect("a file");
        let outcome = run_in(bench.path(), &["-f", name, "-o", "junit"]);
        assert!(counts(&outcome.stdout)[1] > 0);
        let document = Document::parse(&outcome.stdout).expect("XML");
        let case = document.descendants().find(|n| n.attribute("file").is_some()).expect("a file");
        assert_eq!(case.attribute("file"), Some(name));
        let text = case.first_element_child().and_then(|n| n.text()).expect("a text");
        assert!(text.contains(&format!("in {name}:")), "{text}");
    }
}

#[test]
fn suppressed_findings_are_skipped() {
    let mut made = worlds::report();
    made.suppressed = std::mem::take(&mut made.findings);
    made.suppressed.push(made.suppressed[0].clone());
    let fail_on = Some(Severity::Info);
    let text = junit(&Ci { report: &made, ran: &[], fail_on, unread: &[] }).expect("a document");
    counts(&text);
    insta::assert_snapshot!(text);
}

#[test]
fn many() {
    let outcome = run_with(&["-f", "-", "-o", "junit"], &worlds::routes(500));
    assert_eq!(counts(&outcome.stdout)[1], 500);
}
