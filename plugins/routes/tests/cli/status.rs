//! `status`: what a controller would write.

use crate::program::{run, story};

#[test]
fn human() {
    insta::assert_snapshot!(run(&["status", "-f", &story("listener-name-and-port")]));
}

#[test]
fn nothing_is_written() {
    insta::assert_snapshot!(run(&["status", "-f", &story("parent-wrong-namespace")]));
}

#[test]
fn a_closed_listener() {
    insta::assert_snapshot!(run(&["status", "-f", &story("langfuse-shadowed")]));
}

#[test]
fn json() {
    insta::assert_snapshot!(run(&["status", "-o", "json", "-f", &story("grant-missing")]));
}

#[test]
fn yaml() {
    insta::assert_snapshot!(run(&["status", "-o", "yaml", "-f", &story("grant-missing")]));
}

#[test]
fn of_an_older_kgateway() {
    let file = story("grant-missing");
    let args = ["status", "-f", &file, "--assume", "kgateway=2.3"];
    insta::assert_snapshot!(run(&args));
}

/// GRPCRoutes, TLSRoutes and TCPRoutes of kgateway and of Envoy Gateway.
#[test]
fn of_other_routes() {
    insta::assert_snapshot!(run(&["status", "-f", &story("routes-of-connections-good")]));
}

/// Where a copy that is stored already is known to get a status, it is given, and the refusal, too.
#[test]
fn of_a_refused_route() {
    let file = story("redirect-scheme-refused");
    insta::assert_snapshot!(run(&["status", "-f", &file]));
    insta::assert_snapshot!(run(&["status", "-f", &file, "-o", "yaml"]));
}
