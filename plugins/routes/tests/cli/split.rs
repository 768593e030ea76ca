//! `split` on files: a rule with weights, step by step, judged by `why`.

use std::fs;

use serde_json::Value;

use crate::program::{Ran, command, finish, run_with};

const WORLD: &str = include_str!("split/world.yaml");

const ARMS: [&str; 4] = ["--to", "ml/llama:8000=90", "--to", "lab/llama-new:8000=10"];

struct SplitPlace(tempfile::TempDir);

impl SplitPlace {
    fn of(text: &str) -> SplitPlace {
        let place = tempfile::tempdir().expect("a directory");
        fs::write(place.path().join("all.yaml"), text).expect("written");
        SplitPlace(place)
    }

    fn text(&self) -> String {
        fs::read_to_string(self.0.path().join("all.yaml")).expect("a file")
    }

    fn run(&self, words: &[&str], more: &[&str]) -> Ran {
        let words = [words, &["-f", "all.yaml"], more].concat();
        let mut command = command(&words);
        command.current_dir(self.0.path()).env("XDG_STATE_HOME", self.0.path().join("state"));
        finish(&words, command)
    }

    /// Splits the route `chat` at /v1.
    fn split(&self, more: &[&str]) -> Ran {
        self.run(&["split", "chat", "--path", "/v1"], more)
    }

    fn done(&self, more: &[&str]) -> Ran {
        let ran = self.split(&[more, &["--yes"]].concat());
        assert_eq!(ran.code, Some(0), "{ran}");
        // Long lines are wrapped.
        let stderr = ran.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        Ran { stderr, ..ran }
    }

    /// The Services that get a request, with their shares in percent.
    fn shares(&self, url: &str) -> Vec<(String, i64)> {
        let ran = self.run(&["why", url, "-o", "json"], &[]);
        let trace: Value = serde_json::from_str(&ran.stdout).expect("JSON");
        shares(&trace)
    }
}

fn shares(trace: &Value) -> Vec<(String, i64)> {
    let backends = trace["backends"].as_array().unwrap_or_else(|| panic!("no backends: {trace}"));
    let backend = |one: &Value| {
        let name = one["name"].as_str().expect("a name").to_owned();
        let share = one["share"].as_f64().expect("a share");
        #[allow(clippy::cast_possible_truncation, reason = "from 0 to 100")]
        (name, (share * 100.0).round() as i64)
    };
    backends.iter().map(backend).collect()
}

const URL: &str = "http://api.example.com/v1/models";

fn pair(one: i64, other: i64) -> Vec<(String, i64)> {
    vec![("llama".to_owned(), one), ("llama-new".to_owned(), other)]
}

