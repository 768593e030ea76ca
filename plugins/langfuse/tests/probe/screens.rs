//! Whole outputs.

use igw_tests::langfuse::{LangfuseFault, LangfuseStandIn, LangfuseSwitches};
use regex::Regex;

use crate::climbed::{SentKey, TRACES, good, run};
use crate::program;

/// What varies between runs is masked.
fn scrubbed(text: &str, port: u16) -> String {
    let mut text = text.replace(&format!(":{port}"), ":3000");
    for (form, mask) in [
        (r"in \d[\d,]* ms", "in N ms"),
        (r"after \d+\.\d s", "after N s"),
        ("[0-9a-f]{32}", "TRACE"),
        (r#""millis": \d+"#, r#""millis": 0"#),
    ] {
        text = Regex::new(form).expect("a pattern").replace_all(&text, mask).into_owned();
    }
    text
}

#[test]
fn whole_screens() {
    let screens = [
        ("good", LangfuseSwitches::default(), good(), &["--write"][..]),
        ("no_key", LangfuseSwitches::default(), SentKey::None, &[]),
        (
            "unknown_pair",
            LangfuseSwitches::default(),
            SentKey::Pair("pk-lf-PLANT1", "sk-lf-PLANT1"),
            &[],
        ),
        ("redis", LangfuseSwitches::faulty(LangfuseFault::RedisDown), good(), &["--timeout", "5s"]),
        ("json", LangfuseSwitches::default(), good(), &["--write", "-o", "json"]),
    ];
    for (name, switches, key, args) in screens {
        let server = LangfuseStandIn::with(switches);
        let ran = run(&server, "http", TRACES, &key, args);
        let text = format!("{}exit {}\n{}", ran.stdout, ran.code.unwrap_or(-1), ran.stderr);
        insta::assert_snapshot!(name, scrubbed(&text, server.port));
    }
}

#[test]
fn help() {
    let ran = program::run(&["probe", "--help"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    insta::assert_snapshot!("help", ran.stdout);
}

#[test]
fn bad_input() {
    let mut all = String::new();
    for args in [
        &["probe", "ftp://h/x"][..],
        &["probe", "http://h/x", "--address", "nowhere"],
        &["probe", "http://localhost:1/x", "--key-from", "env"],
        &["probe", "http://localhost:1/x", "--key-from", "exporter"],
        &["probe", "http://localhost:1/x", "--through", "bifrost"],
        &[
            "probe",
            "http://localhost:1/x",
            "--through",
            "Bi frost",
            "--model",
            "m",
            "-f",
            "/dev/null",
        ],
    ] {
        let ran = program::run(args);
        all += &format!("$ {}\n{}exit {}\n", args.join(" "), ran.stderr, ran.code.unwrap_or(-1));
    }
    insta::assert_snapshot!(all);
}
