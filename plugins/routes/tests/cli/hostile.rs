//! Input that somebody made to do harm.

use std::fs::{self, File};
use std::process::Stdio;

use igw_tests::server::{ServerFault, StandIn};

use crate::program::{command, finish, run, run_against, run_with, story};

const BROKEN: &str = "\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: NAME, namespace: shop}
spec: {parentRefs: [{name: nope}], rules: [{backendRefs: [{name: nope, port: 80}]}]}
";

#[test]
fn no_line_is_a_command_of_a_ci_system() {
    let manifests = BROKEN.replace("nope", "\"::add-mask::a\"").replace("NAME", "\"##[error]b\"");
    for format in ["human", "short", "name", "wide", "markdown", "html"] {
        let outcome = run_with(&["-f", "-", "--world", "closed", "-o", format], &manifests);
        let both = format!("{}\n{}", outcome.stdout, outcome.stderr);
        let starts = |line: &str| line.trim_start().starts_with("::") || line.contains("##[");
        assert!(!both.lines().any(starts), "{outcome}");
    }
}

#[test]
fn what_is_not_seen_is_made_visible() {
    for sign in ['\u{200b}', '\u{2060}', '\u{ad}', '\u{e0041}', '\u{2028}', '\u{feff}', '\u{202e}']
    {
        let manifests = BROKEN.replace("nope", &format!("no{sign}pe"));
        let outcome = run_with(&["-f", "-", "--world", "closed"], &manifests);
        assert!(!outcome.to_string().contains(sign), "{sign:?} {outcome}");
        let argument = run(&["check", &format!("--no{sign}such\u{1b}[31m")]);
        assert_eq!(argument.code, Some(2));
        assert!(
            !argument.stderr.contains(sign) && !argument.stderr.contains('\u{1b}'),
            "{argument}"
        );
    }
}

#[test]
fn passwords_of_addresses_are_masked() {
    let place = tempfile::tempdir().expect("a directory");
    let file = place.path().join("config").display().to_string();
    let config = "\
apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: 'http://u:PLANTED@127.0.0.1:1'}}
- {name: d, cluster: {server: 'http://127.0.0.1:1', proxy-url: 'gopher://u:PLANTED@127.0.0.1:1'}}
contexts:
- {name: c, context: {cluster: c}}
- {name: d, context: {cluster: d}}
current-context: c
";
    fs::write(&file, config).expect("written");
    for args in [
        &["check", "--kubeconfig", &file][..],
        &["check", "--kubeconfig", &file, "--context", "d"],
        &["check", "--server", "http://u:PLANTED@127.0.0.1:1"],
        &["check", "--server", "u:PLANTED@127.0.0.1:1"],
        &["check", "--demo", "--host", "http://u:PLANTED@x/"],
        &["why", "--demo", "http://u:PLANTED@x:99999/"],
        &["why", "--demo", "http://x/?sig=PLANTED&jwt=PLANTED&pw=PLANTED"],
    ] {
        let outcome = run(args);
        assert!(!outcome.to_string().replace(&args.join(" "), "").contains("PLANTED"), "{outcome}");
    }
}

#[test]
fn credentials_that_no_header_may_have_are_refused() {
    let place = tempfile::tempdir().expect("a directory");
    let file = place.path().join("token").display().to_string();
    fs::write(&file, "a\u{1}b").expect("written");
    let config = place.path().join("config").display().to_string();
    let ran = place.path().join("ran").display().to_string();
    let user = |user: &str| {
        let text = format!(
            "clusters: [{{name: c, cluster: {{server: 'http://127.0.0.1:1'}}}}]\nusers: [{{name: u, user: {user}}}]\ncontexts: [{{name: c, context: {{cluster: c, user: u}}}}]\ncurrent-context: c\n"
        );
        fs::write(&config, text).expect("written");
        run(&["check", "--kubeconfig", &config])
    };
    let by_flag = |flag: &str, value: &str| {
        run(&["check", "--server", "http://127.0.0.1:1", "--as", "me", flag, value])
    };
    for outcome in [
        user(&format!("{{tokenFile: '{file}'}}")),
        user("{token: \"x\\ny\"}"),
        by_flag("--token", "a\nb"),
        by_flag("--as", "a\rb"),
        by_flag("--as-group", "a\nb"),
        by_flag("--as-uid", "a\nb"),
    ] {
        assert_eq!(outcome.code, Some(3), "{outcome}");
        assert!(outcome.stderr.contains("cannot be sent"), "{outcome}");
    }
    for name in ["gcp", "azure", "oidc", "other"] {
        let outcome = user(&format!(
            "{{auth-provider: {{name: {name}, config: {{cmd-path: touch, cmd-args: '{ran}'}}}}}}"
        ));
        assert_eq!(outcome.code, Some(3), "{outcome}");
        assert!(outcome.stderr.contains(&format!("auth-provider {name}")), "{outcome}");
    }
    assert!(!fs::exists(&ran).expect("it can be asked"));
    let device = run(&["check", "--kubeconfig", "/dev/zero"]);
    assert_eq!(device.code, Some(3), "{device}");
    assert!(device.stderr.contains("it is a device"), "{device}");
}

