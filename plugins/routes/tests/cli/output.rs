//! Formats, colour and pipes.

use serde_json::Value;

use crate::program::{command, finish, run, story};

#[test]
fn json() {
    let file = story("grant-missing");
    insta::assert_snapshot!(run(&["-f", &file, "-o", "json"]));
}

#[test]
fn yaml() {
    let file = story("grant-missing");
    insta::assert_snapshot!(run(&["-f", &file, "-o", "yaml"]));
}

/// Commands with machine-readable output.
fn commands() -> Vec<Vec<&'static str>> {
    let shared = "stories/routes/langfuse-shadowed/cluster.yaml";
    let url = "http://hub.example.com/ui";
    vec![
        vec!["--demo"],
        vec!["check", "-f", "stories/routes/canary-half-missing"],
        vec!["check", "-f", "stories/routes/canary-at-zero"],
        vec!["check", "-f", "stories/routes", "--only", "IGW0101"],
        vec!["why", "http://x.example.com/", "--demo"],
        vec!["why", url, "-f", shared],
        vec!["status", "--demo"],
        vec!["status", "-f", shared],
    ]
}

#[test]
fn two_runs_are_byte_equal_and_yaml_equals_json() {
    for command in commands() {
        let with = |format| run(&[command.as_slice(), &["-o", format]].concat());
        let (one, other) = (with("json"), with("json"));
        assert_eq!(one, other);
        let json: Value = serde_json::from_str(&one.stdout).expect("one JSON document");
        assert!(one.stdout.ends_with("}\n"), "{command:?}");
        let yaml: Value = serde_saphyr::from_str(&with("yaml").stdout).expect("one YAML document");
        assert_eq!(yaml, json, "{command:?}");
        let human = run(&command);
        assert_eq!((human.code, human.stderr), (one.code, one.stderr), "{command:?}");
    }
}

#[test]
fn unknown_format() {
    insta::assert_snapshot!(run(&["--demo", "-o", "xml"]));
}

/// A text without its escape sequences (`ESC [ … letter`).
fn plain(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| c.is_ascii_alphabetic()).expect("an escape sequence ends");
        out.push_str(&part[end + 1..]);
    }
    out
}

#[test]
fn colour_only_repeats_what_words_say() {
    let requests = ["http://api.example.com/v1", "http://x.example.com/v1"];
    let mut commands = vec![vec!["--demo"], vec!["--demo", "-v"]];
    commands.extend(requests.map(|url| vec!["why", url, "--demo"]));
    for command in commands {
        let with = |when| run(&[command.as_slice(), &["--color", when]].concat()).stdout;
        let (always, never) = (with("always"), with("never"));
        assert!(always.contains("\u{1b}["), "{command:?}");
        assert!(!never.contains('\u{1b}'), "{command:?}");
        assert_eq!(plain(&always), never, "{command:?}");
        assert_eq!(with("auto"), never, "{command:?}: this is no terminal");
    }
}

#[test]
fn no_color() {
    let args = ["--demo"];
    let mut with = command(&args);
    with.env("NO_COLOR", "1").env("TERM", "xterm-256color");
    assert_eq!(finish(&args, with), run(&args));
    // The flag is nearer than the variable.
    let args = ["--demo", "--color", "always"];
    let mut with = command(&args);
    with.env("NO_COLOR", "1");
    assert_eq!(finish(&args, with), run(&args));
}

#[test]
fn machines_get_no_colour() {
    let outcome = run(&["--demo", "-o", "json", "--color", "always"]);
    assert!(!outcome.stdout.contains('\u{1b}'));
}

#[test]
fn a_reader_that_is_gone_is_no_failure() {
    for args in [
        &["-f", "stories/routes/grant-missing-good"][..],
        &["-f", "stories/routes/grant-missing-good", "-o", "json"],
        &["status", "-f", "stories/routes/grant-missing-good"],
        &[
            "why",
            "http://llm.example.com/v1/completions",
            "-f",
            "stories/routes/grant-missing-good",
        ],
        &["--help"],
    ] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut child = command(args);
        child.stdout(writer);
        let outcome = finish(args, child);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
    }
}
