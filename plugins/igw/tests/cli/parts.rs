//! The commands of the products, from the front door.

use crate::program::{run, run_with, story};

/// Flags may stand before both words.
#[test]
fn flags_before_the_product_and_its_command() {
    let file = story("grant-missing");
    let behind = run(&["routes", "why", "http://api.example.com/v1/x", "-f", &file, "-o", "json"]);
    let before = run(&["-f", &file, "routes", "-o", "json", "why", "http://api.example.com/v1/x"]);
    assert_eq!((behind.code, &behind.stdout), (before.code, &before.stdout), "{before}");
    assert!(behind.stdout.contains("\"verdict\""), "{behind}");
}

/// A check of a part names the commands of the part.
#[test]
fn commands_to_paste() {
    let file = story("grant-missing");
    let ran = run(&["-f", &file]);
    assert!(ran.stdout.contains(" kubectl igw routes fix -f stories/routes/"), "{ran}");
    let ran = run(&["routes", "-f", &file]);
    assert!(ran.stdout.contains(" kubectl igw routes fix -f stories/routes/"), "{ran}");
}

#[test]
fn a_pipe() {
    let text = std::fs::read_to_string(crate::program::directory().join(story("grant-missing")))
        .expect("the story can be read");
    let ran = run_with(&["-f", "-", "-o", "name"], &text);
    assert!(ran.stdout.contains("IGW0103"), "{ran}");
    assert_eq!(ran.code, Some(1));
}
