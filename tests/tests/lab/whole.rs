//! The whole lab for a developer's hands: it begins to answer, and leaves nothing behind.

use super::endings::{all_gone, running_in, start};

#[test]
fn ends_when_it_is_killed() {
    // It says that it is ready once a request went through Envoy to a pod.
    let mut started = start(&["--all"]);
    let mut running = running_in(&started.home);
    running.dedup();
    let parts =
        ["envoy", "envoy-gateway", "etcd", "kube-apiserver", "kube-controller", "kwok", "sleep"];
    assert_eq!(running, parts);
    started.child.kill().expect("it is ours");
    started.child.wait().expect("it ends");
    all_gone(&started.home);
}
