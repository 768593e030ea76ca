//! Keys are never shown and never leave for another host; bodies are cut.

use igw_tests::langfuse::{LangfuseAnswer, LangfuseStandIn, LangfuseSwitches};

use crate::climbed::{SentKey, TRACES, good, run};

/// In each form in which a server may repeat what it got.
const ECHO: &str = "you sent pk-lf-PLANTpublic and sk-lf-PLANTsecret, that is Basic cGstbGYtUExBTlRwdWJsaWM6c2stbGYtUExBTlRzZWNyZXQ=, or cGstbGYtUExBTlRwdWJsaWM6c2stbGYtUExBTlRzZWNyZXQ; c2stbGYtUExBTlRzZWNyZXQ";

#[test]
fn a_server_that_repeats_the_key() {
    for at in ["/api/public/projects", "/api/public/otel", "/api/public/health"] {
        let status = [200, 400, 418, 500, 503];
        for status in status {
            for answer in [LangfuseAnswer::text(status, ECHO), LangfuseAnswer::error(status, ECHO)]
            {
                let server = LangfuseStandIn::with(LangfuseSwitches::answering(at, answer));
                for output in [&["-o", "json"][..], &[]] {
                    // `run` looks for what was planted.
                    run(&server, "http", TRACES, &good(), output);
                }
            }
        }
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let other = LangfuseStandIn::with(LangfuseSwitches::default());
    let to = format!("http://127.0.0.1:{}{TRACES}?key=sk-lf-PLANTsecret", other.port);
    for at in ["/api/public/otel", "/api/public/projects", "/api/public/health"] {
        let answer = LangfuseAnswer::redirect(307, &to);
        let server = LangfuseStandIn::with(LangfuseSwitches::answering(at, answer));
        let ran = run(&server, "http", TRACES, &good(), &[]);
        assert!(ran.stdout.contains("not followed"), "{}", ran.stdout);
        assert_eq!(other.seen().len(), 0, "{at}: {:#?}", other.seen());
    }
}

#[test]
fn a_body_without_an_end_is_cut() {
    let start = std::time::Instant::now();
    for at in ["/api/public/projects", "/api/public/otel"] {
        let answer = LangfuseAnswer::endless(500, "{\"error\":\"");
        let server = LangfuseStandIn::with(LangfuseSwitches::answering(at, answer));
        let ran = run(&server, "http", TRACES, &good(), &[]);
        assert_eq!(ran.code, Some(1), "{}", ran.stdout);
        assert!(ran.stdout.len() < 4_000, "{}", ran.stdout);
    }
    assert!(start.elapsed().as_secs() < 20);
}

#[test]
fn what_looks_like_a_key_is_not_repeated_in_errors() {
    let server = LangfuseStandIn::with(LangfuseSwitches::default());
    let ran = run(&server, "http", TRACES, &SentKey::None, &["--key-from", "sk-lf-PLANTsecret_1"]);
    assert_eq!(ran.code, Some(2));
}

#[test]
fn the_query_of_an_address_is_not_shown() {
    let server = LangfuseStandIn::with(LangfuseSwitches::default());
    let path = format!("{TRACES}?token=PLANTED");
    for output in [&["-o", "json"][..], &[]] {
        let ran = run(&server, "http", &path, &good(), output);
        assert_eq!(ran.code, Some(0), "{}", ran.stdout);
    }
    assert!(server.seen().iter().any(|own| own.target == path), "it is sent as it is");
}