/// A stream that takes nothing decides about nothing but itself.
#[test]
fn streams_that_cannot_be_written() {
    let full = || Stdio::from(File::options().write(true).open("/dev/full").expect("there is one"));
    for (args, code) in [
        (&["check", "-f", "nowhere"][..], 2),
        (&["--nonsense"], 2),
        (&["check", "--server", "http://127.0.0.1:1"], 3),
        (&["--demo"], 1),
    ] {
        let mut program = command(args);
        program.stderr(full());
        let outcome = finish(args, program);
        assert_eq!(outcome.code, Some(code), "{outcome}");
    }
    for args in [&["--help"][..], &["--demo"], &["--demo", "-o", "json"]] {
        let mut program = command(args);
        program.stdout(full());
        assert_eq!(finish(args, program).code, Some(2));
    }
}

#[test]
fn complaints_are_counted_after_twenty() {
    let place = tempfile::tempdir().expect("a directory");
    let names: Vec<String> =
        (0..30).map(|n| place.path().join(format!("{n}.yaml")).display().to_string()).collect();
    names.iter().for_each(|name| fs::write(name, "a: [").expect("written"));
    let args: Vec<&str> = names.iter().flat_map(|name| ["-f", name.as_str()]).collect();
    let outcome = run(&args);
    assert_eq!(outcome.stderr.matches("error: ").count(), 21, "{outcome}");
    assert!(outcome.stderr.contains("error: 10 more like these"), "{outcome}");
}

/// A file of one line has its findings at its columns.
#[test]
fn findings_on_one_line() {
    let route = |number: usize| {
        format!(
            r#"{{"apiVersion":"gateway.networking.k8s.io/v1","kind":"HTTPRoute","metadata":{{"name":"r{number}","namespace":"a"}},"spec":{{"parentRefs":[{{"name":"nö"}}]}}}}"#
        )
    };
    let items: Vec<String> = (0..500).map(route).collect();
    let text = format!(r#"{{"apiVersion":"v1","kind":"List","items":[{}]}}"#, items.join(","));
    let outcome = run_with(&["-f", "-", "--world", "closed", "-o", "short"], &text);
    assert_eq!(outcome.stdout.lines().count(), 500, "{outcome}");
    let last = outcome.stdout.lines().filter_map(|line| line.split(':').nth(1)).next_back();
    assert_eq!(last, Some("1"));
    let columns: Vec<usize> =
        outcome.stdout.lines().filter_map(|line| line.split(':').nth(2)?.parse().ok()).collect();
    let at = |number: usize| text.find(&format!("r{number}\"")).expect("it is there");
    let expected = text[..at(499)].chars().count();
    assert!(columns.iter().any(|column| (expected..expected + 80).contains(column)), "{expected}");
}

/// The API server takes 32 parentRefs; pairs of more are not compared.
#[test]
fn thousands_of_parents() {
    let parents: Vec<String> = (0..5_000).map(|n| format!("{{name: p{n}}}")).collect();
    let manifests = BROKEN
        .replace("parentRefs: [{name: nope}]", &format!("parentRefs: [{}]", parents.join(", ")));
    let outcome = run_with(&["-f", "-", "-o", "name"], &manifests);
    assert_eq!(outcome.stdout, "httproute/shop/NAME IGW0125\n");
}

#[test]
fn what_a_server_sends_has_a_limit() {
    let world = fs::read_to_string(crate::program::directory().join(story("grant-missing")));
    let world = world.expect("there is such a story");
    let routes = "/apis/gateway.networking.k8s.io/v1/httproutes";
    for (fault, says) in [
        (ServerFault::Endless { same: false }, "the list does not end"),
        (ServerFault::Endless { same: true }, "the list does not end"),
        (ServerFault::Infinite, "it has more than 1.0 MB; --max-answer allows more"),
        (ServerFault::Deep, "it is nested too deep"),
    ] {
        let server = StandIn::with(&world, &[(routes, fault)], &[], false);
        let outcome = run_against(&server, "gw", &["-A", "--only", "IGW0110", "--max-answer", "1"]);
        assert_eq!(outcome.code, Some(3), "{outcome}");
        assert!(outcome.stdout.contains(says), "{outcome}");
    }
    let server = StandIn::with(&world, &[(routes, ServerFault::Silent)], &[], false);
    let outcome = run_against(&server, "gw", &["-A", "--timeout", "1s"]);
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert!(outcome.stderr.starts_with("error: not done within 1 s"), "{outcome}");
}

#[test]
fn a_watch_that_ends_at_once_is_not_begun_all_the_time() {
    let world = fs::read_to_string(crate::program::directory().join(story("grant-missing")));
    let server = StandIn::with(&world.expect("a story"), &[("/", ServerFault::Ended)], &[], false);
    let address = format!("http://127.0.0.1:{}", server.port);
    let mut program = command(&["check", "-A", "--watch", "--server", &address]);
    let mut child =
        program.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it can be started");
    std::thread::sleep(std::time::Duration::from_secs(4));
    child.kill().and_then(|()| child.wait()).expect("it can be ended");
    let watches = server.seen().iter().filter(|asked| asked.contains("watch=")).count();
    let lists = server.seen().iter().filter(|asked| !asked.contains("watch=")).count();
    assert!(watches > 0 && watches <= 3 * lists, "{watches} watches of {lists} lists");
}
