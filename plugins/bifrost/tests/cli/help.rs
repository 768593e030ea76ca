//! What the program says about itself.

use crate::program::run;

#[test]
fn help() {
    insta::assert_snapshot!(run(&["--help"]));
    insta::assert_snapshot!("help-check", run(&["check", "--help"]));
    insta::assert_snapshot!("help-model", run(&["model", "--help"]));
    insta::assert_snapshot!("help-config", run(&["config", "--help"]));
}

#[test]
fn version() {
    let outcome = run(&["--version"]);
    assert_eq!(outcome.code, Some(0));
    assert!(outcome.stdout.contains(env!("CARGO_PKG_VERSION")));
}
