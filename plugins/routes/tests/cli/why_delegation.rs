//! `why` through routes that delegate to other routes.

use crate::program::{run, story};

macro_rules! why {
    ($fixture:expr, $($arg:expr),+) => {
        run(&["why", $($arg),+, "-f", &story($fixture)])
    };
}

#[test]
fn by_name() {
    insta::assert_snapshot!(why!("delegation-good", "http://teams.example.net/x/v1"));
}

#[test]
fn by_namespace_and_label() {
    let fixture = "delegation-chosen-good";
    insta::assert_snapshot!(why!(fixture, "http://api.example.com/chat/v1/large/x"));
    insta::assert_snapshot!(why!(fixture, "http://api.example.com/tools/ocr", "-o", "json"));
    insta::assert_snapshot!(why!(fixture, "http://api.example.com/tools/other"));
}

#[test]
fn in_a_circle() {
    let fixture = "delegation-circle";
    insta::assert_snapshot!(why!(fixture, "http://api.example.com/team/docs/help"));
    insta::assert_snapshot!(why!(fixture, "http://api.example.com/team/chat"));
    insta::assert_snapshot!(run(&["status", "-f", &story(fixture)]));
}

#[test]
fn to_a_child_of_another() {
    insta::assert_snapshot!(why!("delegation-other-parent", "http://api.example.com/team"));
    insta::assert_snapshot!(run(&["status", "-f", &story("delegation-other-parent")]));
}

#[test]
fn continuing_its_parents_match() {
    let fixture = "delegation-continued-good";
    let to = |path: &str, tier: &str| {
        let (url, tier) = (format!("http://api.example.com{path}"), format!("x-tier: {tier}"));
        why!(fixture, "POST", &url, "-H", &tier)
    };
    insta::assert_snapshot!(to("/gold/chat/v1/x", "gold"));
    insta::assert_snapshot!(to("/gold/chat/v1/embeddings", "gold"));
    insta::assert_snapshot!(to("/gold/chat/v1/x", "none"));
}
