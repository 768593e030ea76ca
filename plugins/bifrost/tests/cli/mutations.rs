//! Mutated configurations and manifests: no panic, and a report in any case.

use igw_tests::dice::Dice;
use serde_json::Value;

use crate::program::{directory, run_with, story};

const PIECES: [&str; 24] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "null",
    "true",
    "1e999",
    "-",
    "\\",
    "\\ud800",
    "*",
    "env.X",
    "\"providers\"",
    "/v1",
    "[]",
    "{}",
    "\u{feff}",
    "\n",
    "é",
    "0",
    "#",
];

fn mutated(text: &str, dice: &mut Dice) -> String {
    let mut out = text.to_owned();
    for _ in 0..1 + dice.roll(3) {
        let at = out.floor_char_boundary(dice.roll(out.len() + 1));
        match dice.roll(3) {
            0 => out.insert_str(at, PIECES[dice.roll(PIECES.len())]),
            1 => {
                let end = out.floor_char_boundary((at + dice.roll(12)).min(out.len()));
                out.replace_range(at..end.max(at), "");
            }
            _ => {
                let end = out.floor_char_boundary((at + dice.roll(6)).min(out.len()));
                out.replace_range(at..end.max(at), PIECES[dice.roll(PIECES.len())]);
            }
        }
    }
    out
}

fn times() -> usize {
    if std::env::var_os("IGW_SOAK").is_some() { 5000 } else { 250 }
}

#[test]
fn configurations() {
    let config = r#"{"providers": {"openai": {"keys": [{"name": "k", "value": "env.KEY", "models": ["*"],
        "aliases": {"a": "b"}}], "network_config": {"base_url": "http://10.0.0.1:8000/v1"}}},
        "plugins": [{"name": "otel", "enabled": true, "config": {"protocol": "http",
        "headers": {"Authorization": "Basic eA=="}}}],
        "governance": {"routing_rules": [{"cel_expression": "model == 'x'", "targets": []}]}}"#;
    let mut dice = Dice(7);
    for _ in 0..times() {
        let text = mutated(config, &mut dice);
        let bench = tempfile::tempdir().expect("a temporary directory");
        let file = bench.path().join("config.json");
        std::fs::write(&file, &text).expect("a file");
        let file = file.to_string_lossy();
        let outcome = run_with(&["-f", &file, "-o", "json"], "");
        assert!(matches!(outcome.code, Some(0 | 1 | 3)), "{text}\n{outcome}");
        assert!(!outcome.stderr.contains("panicked"), "{text}\n{outcome}");
        let report: Value = serde_json::from_str(&outcome.stdout).expect("one JSON document");
        if serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')).is_err() {
            let findings = report["findings"].as_array().expect("a list");
            let told = |one: &Value| one["code"] == "IGW0201" && one["location"]["line"].is_u64();
            assert!(findings.iter().any(told), "{text}\n{outcome}");
        }
        let chain = run_with(&["model", "openai/a", "-f", &file, "-o", "json"], "");
        assert!(matches!(chain.code, Some(0 | 1 | 3)), "{text}\n{chain}");
    }
}

#[test]
fn manifests() {
    let mut dice = Dice(11);
    let names = ["private-address", "encoded-with-newline", "chown-under-restricted"];
    for name in names {
        let world = std::fs::read_to_string(directory().join(story(name))).expect("a fixture");
        for _ in 0..times() / 3 {
            let text = mutated(&world, &mut dice);
            for command in [&["check"][..], &["config"], &["model", "openai/llama-8b"]] {
                let outcome = run_with(&[command, &["-f", "-", "-o", "json"]].concat(), &text);
                assert!(matches!(outcome.code, Some(0..=3)), "{text}\n{outcome}");
                assert!(!outcome.stderr.contains("panicked"), "{text}\n{outcome}");
            }
        }
    }
}
