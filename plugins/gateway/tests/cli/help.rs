//! What the program says about itself.

use crate::program::run;

#[test]
fn help() {
    insta::assert_snapshot!(run(&["--help"]));
    insta::assert_snapshot!("help-check", run(&["check", "--help"]));
    insta::assert_snapshot!("help-config", run(&["config", "--help"]));
}

#[test]
fn version() {
    let outcome = run(&["--version"]);
    assert_eq!(outcome.code, Some(0));
    assert!(outcome.stdout.contains(env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_page() {
    let ran = run(&["explain", "601"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(ran.stdout.starts_with("IGW0601 "), "{ran}");
}
