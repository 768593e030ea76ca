//! `routes`: the route that Langfuse needs.

use crate::program::run;

#[test]
fn a_hostname_of_its_own() {
    let story = "stories/langfuse/subpath-of-prebuilt-image/cluster.yaml";
    insta::assert_snapshot!(run(&["routes", "--host", "langfuse.example.com", "-f", story]));
}

#[test]
fn below_a_path_from_another_namespace() {
    let args = ["routes", "--host", "tools.example.com", "--base-path", "/langfuse"];
    let more = ["--service", "tracing/langfuse-web", "--gateway", "edge/front"];
    let last = ["--route-namespace", "edge"];
    insta::assert_snapshot!(run(&[&args[..], &more[..], &last[..]].concat()));
}

#[test]
fn what_is_not_known_is_asked_for() {
    let story = "stories/langfuse/endpoint-with-too-much/cluster.yaml";
    let ran = run(&["routes", "--host", "no host", "-f", story]);
    assert_eq!(ran.code, Some(2), "{ran}");
    let ran =
        run(&["routes", "--host", "a.example.com", "-f", "stories/langfuse/plugin-not-enabled"]);
    assert_eq!(ran.code, Some(3), "{ran}");
    assert!(ran.stderr.contains("give --gateway"), "{ran}");
}
