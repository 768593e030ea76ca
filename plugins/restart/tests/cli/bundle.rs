//! A bundle has what the checks read: times of writes, states of containers, room on nodes.

use igw_tests::server::StandIn;

use crate::program::{directory, run, run_against, story};

/// Texts of ConfigMaps are masked: what is said of Bifrost's configuration is not in a bundle.
#[test]
fn a_bundle_gives_what_the_cluster_gave() {
    for name in [
        "config-newer-than-pod",
        "delete-all-at-once",
        "env-frozen",
        "first-start-langfuse",
        "gitops-restart",
        "name-hash-of-before",
        "no-surge-room",
        "no-surge-room-anti-affinity",
        "no-surge-room-host-port",
        "no-surge-room-quota",
        "on-delete",
        "pods-out-of-step",
        "rollout-over-quota",
        "rollout-stuck",
        "rollout-volume-held",
        "strategy-deadlock",
    ] {
        let world = std::fs::read_to_string(directory().join(story(name))).expect("a story");
        let place = tempfile::tempdir().expect("a directory can be made");
        let file = place.path().join("x.igw.gz").display().to_string();
        let written =
            run_against(&StandIn::of(&world), "default", &["bundle", "--to", &file, "-A"]);
        assert_eq!(written.code, Some(0), "{written}");
        let saved = run(&["-A", "-o", "name", "--bundle", &file]);
        let now = run_against(&StandIn::of(&world), "default", &["-A", "-o", "name"]);
        assert_eq!((saved.stdout, saved.code), (now.stdout, now.code), "{name}");
    }
}

/// A configuration that is masked is not one without faults.
#[test]
fn a_masked_configuration_is_not_checked() {
    let world = std::fs::read_to_string(directory().join(story("order-wrong-loop")));
    let place = tempfile::tempdir().expect("a directory can be made");
    let file = place.path().join("x.igw.gz").display().to_string();
    let server = StandIn::of(&world.expect("a story"));
    run_against(&server, "default", &["bundle", "--to", &file, "-A"]);
    let saved = run(&["-A", "--only", "IGW1007", "--bundle", &file]);
    assert_eq!(saved.code, Some(3), "{saved}");
    assert!(saved.stdout.contains("not checked: configmaps"), "{saved}");
}
