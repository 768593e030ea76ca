//! `why`: what happens before routes are looked at, and limits that stand elsewhere.

use crate::program::{run, story};

fn why(name: &str, rest: &[&str]) -> String {
    let file = story(name);
    run(&[&["why", "-f", &file], rest].concat()).to_string()
}

/// Envoy Gateway's default for `%2F` is a redirect.
#[test]
fn an_escaped_slash_at_envoy_gateway() {
    let url = "http://shop.example.com/pay%2Fcard?n=1";
    insta::assert_snapshot!(why("envoy-gateway-backend-good", &[url]));
}

#[test]
fn an_underscore_at_envoy_gateway() {
    let rest = ["http://shop.example.com/pay", "-H", "x_trace: 1"];
    insta::assert_snapshot!(why("envoy-gateway-backend-good", &rest));
}

/// Whether others normalise a path is not known where it decides.
#[test]
fn two_slashes_elsewhere() {
    let of = |path: &str| {
        let url = format!("http://any.example.com{path}");
        why("another-gateway-class-good", &[&url])
    };
    assert!(of("//foo").contains("not known, because whether //foo is compared"));
    assert!(!of("/foo//bar").contains("not known, because whether"));
}

#[test]
fn limits_of_listeners_backends_and_tries() {
    let url = "http://tiles.example.com:8080/1";
    insta::assert_snapshot!(why("limits-around-good", &[url]));
}
