//! A cluster in place of manifests.

use std::collections::BTreeMap;

use igw_tests::server::StandIn;

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
    let parts = [routes.seen(), bifrost.seen()].concat();
    let more: Vec<_> = lists.keys().filter(|request| !parts.contains(request)).collect();
    assert!(more.is_empty(), "no product reads these: {more:#?}");
}

#[test]
fn one_namespace() {
    let server = StandIn::of(&demo());
    insta::assert_snapshot!(run_against(&server, "default", &["-n", "llm", "-o", "name"]));
}
