//! Workflow commands, read back as GitHub's runner reads them.

use igw_core::report::{Ci, github};

use super::{json as report, run_in, stories, worlds};
use crate::program::{run, run_with};

#[derive(Debug)]
struct Command {
    word: String,
    properties: Vec<(String, String)>,
    message: String,
}

impl Command {
    fn get(&self, key: &str) -> Option<&str> {
        self.properties.iter().find(|(k, _)| k == key).map(|(_, value)| value.as_str())
    }
}

/// Parses a command: properties up to the next `::`, then the message.
fn parse(line: &str) -> Option<Command> {
    let (head, message) = line.strip_prefix("::")?.split_once("::")?;
    let (word, properties) = head.split_once(' ').unwrap_or((head, ""));
    let data = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n");
    let property = |text: &str| {
        let text = data(text).replace("%3A", ":").replace("%2C", ",");
        text.replace("%25", "%")
    };
    let pair = |pair: &str| {
        let (key, value) = pair.split_once('=').expect("key=value");
        (key.to_owned(), property(value))
    };
    Some(Command {
        word: word.to_owned(),
        properties: properties.split(',').filter(|p| !p.is_empty()).map(pair).collect(),
        message: data(message).replace("%25", "%"),
    })
}

/// The commands, and the plain last line.
fn parts(text: &str) -> (Vec<Command>, &str) {
    let lines: Vec<&str> = text.lines().collect();
    let (verdict, commands) = lines.split_last().expect("a verdict");
    assert!(!verdict.starts_with("::") && !verdict.contains("##["), "{verdict}");
    (commands.iter().map(|line| parse(line).expect(line)).collect(), verdict)
}

#[test]
fn whole() {
    insta::assert_snapshot!(run(&["-f", "stories/routes/grant-missing", "-o", "github"]));
    insta::assert_snapshot!(run(&["--demo", "-o", "github", "--only", "IGW0109,IGW0110"]));
}

#[test]
fn nothing_found() {
    insta::assert_snapshot!(run(&["-f", "stories/routes/grant-missing-good", "-o", "github"]));
}

#[test]
fn a_hint_is_a_notice() {
    insta::assert_snapshot!(run(&["-f", "stories/routes/canary-at-zero", "-o", "github"]));
}

#[test]
fn not_checked() {
    insta::assert_snapshot!(run_with(&["-f", "-", "-o", "github"], worlds::ALONE));
}

#[test]
fn nothing_to_judge() {
    let list = "apiVersion: v1\nkind: List\nitems: []\n";
    insta::assert_snapshot!(run_with(&["-f", "-", "-o", "github"], list));
}

#[test]
fn bad_input() {
    let bench = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(bench.path().join("a.yaml"), worlds::routes(1)).expect("a file");
    std::fs::write(bench.path().join("b c.yaml"), "kind: [\n").expect("a file");
    insta::assert_snapshot!(run_in(
        bench.path(),
        &["-f", "a.yaml", "-f", "b c.yaml", "-o", "github"]
    ));
    insta::assert_snapshot!(run_with(&["-f", "-", "-o", "github"], "kind: [\n"));
}

#[test]
fn control_characters() {
    let outcome = run_with(&["-f", "-", "-o", "github"], worlds::CONTROL);
    parts(&outcome.stdout);
    insta::assert_snapshot!(outcome);
}

#[test]
fn every_story_tells_the_same() {
    for story in stories() {
        let args = ["-f", story.as_str()];
        let (text, report) = (run(&["-f", &story, "-o", "github"]).stdout, report(&args));
        let (commands, _) = parts(&text);
        let number = |key: &str| report["summary"][key].as_u64().expect("a number") as usize;
        let count = |word: &str| commands.iter().filter(|command| command.word == word).count();
        assert_eq!((count("error"), count("warning")), (number("errors"), number("warnings")));
        let assumed = report["assumptions"].as_array().expect("assumptions").len();
        assert_eq!(count("notice"), number("infos") + number("notChecked") + assumed, "{story}");
        for finding in report["findings"].as_array().expect("findings") {
            let title = format!("{} {}", finding["code"], finding["name"]).replace('"', "");
            let says = finding["title"].as_str().expect("a title");
            let is = |c: &&Command| c.get("title") == Some(&title) && c.message.contains(says);
            let command = commands.iter().find(is).expect(&title);
            let location = &finding["location"];
            assert_eq!(command.get("file"), location["file"].as_str());
            let one_line = location["line"] == location["endLine"];
            assert_eq!(command.get("col").is_some(), one_line);
            assert_eq!(command.get("endColumn").is_some(), one_line);
        }
    }
}

#[test]
fn files_are_named_as_they_are() {
    let bench = tempfile::tempdir().expect("a temporary directory");
    for name in worlds::NAMES {
        std::fs::write(bench.path().join(name), worlds::routes(1)).expect("a file");
        let outcome = run_in(bench.path(), &["-f", name, "-o", "github"]);
        let (commands, _) = parts(&outcome.stdout);
        assert_eq!(commands[0].get("file"), Some(name));
        let dotted = run_in(bench.path(), &["-f", &format!("./{name}"), "-o", "github"]);
        assert_eq!(dotted.stdout, outcome.stdout);
    }
}

#[test]
fn what_is_denied_is_a_warning_and_what_is_suppressed_is_counted() {
    let mut made = worlds::report();
    made.suppressed = made.findings.clone();
    insta::assert_snapshot!(github(&Ci { report: &made, ran: &[], fail_on: None, unread: &[] }));
}

#[test]
fn many() {
    let outcome = run_with(&["-f", "-", "-o", "github"], &worlds::routes(500));
    let (commands, verdict) = parts(&outcome.stdout);
    assert_eq!(commands.iter().filter(|command| command.word == "error").count(), 500);
    assert!(verdict.starts_with("500 errors in 503 objects · "), "{verdict}");
}
