//! A cluster in place of manifests.

use std::collections::BTreeMap;

use igw_tests::server::{ServerFault, StandIn};

use crate::program::{directory, run_against};

fn demo() -> String {
    std::fs::read_to_string(directory().join("../plugins/igw/src/demo.yaml"))
        .expect("the example can be read")
}

/// All namespaces, unless one is named; each kind is listed once for all products.
#[test]
fn one_look_at_all_namespaces() {
    let server = StandIn::of(&demo());
    let ran = run_against(&server, "default", &["-o", "name"]);
    insta::assert_snapshot!(ran);
    let mut lists: BTreeMap<String, usize> = BTreeMap::new();
    for request in server.seen().into_iter().filter(|request| request.contains("limit=")) {
        *lists.entry(request).or_default() += 1;
    }
    let again: Vec<_> = lists.iter().filter(|(_, times)| **times > 1).collect();
    assert!(again.is_empty() && !lists.is_empty(), "{again:#?}");
    let routes = StandIn::of(&demo());
    run_against(&routes, "default", &["routes", "-A"]);
    let bifrost = StandIn::of(&demo());
    run_against(&bifrost, "default", &["bifrost", "-A"]);
    let restart = StandIn::of(&demo());
    run_against(&restart, "default", &["restart", "-A"]);
    let parts = [routes.seen(), bifrost.seen(), restart.seen()].concat();
    let more: Vec<_> = lists.keys().filter(|request| !parts.contains(request)).collect();
    assert!(more.is_empty(), "no product reads these: {more:#?}");
}

#[test]
fn one_namespace() {
    let server = StandIn::of(&demo());
    insta::assert_snapshot!(run_against(&server, "default", &["-n", "llm", "-o", "name"]));
}

/// Where all namespaces may not be read, the current one is judged, which is said.
#[test]
fn whoever_may_not_read_all_namespaces() {
    let denied = ["/httproutes?", "/deployments?", "/statefulsets?", "/daemonsets?"];
    let paths: Vec<String> = denied
        .iter()
        .map(|plural| match plural.contains("httproutes") {
            true => format!("/apis/gateway.networking.k8s.io/v1{plural}"),
            false => format!("/apis/apps/v1{plural}"),
        })
        .collect();
    let faults: Vec<_> =
        paths.iter().map(|path| (path.as_str(), ServerFault::Status(403))).collect();
    let server = StandIn::with(&demo(), &faults, &[], false);
    let ran = run_against(&server, "llm", &["-o", "name"]);
    assert!(ran.stderr.starts_with("only namespace llm is judged, because "), "{ran}");
    assert!(ran.stdout.contains("configmap/llm/bifrost-config IGW0205"), "{ran}");
    assert!(!ran.stdout.contains("httproute/gateway/chat"), "{ran}");
    // Whoever asks for all gets what there is, and what is missing.
    let ran = run_against(&server, "llm", &["-A", "-o", "name"]);
    assert!(!ran.stderr.contains("only namespace"), "{ran}");
}
