//! `--through`: one chat request, whose trace is looked up.

use igw_tests::langfuse::{LangfuseAnswer, LangfuseStandIn, LangfuseSwitches};
use serde_json::Value;

use crate::climbed::{TRACES, good, run};

fn through(langfuse: LangfuseSwitches, more: &[&str]) -> (Value, Option<i32>, LangfuseStandIn) {
    let server = LangfuseStandIn::with(langfuse);
    let url = format!("http://localhost:{}", server.port);
    let base = ["--through", &url, "--model", "openai/glm-5", "-o", "json"];
    let ran = run(&server, "http", TRACES, &good(), &[&base, more].concat());
    let json = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran:#?}"));
    (json, ran.code, server)
}

fn rung(json: &Value) -> (&str, &str) {
    let last = json["rungs"].as_array().and_then(|all| all.last()).expect("a rung");
    assert_eq!(last["rung"], "through");
    let text = |name: &str| last[name].as_str().unwrap_or_default();
    (text("mark"), text("cause"))
}

#[test]
fn a_chat_request_leaves_its_trace() {
    let (json, code, server) = through(LangfuseSwitches::default(), &["--yes", "--timeout", "20s"]);
    assert_eq!((rung(&json), code), (("proved", "arrived"), Some(0)));
    let seen = server.seen();
    let chats: Vec<_> = seen.iter().filter(|own| own.path() == "/v1/chat/completions").collect();
    let [chat] = &chats[..] else { panic!("not one chat request: {chats:#?}") };
    assert_eq!(chat.header("authorization"), None, "the key of Langfuse is not Bifrost's");
    let trace = json["chatTraceId"].as_str().expect("a trace");
    assert!(chat.header("traceparent").is_some_and(|own| own.contains(trace)));
    let body: Value = serde_json::from_slice(&chat.body).expect("JSON");
    assert_eq!(body["model"], "openai/glm-5");
}

#[test]
fn without_consent_nothing_is_sent() {
    let (json, code, server) = through(LangfuseSwitches::default(), &[]);
    assert_eq!((rung(&json), code), (("not-done", "not-tried"), Some(0)));
    assert!(server.seen().iter().all(|own| own.path() != "/v1/chat/completions"));
}

#[test]
fn what_can_go_wrong_with_it() {
    let silent = LangfuseSwitches { traces_chats: false, ..LangfuseSwitches::default() };
    let (json, code, _) = through(silent, &["--yes", "--timeout", "2s"]);
    assert_eq!((rung(&json), code), (("unknown", "not-yet"), Some(3)));
    let refusing = LangfuseAnswer::text(401, "no virtual key PLANTED?").with("server", "bifrost");
    let refusing = LangfuseSwitches::answering(
        "/v1/chat",
        LangfuseAnswer { body: "no key".to_owned(), ..refusing },
    );
    let (json, code, _) = through(refusing, &["--yes"]);
    assert_eq!((rung(&json), code), (("failed", "chat-failed"), Some(1)));
}