#[test]
fn from_one_service_to_another() {
    let place = SplitPlace::of(WORLD);
    place.done(&ARMS);
    assert_eq!(place.shares(URL), pair(90, 10));
    // What was there is there, with its comments.
    let begun = place.text();
    assert!(WORLD.lines().all(|line| begun.lines().any(|own| own == line)), "{begun}");
    assert!(begun.contains("name: allow-gw-httproutes-to-llama-new\n"), "{begun}");
    let again = place.done(&ARMS);
    assert!(again.stderr.contains("Nothing to change"), "{again}");
    assert_eq!(place.text(), begun);

    let ran = place.done(&["--step", "10"]);
    assert!(ran.stderr.contains("80 % to ml/llama:8000 and 20 % to lab/llama-new:8000"), "{ran}");
    assert_eq!(place.shares(URL), pair(80, 20));
    let gone = begun.lines().filter(|line| !place.text().lines().any(|own| own == *line)).count();
    assert_eq!(gone, 2, "only the weights change\n{}", place.text());
    place.done(&["--step", "100"]);
    assert_eq!(place.shares(URL).last().map(|(_, share)| *share), Some(100));

    let ran = place.run(&["split", "chat", "--end", "--keep", "lab/llama-new", "--yes"], &[]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(place.shares(URL), [("llama-new".to_owned(), 100)]);
    let ended = place.text();
    let ran = place.run(&["split", "chat", "--end", "--keep", "lab/llama-new", "--yes"], &[]);
    assert!(ran.stderr.contains("Nothing to change"), "{ran}");
    assert_eq!(place.text(), ended);

    // Run by run back to the beginning.
    for _ in 0..4 {
        let words = ["undo", "--yes"];
        let mut command = command(&words);
        command.current_dir(place.0.path()).env("XDG_STATE_HOME", place.0.path().join("state"));
        let ran = finish(&words, command);
        assert_eq!(ran.code, Some(0), "{ran}");
    }
    assert_eq!(place.text(), WORLD);
}

#[test]
fn a_plan_of_a_split() {
    let place = SplitPlace::of(WORLD);
    insta::assert_snapshot!(place.split(&ARMS).to_string());
    assert_eq!(place.text(), WORLD);
    let ran = place.split(&[&ARMS[..], &["--dry-run", "-o", "json"]].concat());
    let plan: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let steps = plan["steps"].as_array().expect("a list");
    let verbs: Vec<&str> = steps.iter().filter_map(|step| step["verb"].as_str()).collect();
    assert_eq!(verbs, ["create", "edit-file"], "{plan}");
}

#[test]
fn a_route_that_is_not_there() {
    let place = SplitPlace::of(WORLD);
    let words = ["split", "gw/ab", "--path", "/v1", "--gateway", "gw/public"];
    let more = [&["--host", "ab.example.com", "--yes"], &ARMS[..]].concat();
    let ran = place.run(&words, &more);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(place.shares("http://ab.example.com/v1/models"), pair(90, 10));
    let made = place.text();
    let ran = place.run(&words, &more);
    assert!(ran.stderr.contains("Nothing to change"), "{ran}");
    assert_eq!(place.text(), made);
    let ran = place.run(&["split", "gw/ab", "--step", "40", "--yes"], &[]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(place.shares("http://ab.example.com/v1/models"), pair(50, 50));
}

#[test]
fn from_a_pipe_to_a_pipe_and_apart() {
    let words = [&["split", "chat", "--path", "/v1", "-f", "-", "--yes"], &ARMS[..]].concat();
    let ran = run_with(&words, WORLD);
    assert_eq!(ran.code, Some(0), "{ran}");
    let place = SplitPlace::of(&ran.stdout);
    assert_eq!(place.shares(URL), pair(90, 10));
    // What is as asked for goes through as it is.
    assert_eq!(run_with(&words, &ran.stdout).stdout, ran.stdout);

    let place = SplitPlace::of(WORLD);
    place.done(&[&ARMS[..], &["--save", "out"]].concat());
    assert_eq!(place.text(), WORLD);
    let saved = fs::read_to_string(place.0.path().join("out/all.yaml")).expect("written");
    assert_eq!(saved, ran.stdout);
}

#[test]
fn what_keeps_its_place_keeps_its_filters() {
    let with = "          port: 8000\n          filters: [{type: RequestHeaderModifier, \
                requestHeaderModifier: {set: [{name: x-arm, value: old}]}}]\n";
    let text = WORLD.replacen("          port: 8000\n", with, 1);
    let place = SplitPlace::of(&text);
    place.done(&["--to", "lab/llama-new:8000=1", "--to", "ml/llama:8000=3"]);
    assert!(place.text().contains("x-arm"), "{}", place.text());
    let mut shares = place.shares(URL);
    shares.sort();
    assert_eq!(shares, pair(75, 25));
    // Another pair in their place.
    place.done(&["--to", "lab/llama-new:8000=1", "--to", "lab/other:8000=1"]);
    assert!(!place.text().contains("x-arm"), "{}", place.text());
}

#[test]
fn model_names_are_compared_as_far_as_they_can_be_seen() {
    let alike = SplitPlace::of(WORLD).done(&ARMS);
    assert!(alike.stderr.contains("all arms accept the model name llama"), "{alike}");

    let text = WORLD.replace("--served-model-name, llama, llama-4", "--served-model-name, llama-4");
    let place = SplitPlace::of(&text);
    let ran = place.split(&[&ARMS[..], &["--yes"]].concat());
    assert_eq!(ran.code, Some(1), "{ran}");
    assert!(ran.stderr.contains("needs --unsafe: no model name is good for all arms"), "{ran}");
    assert_eq!(place.text(), text);
    let ran = place.done(&[&ARMS[..], &["--unsafe"]].concat());
    assert!(ran.stderr.contains("IGW0124"), "{ran}");

    let ran = SplitPlace::of(WORLD).done(&["--to", "ml/llama:8000=1", "--to", "lab/other:8000=1"]);
    let says = "whether all arms accept the same model name is not known, because";
    assert!(ran.stderr.contains(says), "{ran}");
    let ran = SplitPlace::of(WORLD).done(&["--to", "ml/llama:8000=1", "--to", "far/model:8000=1"]);
    for says in ["whether there is a Service far/model is not known", "whether a ReferenceGrant"] {
        assert!(ran.stderr.contains(says), "{ran}");
    }
}

#[test]
fn what_cannot_be_split() {
    let place = SplitPlace::of(WORLD);
    let b = ["--to", "lab/llama-new:8000=1"];
    let mut said = String::new();
    let chat = ["split", "chat", "--path", "/v1"];
    for (words, more) in [
        (&chat[..], &[][..]),
        (&chat, &["--to", "ml/llama:8000=1"]),
        (&chat, &["--to", "ml/llama:8000=1", "--to", "ml/llama:8000=2"]),
        (&chat, &["--to", "ml/llama:8000=0", "--to", "lab/llama-new:8000=0"]),
        (&chat, &[b[0], b[1], "--to", "ml/lama:8000=1"]),
        (&chat, &[b[0], b[1], "--to", "ml/llama:80=1"]),
        (&chat, &[b[0], b[1], "--to", "ui:80=1", "--to", "gw/ui:80=1"]),
        (&chat, &[b[0], b[1], "--step", "10"]),
        (&chat, &[b[0], b[1], "--to", "ml/llama:8000=half"]),
        (&chat, &["--step", "10"]),
        (&chat, &["--end", "--keep", "lab/llama-new"]),
        (&["split", "chat", "--path", "/v2"], &ARMS),
        (&["split", "chat", "--path", "/old"], &ARMS),
        (&["split", "chat"], &ARMS),
        (&["split", "chatt"], &ARMS),
        (&["split", "ab", "--gateway", "gw/public"], &ARMS),
        (&["split", "gw/ab", "--gateway", "gw/publik"], &ARMS),
        (&["split", "gw/chat", "--gateway", "gw/other"], &ARMS),
        (&["split", "gw/chat", "-n", "ml"], &ARMS),
        (&["split", "gw/chat/x"], &ARMS),
    ] {
        let ran = place.run(words, &[more, &["--yes"]].concat());
        assert_eq!(ran.code, Some(2), "{ran}");
        assert_eq!(place.text(), WORLD, "{ran}");
        said.push_str(&format!("$ {}\n{}\n", ran.line, ran.stderr));
    }
    insta::assert_snapshot!(said);
}
