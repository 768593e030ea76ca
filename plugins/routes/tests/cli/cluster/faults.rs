//! What cannot be read is not checked: never well, never missing, and no reason to stop.

use std::time::{Duration, Instant};

use super::{Fault, Server, run, story};

const GRANTS: &str = "/apis/gateway.networking.k8s.io/v1beta1/referencegrants";
const OWN_GRANTS: &str = "/apis/gateway.networking.k8s.io/v1beta1/namespaces/";

fn denied(fault: Fault) -> crate::program::Outcome {
    let faults = [(GRANTS, fault), (OWN_GRANTS, fault)];
    run(&Server::with(&story("grant-missing"), &faults, &[], false), &["-A"])
}

#[test]
fn forbidden() {
    insta::assert_snapshot!(denied(Fault::Status(403)));
}

#[test]
fn busy() {
    insta::assert_snapshot!(denied(Fault::Status(503)));
}

#[test]
fn busy_for_a_moment() {
    let good = run(&Server::of(&story("grant-missing")), &["-A"]);
    for code in [429, 503] {
        assert_eq!(denied(Fault::Times(code, 2)).stdout, good.stdout, "{code}");
    }
}

#[test]
fn breaks_off() {
    insta::assert_snapshot!(denied(Fault::Truncated));
}

#[test]
fn hangs_up() {
    insta::assert_snapshot!(denied(Fault::Reset));
}

#[test]
fn garbage() {
    insta::assert_snapshot!(denied(Fault::Garbage));
}

#[test]
fn not_served() {
    let server = Server::with(&story("grant-missing"), &[], &["referencegrants"], false);
    insta::assert_snapshot!(run(&server, &["-A"]));
}

#[test]
fn gone_since_discovery() {
    insta::assert_snapshot!(denied(Fault::Status(404)));
}

#[test]
fn silent() {
    let faults = [(GRANTS, Fault::Silent)];
    let server = Server::with(&story("grant-missing"), &faults, &[], false);
    let begin = Instant::now();
    let outcome = run(&server, &["-A", "--request-timeout", "1s"]);
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
    insta::assert_snapshot!(outcome);
}

#[test]
fn no_routes_to_be_seen() {
    let all = "/apis/gateway.networking.k8s.io/v1/";
    let faults = [(all, Fault::Status(403))];
    let server = Server::with(&story("grant-missing"), &faults, &[], false);
    insta::assert_snapshot!(run(&server, &["-A"]));
    insta::assert_snapshot!(run(&server, &["why", "http://api.example.com/v1/models"]));
}
