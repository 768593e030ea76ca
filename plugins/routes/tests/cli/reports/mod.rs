//! `-o sarif`, `-o junit` and `-o github`: reports for other programs; `-o html` and `-o markdown`:
//! reports to keep and to send.

mod github;
mod html;
mod junit;
mod markdown;
mod sarif;
mod worlds;

use serde_json::Value;

use crate::program::{directory, run, run_with};
use crate::run_in;

const FORMATS: [&str; 5] = ["sarif", "junit", "github", "html", "markdown"];

fn stories() -> Vec<String> {
    let stories = directory().join("stories/routes");
    let mut out: Vec<String> = std::fs::read_dir(stories)
        .expect("the stories")
        .map(|entry| entry.expect("a fixture"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| format!("stories/routes/{}", entry.file_name().display()))
        .collect();
    out.sort();
    assert!(out.len() > 50, "{out:?}");
    out
}

/// The JSON report that the other formats are made from.
fn json(args: &[&str]) -> Value {
    let outcome = run(&[args, &["-o", "json"]].concat());
    serde_json::from_str(&outcome.stdout).expect("one JSON document")
}

#[test]
fn exit_codes_and_stderr_are_the_same_in_every_format() {
    let commands: [&[&str]; 6] = [
        &["--demo"],
        &["-f", "stories/routes/grant-missing-good"],
        &["-f", "stories/routes/canary-at-zero", "--fail-on", "info"],
        &["-f", "stories/routes/grant-missing", "--fail-on", "never"],
        &["-f", "stories/routes"],
        &["-f", "stories/routes/not-there"],
    ];
    for args in commands {
        let human = run(args);
        for format in FORMATS {
            let other = run(&[args, &["-o", format]].concat());
            assert_eq!((other.code, &other.stderr), (human.code, &human.stderr), "{}", other.line);
            assert_eq!(other, run(&[args, &["-o", format]].concat()));
        }
    }
}

#[test]
fn only_reports_have_these_formats() {
    insta::assert_snapshot!(run(&["why", "http://a.example.com/", "--demo", "-o", "sarif"]));
    insta::assert_snapshot!(run(&["status", "--demo", "-o", "junit"]));
}

#[test]
fn text_of_manifests_is_clean() {
    for format in FORMATS {
        let outcome = run_with(&["-f", "-", "-o", format], worlds::CONTROL);
        assert_eq!(outcome.code, Some(1), "{outcome}");
        let bad = |c: char| {
            (c.is_control() && c != '\n') || matches!(c, '\u{202e}' | '\u{2028}' | '\u{feff}')
        };
        assert!(!outcome.stdout.contains(bad), "{outcome}");
        assert!(outcome.stdout.contains('\u{fffd}'), "{outcome}");
        // Pages and comments show lines of the file, which has escapes.
        let has_lines = matches!(format, "html" | "markdown");
        assert!(has_lines || !outcome.stdout.contains("\\u"), "{format}: {}", outcome.stdout);
    }
}
