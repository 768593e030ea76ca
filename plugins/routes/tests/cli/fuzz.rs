//! Manifests, bundles and kubeconfigs with something changed in them: no panic, no hang, an exit code
//! of the contract, and documents that can be read. A sample; `tests/run --soak` runs 100,000.

use std::fs;
use std::io::Write as _;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use igw_tests::dice::Dice;
use serde_json::{Value, json};

use crate::program::{Ran, directory, run, run_with};

fn odd_value(dice: &mut Dice) -> Value {
    let all = [
        Value::Null,
        json!(true),
        json!(-1),
        json!(u64::MAX),
        json!(1e300),
        json!(""),
        json!("*"),
        json!("/"),
        json!("a\u{1b}[31m\n::error::\u{202e}"),
        json!("x".repeat(3_000)),
        json!("(((((a*)*)*)*)*"),
        json!("${X}.{{ .Y }}"),
        json!("<masked 1>"),
        json!("2026-13-45T99:00:00Z"),
        json!([]),
        json!({}),
        json!([[[[{"a": null}]]]]),
        json!({"name": "s", "namespace": "gw", "kind": "Service", "port": 80}),
    ];
    all[dice.roll(all.len())].clone()
}

/// The pointers to all values in a document.
pub fn places(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                places(member, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), out);
            }
        }
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                places(item, &format!("{at}/{number}"), out);
            }
        }
        _ => {}
    }
}

fn changed(value: &mut Value, dice: &mut Dice) {
    for _ in 0..1 + dice.roll(4) {
        let mut all = Vec::new();
        places(value, "", &mut all);
        let own = all[dice.roll(all.len())].clone();
        let other = all[dice.roll(all.len())].clone();
        let copy = value.pointer(&other).cloned().unwrap_or_default();
        let Some(target) = value.pointer_mut(&own) else { continue };
        match dice.roll(5) {
            0 | 1 => *target = odd_value(dice),
            2 => *target = copy,
            3 => match target {
                Value::Object(members) => {
                    let key = members.keys().nth(dice.roll(members.len())).cloned();
                    drop(key.and_then(|key| members.remove(&key)));
                }
                Value::Array(items) => {
                    let twice = items.first().cloned();
                    items.extend(twice);
                }
                other => *other = Value::Null,
            },
            _ => {
                if let Value::String(text) = target {
                    let at = text.floor_char_boundary(dice.roll(text.len() + 1));
                    text.insert_str(
                        at,
                        ["\u{0}", "%", "..", "*", "é", " ", "\u{2028}"][dice.roll(7)],
                    );
                }
            }
        }
    }
}

/// How long a run may take.
const LONG: Duration = Duration::from_secs(10);

/// Runs, and a second time if it took long: on a busy machine anything may, once.
fn timed(run: impl Fn() -> Ran) -> (Ran, Duration) {
    let once = || {
        let begin = Instant::now();
        (run(), begin.elapsed())
    };
    let first = once();
    if first.1 < LONG { first } else { once() }
}

#[track_caller]
fn judge(outcome: &Ran, took: Duration, document: bool, input: &str) {
    let says = || format!("{outcome}\n--- input\n{input}");
    assert!(matches!(outcome.code, Some(0..=3)), "{}", says());
    assert!(!outcome.stderr.contains("panicked"), "{}", says());
    assert!(took < LONG, "{took:?} {}", says());
    if document && !outcome.stdout.is_empty() {
        let read: Result<Value, _> = serde_json::from_str(&outcome.stdout);
        assert!(read.is_ok(), "{}", says());
    }
}

/// How many runs: a sample takes two seconds.
fn runs(sample: usize) -> usize {
    match std::env::var_os("IGW_SOAK") {
        Some(_) => 100_000 / 3,
        None => sample,
    }
}

pub fn stories() -> Vec<Vec<Value>> {
    let entries = fs::read_dir(directory().join("stories/routes")).expect("there are stories");
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let texts = paths.iter().flat_map(|path| fs::read_dir(path).into_iter().flatten().flatten());
    let mut files: Vec<_> = texts.map(|entry| entry.path()).collect();
    files.sort();
    let yaml = files.iter().filter(|path| path.extension().is_some_and(|end| end == "yaml"));
    yaml.filter_map(|path| {
        let text = fs::read_to_string(path).ok()?;
        let documents: Result<Vec<Value>, _> =
            text.split("\n---").map(serde_saphyr::from_str::<Value>).collect();
        documents.ok().filter(|all| !all.is_empty())
    })
    .collect()
}

