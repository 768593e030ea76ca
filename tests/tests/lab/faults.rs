//! What goes wrong between the program and the API server: it never hangs, never calls well what it
//! could not see, and says what it was in one line.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use igw_tests::lab::{Exchange, Fault, FaultRule, Proxy};

use super::lab;
use super::plugin::{TimedRun, routes, team};

const GRANTS: &str = "/referencegrants";
const ROUTES: &str = "/httproutes";
const PAGES: &str = "/httproutes?limit=500&continue=";

fn proxy() -> Proxy {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("proxied-{}", COUNT.fetch_add(1, Ordering::Relaxed));
    lab().proxy(&name, &["system:masters"]).expect("a proxy")
}

fn paths(seen: &[Exchange], part: &str) -> usize {
    seen.iter().filter(|exchange| exchange.path.contains(part)).count()
}

/// Two routes, each on a page of its own.
fn pages() -> FaultRule {
    FaultRule::always(ROUTES, Fault::Pages(1))
}

/// Every fault that lasts, by name; `--request-timeout` is a second.
fn lasting() -> [(&'static str, Fault); 11] {
    [
        ("reset", Fault::Reset),
        ("hang up", Fault::HangUp),
        ("slow", Fault::Slow(Duration::from_millis(200))),
        ("silent", Fault::Silent),
        ("too many", Fault::RetryAfter(429, 1)),
        ("unavailable", Fault::Status(503)),
        ("gone", Fault::Status(410)),
        ("truncated", Fault::Truncated),
        ("garbage", Fault::Garbage("<html>log in first</html>")),
        ("no HTTP", Fault::NoHttp("SSH-2.0-OpenSSH_9.2\r\n")),
        ("vanished", Fault::Vanished),
    ]
}

/// Asserts that the verdict is not healthy and that unseen parts are reported.
fn is_honest(outcome: &TimedRun) {
    assert_eq!(outcome.code, Some(3), "{outcome}");
    let told = outcome.stdout.contains("not checked: ") || outcome.stdout.contains("not known, ");
    assert!(told && !outcome.stdout.contains("No problems in "), "{outcome}");
    // A request may take a second, is tried three times, and 429 asks for a second between.
    assert!(outcome.took < Duration::from_secs(15), "{:?}: {outcome}", outcome.took);
}

/// Runs with every fault that lasts, of requests with `path`; the rules of `more` come after it.
fn last(path: &str, more: &[FaultRule], arguments: &str) -> String {
    let _team = team(lab());
    let proxy = proxy();
    let mut all = String::new();
    for (name, fault) in lasting() {
        proxy.spoil(&[&[FaultRule::always(path, fault)], more].concat());
        let outcome = routes(&proxy.user, &format!("{arguments} --request-timeout 1s"));
        is_honest(&outcome);
        all.push_str(&format!("{name}: {outcome}\n"));
    }
    all
}

#[test]
fn without_any_all_is_the_same() {
    let _team = team(lab());
    let proxy = proxy();
    let direct = routes(lab().admin(), "-A");
    let through = routes(&proxy.user, "-A");
    assert_eq!(through.to_string(), direct.to_string());
    let whole = proxy.take();
    assert_eq!(paths(&whole, ROUTES), 1, "{whole:#?}");
    proxy.spoil(&[pages()]);
    assert_eq!(routes(&proxy.user, "-A").to_string(), direct.to_string());
    let paged = proxy.take();
    assert_eq!(paths(&paged, ROUTES), 2, "{paged:#?}");
    assert_eq!(paths(&paged, PAGES), 1, "{paged:#?}");
    assert!(whole.iter().all(|exchange| exchange.status == 200 && exchange.bytes > 0));
}

#[test]
fn that_pass_are_got_over() {
    let _team = team(lab());
    let proxy = proxy();
    let healthy = routes(&proxy.user, "-A");
    for (name, fault) in lasting() {
        if matches!(fault, Fault::Slow(_) | Fault::Silent | Fault::Vanished) {
            continue;
        }
        // Busy or broken: three tries. A continuation has expired: from the beginning.
        let path = if fault == Fault::Status(410) { PAGES } else { GRANTS };
        proxy.spoil(&[FaultRule::times(2, path, fault), pages()]);
        proxy.take();
        let outcome = routes(&proxy.user, "-A");
        assert_eq!(outcome.to_string(), healthy.to_string(), "{name}");
        let seen = proxy.take();
        assert_eq!(paths(&seen, path), 3, "{name}: {seen:#?}");
        // `Retry-After` is obeyed.
        let waited = if name == "too many" { 2 } else { 0 };
        assert!(outcome.took >= Duration::from_secs(waited), "{name}: {:?}", outcome.took);
    }
}

#[test]
fn that_last_are_told_of_grants() {
    insta::assert_snapshot!(last(GRANTS, &[], "-A"));
}

#[test]
fn that_last_are_told_of_routes() {
    insta::assert_snapshot!(last(ROUTES, &[], "-A"));
}

/// What came before is judged, but not taken for everything.
#[test]
fn in_the_middle_of_a_list_leave_it_unfinished() {
    insta::assert_snapshot!(last(PAGES, &[pages()], "-A"));
}

#[test]
fn that_last_are_told_by_why() {
    insta::assert_snapshot!(last(GRANTS, &[], "why http://llm.example.com/v1/completions"));
}

#[test]
fn that_last_are_told_of_a_named_route() {
    insta::assert_snapshot!(last(GRANTS, &[], "check chat/completions"));
}

/// Without an answer to the first question, no more are asked.
#[test]
fn of_the_first_answer_end_the_run() {
    let _team = team(lab());
    let proxy = proxy();
    let mut all = String::new();
    for (name, fault) in lasting() {
        proxy.spoil(&[FaultRule::always("/apis?", fault.clone()), FaultRule::always("/", fault)]);
        let outcome = routes(&proxy.user, "-A --request-timeout 1s");
        assert_eq!(outcome.code, Some(3), "{outcome}");
        assert!(outcome.took < Duration::from_secs(15), "{:?}: {outcome}", outcome.took);
        all.push_str(&format!("{name}: {outcome}\n"));
    }
    insta::assert_snapshot!(all);
}

/// Only discovery answers: a run does not take a limit for each of its lists.
#[test]
fn of_every_list_take_no_longer_than_a_few() {
    let _team = team(lab());
    let proxy = proxy();
    for fault in [Fault::Silent, Fault::Slow(Duration::from_millis(200))] {
        proxy.spoil(&[FaultRule::always("limit=", fault)]);
        for arguments in ["-A", "-n chat", "check chat/completions", "status -n chat"] {
            let outcome = routes(&proxy.user, &format!("{arguments} --request-timeout 2s"));
            assert_eq!(outcome.code, Some(3), "{outcome}");
            assert!(outcome.took < Duration::from_secs(8), "{:?}: {outcome}", outcome.took);
        }
    }
}

/// The token expires while lists are read.
#[test]
fn of_credentials_in_the_middle_end_the_run() {
    let _team = team(lab());
    let proxy = proxy();
    proxy.spoil(&[FaultRule::always(PAGES, Fault::Status(401)), pages()]);
    insta::assert_snapshot!(routes(&proxy.user, "-A"));
}

#[test]
fn of_the_certificate_end_the_run() {
    let _team = team(lab());
    let proxy = lab().expired_proxy("expired", &["system:masters"]).expect("a proxy");
    for (name, arguments) in [
        ("expired_certificate", "-A"),
        ("expired_certificate_by_name", "check chat/completions"),
        ("expired_certificate_why", "why http://llm.example.com/v1/completions"),
    ] {
        insta::assert_snapshot!(name, routes(&proxy.user, arguments));
    }
    assert!(proxy.take().is_empty(), "nothing is sent to who is not trusted");
}

/// 40 MB that no rule reads: it takes a while, and nothing else.
#[test]
fn a_huge_annotation_is_none() {
    let _team = team(lab());
    let proxy = proxy();
    let healthy = routes(&proxy.user, "-A");
    for path in [ROUTES, GRANTS, "/services", "/endpointslices"] {
        proxy.spoil(&[FaultRule::always(path, Fault::Grown(40_000_000))]);
        let outcome = routes(&proxy.user, "-A");
        assert_eq!(outcome.to_string(), healthy.to_string(), "{path}");
        let sent = proxy.take().iter().map(|exchange| exchange.bytes).max();
        assert!(sent > Some(40_000_000), "{path}: {sent:?}");
    }
}
