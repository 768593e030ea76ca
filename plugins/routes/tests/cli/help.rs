//! Help, version, and what is not understood.

use crate::program::run;

#[test]
fn help() {
    insta::assert_snapshot!(run(&["--help"]));
}

#[test]
fn help_of_check() {
    insta::assert_snapshot!(run(&["check", "--help"]));
}

#[test]
fn help_of_why() {
    insta::assert_snapshot!(run(&["why", "--help"]));
}

#[test]
fn help_of_split() {
    insta::assert_snapshot!(run(&["split", "--help"]));
}

#[test]
fn help_of_status() {
    insta::assert_snapshot!(run(&["status", "--help"]));
}

#[test]
fn version() {
    let outcome = run(&["--version"]);
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(outcome.stdout, format!("kubectl igw routes {version}\n"));
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
}

#[test]
fn nothing_to_read() {
    insta::assert_snapshot!(run(&[]));
}

#[test]
fn demo_and_files() {
    insta::assert_snapshot!(run(&["--demo", "-f", "stories/routes"]));
}

#[test]
fn unknown_flag() {
    insta::assert_snapshot!(run(&["--file", "stories/routes"]));
}

#[test]
fn unknown_command() {
    insta::assert_snapshot!(run(&["chek", "-f", "stories/routes"]));
}
