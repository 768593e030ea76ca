//! `fix`: files are repaired, and what was wrong is gone.

use crate::program::{directory, run};
use crate::run_in;

/// The stories whose faults all go away by their repairs.
const REPAIRED: [&str; 12] = [
    "base-path-at-run-time",
    "base-path-taken-off",
    "collector-url-with-a-slash",
    "endpoint-with-too-much",
    "exporter-in-another-namespace",
    "exporter-over-grpc",
    "login-at-another-host",
    "migration-cut-by-probe",
    "plugin-not-enabled",
    "probes-of-another-part",
    "subpath-of-prebuilt-image",
    "traces-doubled-by-route",
];

#[test]
fn repairs_make_findings_go_away() {
    for story in REPAIRED {
        let home = tempfile::tempdir().expect("a directory");
        let from = directory().join("stories/langfuse").join(story).join("cluster.yaml");
        std::fs::copy(from, home.path().join("cluster.yaml")).expect("the story is there");
        let fixed = run_in(home.path(), &["fix", "-f", "cluster.yaml", "--yes", "--unsafe"]);
        assert_eq!(fixed.code, Some(0), "{story}: {fixed}");
        let after = run_in(home.path(), &["check", "-f", "cluster.yaml", "-o", "wide"]);
        assert_eq!(after.code, Some(0), "{story}: {after}");
        assert!(!after.stdout.contains("IGW0"), "{story}: {after}");
    }
}

/// A repair inside of config.json does not show the header beside it.
#[test]
fn the_difference_hides_secrets() {
    let story = directory().join("stories/langfuse/collector-url-with-a-slash/cluster.yaml");
    let text = std::fs::read_to_string(story).expect("the story is there");
    let home = tempfile::tempdir().expect("a directory");
    let text = text.replace("env.LANGFUSE_AUTH", "Basic c2VjcmV0LXBhaXI6b2Yta2V5cw==");
    std::fs::write(home.path().join("cluster.yaml"), text).expect("it can be written");
    let ran = run_in(home.path(), &["fix", "-f", "cluster.yaml", "--dry-run"]);
    assert!(ran.stdout.contains("collector_url"), "{ran}");
    assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("c2VjcmV0"), "{ran}");
}

#[test]
fn plan_of_the_demo() {
    insta::assert_snapshot!(run(&["fix", "--demo", "--dry-run", "--only", "IGW0401"]));
}
