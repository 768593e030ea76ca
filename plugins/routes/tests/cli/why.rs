//! `why`: one request, followed to its end.

use crate::program::{run, story};

macro_rules! why {
    ($fixture:expr, $($arg:expr),+) => {
        run(&["why", $($arg),+, "-f", &story($fixture)])
    };
}

#[test]
fn reaches_a_backend() {
    insta::assert_snapshot!(why!(
        "grant-missing-good",
        "http://llm.example.com/v1/completions?n=1"
    ));
}

#[test]
fn no_grant() {
    insta::assert_snapshot!(why!("grant-missing", "POST", "http://llm.example.com/v1/completions"));
}

#[test]
fn shadowed_by_a_hostname() {
    insta::assert_snapshot!(why!("langfuse-shadowed", "http://hub.example.com/ui/sign-in"));
}

#[test]
fn shares() {
    insta::assert_snapshot!(why!("canary-half-missing", "http://any.example.com/v1"));
}

#[test]
fn a_share_of_zero() {
    insta::assert_snapshot!(why!("canary-at-zero", "http://any.example.com/v1"));
}

#[test]
fn redirect() {
    insta::assert_snapshot!(why!("redirect-and-backends-good", "http://www.example.com/a?b=c"));
}

#[test]
fn a_refused_route() {
    insta::assert_snapshot!(why!("redirect-and-backends", "http://www.example.com/a?b=c"));
}

#[test]
fn closed_tls_port() {
    insta::assert_snapshot!(why!("langfuse-shadowed", "https://hub.example.com/v1/models"));
}

#[test]
fn no_such_port() {
    insta::assert_snapshot!(why!("langfuse-shadowed", "http://hub.example.com:8080/"));
}

#[test]
fn rewrite_to_another_host() {
    insta::assert_snapshot!(why!(
        "kgateway-backend-missing-good",
        "http://hosted.example.com/v1/chat/completions"
    ));
}

#[test]
fn quiet() {
    insta::assert_snapshot!(why!("canary-half-missing", "http://any.example.com/v1", "-q"));
}

#[test]
fn header_decides() {
    let url = "http://any.example.com/v1/chat";
    insta::assert_snapshot!(why!("namespace-selector-good", url));
    let with = why!("namespace-selector-good", url, "-H", "x-tier: small");
    assert_eq!(with.code, Some(0), "{with}");
}

#[test]
fn host_header() {
    insta::assert_snapshot!(why!(
        "grant-missing-good",
        "http://192.0.2.7/v1/completions",
        "-H",
        "Host: llm.example.com"
    ));
}

#[test]
fn curl() {
    insta::assert_snapshot!(why!(
        "grant-misplaced",
        "--curl",
        "curl -sS -X POST 'http://eu.example.com/tokenize' -d '{}'"
    ));
    insta::assert_snapshot!(why!("grant-misplaced", "--curl", "curl -sS -X POST"));
    insta::assert_snapshot!(why!("grant-misplaced", "--curl", "curl 'http://x/"));
}

#[test]
fn json() {
    insta::assert_snapshot!(why!(
        "canary-half-missing",
        "http://any.example.com/v1/models",
        "-o",
        "json"
    ));
}

#[test]
fn no_url() {
    insta::assert_snapshot!(run(&["why", "--demo"]));
}

#[test]
fn bad_requests() {
    for (name, args) in [
        ("scheme", &["ftp://llm.example.com/"][..]),
        ("port", &["http://llm.example.com:99999/"]),
        ("no-host", &["http:///v1"]),
        ("method", &["GE T", "http://llm.example.com/"]),
        ("three-words", &["GET", "http://llm.example.com/", "v1"]),
        ("header", &["http://llm.example.com/", "-H", "x-tier"]),
    ] {
        let outcome = run(&[&["why", "--demo"], args].concat());
        assert_eq!(outcome.code, Some(2), "{outcome}");
        insta::assert_snapshot!(format!("bad-request-{name}"), outcome);
    }
}

#[test]
fn which_gateway() {
    let (one, other) = (story("grant-missing-good"), story("service-elsewhere"));
    let files = ["-f", one.as_str(), "-f", other.as_str()];
    let url = "http://llm.example.com/v1/completions";
    let with = |args: &[&str]| run(&[&["why", url], args, &files].concat());
    insta::assert_snapshot!("gateway-ambiguous", with(&[]));
    insta::assert_snapshot!("gateway-named", with(&["--gateway", "gw/inference"]));
    insta::assert_snapshot!("gateway-missing", with(&["--gateway", "gw/front"]));
    insta::assert_snapshot!("gateway-no-namespace", with(&["--gateway", "inference"]));
}