#[test]
fn manifests() {
    let stories = stories();
    assert!(stories.len() > 20, "{}", stories.len());
    let mut dice = Dice(0x5eed_0001);
    for _ in 0..runs(60) {
        let mut list =
            json!({"apiVersion": "v1", "kind": "List", "items": stories[dice.roll(stories.len())]});
        changed(&mut list, &mut dice);
        let input = list.to_string();
        let commands: [&[&str]; 8] = [
            &["-f", "-"],
            &["-f", "-", "-o", "html"],
            &["-f", "-", "-o", "markdown"],
            &["-f", "-", "-o", "json"],
            &["-f", "-", "-o", "sarif"],
            &["why", "http://llm.example.com/v1/completions?a=b", "-f", "-", "-o", "json"],
            &["status", "-f", "-", "-o", "json"],
            &["-f", "-", "--world", "closed", "-o", "json"],
        ];
        let args = commands[dice.roll(commands.len())];
        let (outcome, took) = timed(|| run_with(args, &input));
        let document = args.contains(&"json") || args.contains(&"sarif");
        judge(&outcome, took, document, &input);
    }
}

#[test]
fn bundles() {
    let place = tempfile::tempdir().expect("a directory");
    let file = place.path().join("x").display().to_string();
    let stories = stories();
    let mut dice = Dice(0x5eed_0002);
    for _ in 0..runs(30) {
        let objects = &stories[dice.roll(stories.len())];
        let mut lines = vec![
            json!({"bundle": {"apiVersion": "igw.dev/v1alpha1", "version": "0", "context": "c", "namespace": null, "taken": "2026-01-01T00:00:00Z"}}),
        ];
        lines.extend(objects.iter().map(|object| json!({ "object": object })));
        lines.push(json!({"answered": {"ask": {"list": {"kind": "httpRoute", "namespace": null}}, "why": null}}));
        lines.push(json!({"end": {"objects": objects.len()}}));
        let at = dice.roll(lines.len());
        changed(&mut lines[at], &mut dice);
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let mut out = GzEncoder::new(Vec::new(), Compression::fast());
        let packed = out.write_all(text.as_bytes()).and_then(|()| out.finish());
        let mut packed = packed.expect("memory can be written");
        if dice.roll(4) == 0 {
            let at = dice.roll(packed.len());
            packed[at] ^= 1 << dice.roll(8);
        }
        fs::write(&file, packed).expect("written");
        let (outcome, took) = timed(|| run(&["--bundle", &file, "-o", "json"]));
        judge(&outcome, took, true, &text);
    }
}

#[test]
fn kubeconfigs() {
    let place = tempfile::tempdir().expect("a directory");
    let file = place.path().join("config").display().to_string();
    let config = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "c",
        "clusters": [{"name": "c", "cluster": {"server": "http://127.0.0.1:1", "certificate-authority-data": "YQ==", "proxy-url": "http://127.0.0.1:1", "tls-server-name": "x"}}],
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u", "namespace": "n"}}],
        "users": [{"name": "u", "user": {"token": "t", "client-certificate-data": "YQ==", "client-key-data": "YQ==", "as": "me", "as-groups": ["g"], "exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "true", "args": ["a"], "env": [{"name": "A", "value": "b"}], "interactiveMode": "Never"}}}],
    });
    let mut dice = Dice(0x5eed_0003);
    for _ in 0..runs(30) {
        let mut own = config.clone();
        changed(&mut own, &mut dice);
        let text = own.to_string();
        fs::write(&file, &text).expect("written");
        let args = ["check", "--kubeconfig", &file, "--request-timeout", "2s", "-o", "json"];
        let (outcome, took) = timed(|| run(&args));
        assert_ne!(outcome.code, Some(0), "{outcome}");
        judge(&outcome, took, true, &text);
    }
}
