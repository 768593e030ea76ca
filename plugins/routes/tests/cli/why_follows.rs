//! `why`: redirects that come back, and expressions that do not compile.

use crate::program::{run, story};

macro_rules! why {
    ($fixture:expr, $($arg:expr),+) => {
        run(&["why", $($arg),+, "-f", &story($fixture)])
    };
}

#[test]
fn a_redirect_to_itself() {
    insta::assert_snapshot!(why!("redirect-loop", "https://www.example.com/a"));
}

#[test]
fn a_loop_of_two() {
    insta::assert_snapshot!(why!("redirect-loop", "http://docs.example.com/old"));
}

#[test]
fn a_way_that_never_ends() {
    insta::assert_snapshot!(why!("redirect-loop", "http://blog.example.com/a/z"));
}

#[test]
fn not_followed() {
    insta::assert_snapshot!(why!("redirect-loop", "http://docs.example.com/old", "--no-follow"));
}

#[test]
fn a_redirect_that_leaves() {
    insta::assert_snapshot!(why!("redirect-loop-good", "http://docs.example.com/old"));
}

#[test]
fn a_dropped_rule() {
    insta::assert_snapshot!(why!("regex-invalid", "http://shop.example.com/a.css"));
}

#[test]
fn an_expression_that_nobody_compiles() {
    insta::assert_snapshot!(why!("regex-invalid", "http://any.example.com:8080/docs"));
}
