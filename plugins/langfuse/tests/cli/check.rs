//! `check`: what a person sees, and what nobody may see.

use crate::program::run;

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
    insta::assert_snapshot!(run(&["-f", "stories/langfuse/chart-of-version-2-good"]));
}

/// Pairs of keys, base64 or not, never reach any output.
#[test]
fn keys_are_not_shown() {
    let stories = crate::program::directory().join("stories/langfuse");
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
