//! `why`: redirects that come back, expressions that do not compile, and who else matches.

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

#[test]
fn who_else_matches() {
    let url = "http://beta.example.com/api";
    insta::assert_snapshot!(why!("cors-preflight-lost-good", url, "-H", "x-beta: 1", "-v"));
}

#[test]
fn the_expected_service() {
    let url = "http://beta.example.com/api";
    insta::assert_snapshot!(why!(
        "cors-preflight-lost-good",
        url,
        "-q",
        "--expect",
        "api/app:8080"
    ));
}

#[test]
fn another_service_than_expected() {
    let url = "http://hub.example.com/ui/sign-in";
    insta::assert_snapshot!(why!("langfuse-shadowed", url, "-q", "--expect", "web/ui:3000"));
}

#[test]
fn a_share_of_the_expected_service() {
    let url = "http://any.example.com/v1";
    insta::assert_snapshot!(why!("canary-half-missing-good", url, "-q", "--expect", "model-a"));
}

#[test]
fn a_service_that_no_rule_refers_to() {
    let url = "http://beta.example.com/api";
    insta::assert_snapshot!(why!("cors-preflight-lost-good", url, "-q", "--expect", "nowhere"));
}

#[test]
fn what_is_expected_is_a_service() {
    insta::assert_snapshot!(why!("cors-preflight-lost-good", "http://a/", "--expect", "a/b/c"));
}
