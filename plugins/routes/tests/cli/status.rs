//! `status`: what a controller would write.

use crate::program::{fixture, run};

#[test]
fn human() {
    insta::assert_snapshot!(run(&["status", "-f", &fixture("listener-name-and-port")]));
}

#[test]
fn nothing_is_written() {
    insta::assert_snapshot!(run(&["status", "-f", &fixture("parent-wrong-namespace")]));
}

#[test]
fn a_closed_listener() {
    insta::assert_snapshot!(run(&["status", "-f", &fixture("langfuse-shadowed")]));
}

#[test]
fn json() {
    insta::assert_snapshot!(run(&["status", "-o", "json", "-f", &fixture("grant-missing")]));
}

#[test]
fn yaml() {
    insta::assert_snapshot!(run(&["status", "-o", "yaml", "-f", &fixture("grant-missing")]));
}

#[test]
fn of_an_older_kgateway() {
    let file = fixture("grant-missing");
    let args = ["status", "-f", &file, "--assume", "kgateway=2.3"];
    insta::assert_snapshot!(run(&args));
}
