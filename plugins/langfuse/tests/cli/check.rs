//! `check`: what a person sees, and what nobody may see.

use igw_tests::server::StandIn;

use crate::program::{directory, run, run_against, run_with, story};

#[test]
fn help() {
    insta::assert_snapshot!(run(&["--help"]));
    insta::assert_snapshot!("help-routes", run(&["routes", "--help"]));
}

#[test]
fn demo() {
    insta::assert_snapshot!(run(&["--demo"]));
}

#[test]
fn nothing_wrong() {
    insta::assert_snapshot!(run(&["-f", &story("chart-of-version-2-good")]));
}

/// Pairs of keys, base64 or not, never reach any output.
#[test]
fn keys_are_not_shown() {
    let stories = directory().join("stories/langfuse");
    for story in stories.read_dir().expect("the stories are there").flatten() {
        let story = story.path().display().to_string();
        for output in ["human", "json", "sarif", "wide"] {
            let ran = run(&["check", "-v", "-f", &story, "-o", output]);
            for secret in ["cGstbGYtMTpzay1sZi0x", "pass#word", "c2hvcnQtYmFzZTY0LWtleQ"] {
                let all = format!("{}{}", ran.stdout, ran.stderr);
                assert!(!all.contains(secret), "{story} {output}: {ran}");
            }
        }
    }
}

fn text_of(name: &str) -> String {
    let file = directory().join("stories/langfuse").join(name).join("cluster.yaml");
    std::fs::read_to_string(file).expect("the story is there")
}

/// From a pipe as from a file.
#[test]
fn from_a_pipe() {
    let ran = run_with(&["check", "-f", "-", "-o", "wide"], &text_of("exporter-over-grpc"));
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(ran.stdout.contains("IGW0502"), "{ran}");
}

/// In a cluster, Langfuse is found in another namespace than the exporter that is judged.
#[test]
fn in_a_cluster() {
    let server = StandIn::of(&text_of("endpoint-with-too-much"));
    let ran = run_against(&server, "apps", &["check", "-n", "apps", "-o", "name"]);
    assert!(ran.stdout.contains("deployment/apps/chat IGW0509"), "{ran}");
    // Only named Secrets are read.
    assert!(!server.seen().iter().any(|request| request.contains("/secrets?")), "{ran}");
}
