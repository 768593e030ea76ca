//! What a person sees of a repair: by another program, and for a host that clients use.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::program::{Ran, command, finish};
use crate::run_in;

const WORLD: &str = r#"apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: kgateway}
spec: {controllerName: kgateway.dev/kgateway}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: gw}
spec:
  gatewayClassName: kgateway
  listeners:
    - {name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: chat, namespace: gw, annotations: {token: pl4nted}}
spec:
  parentRefs: [{name: public}]
  hostnames: [api.example.com]
  rules: [{backendRefs: [{name: ui, port: 8000}]}]
---
apiVersion: v1
kind: Service
metadata: {name: ui, namespace: gw}
spec: {selector: {app: ui}, ports: [{port: 80, targetPort: 8000}]}
"#;

fn place() -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("a directory");
    fs::write(place.path().join("all.yaml"), WORLD).expect("written");
    place
}

/// Runs with a program for differences.
fn with(place: &Path, program: &str, words: &[&str]) -> Ran {
    let mut command = command(words);
    command.current_dir(place).env("XDG_STATE_HOME", place.join("state"));
    command.env("KUBECTL_EXTERNAL_DIFF", program).env("PATH", std::env::var("PATH").expect("one"));
    finish(words, command)
}

fn script(place: &Path, text: &str) -> String {
    let path = place.join("differ");
    fs::write(&path, format!("#!/bin/sh\n{text}\n")).expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("allowed");
    path.display().to_string()
}

#[test]
fn a_program_of_the_users_shows_the_difference() {
    let place = place();
    let words = ["fix", "-f", "all.yaml", "--dry-run"];
    let own =
        script(place.path(), "echo \"$@\" > seen; ls \"$2\" \"$3\"; diff -u -N \"$2\" \"$3\"");
    let ran = with(place.path(), &format!("{own} -x rm;ls"), &words);
    assert_eq!(ran.code, Some(1), "{ran}");
    assert!(ran.stdout.contains("\n  all.yaml\n"), "{ran}");
    let changed = [
        "-  rules: [{backendRefs: [{name: ui, port: 8000}]}]",
        "+  rules: [{backendRefs: [{name: ui, port: 80}]}]",
    ];
    assert!(changed.iter().all(|line| ran.stdout.contains(line)), "{ran}");
    assert!(!ran.to_string().contains("pl4nted"), "{ran}");
    // A flag of another form is left out, as kubectl does; the directories are gone.
    let seen = fs::read_to_string(place.path().join("seen")).expect("it was asked");
    let seen: Vec<&str> = seen.split_whitespace().collect();
    assert_eq!((seen.len(), seen[0]), (3, "-x"), "{seen:?}");
    assert!(seen[1].contains("LIVE-") && seen[2].contains("MERGED-"), "{seen:?}");
    assert!(seen[1..].iter().all(|path| !Path::new(path).exists()), "{seen:?}");
}

#[test]
fn a_program_that_fails_is_named() {
    let place = place();
    let words = ["fix", "-f", "all.yaml", "--dry-run"];
    let own = script(place.path(), "echo no such option >&2; exit 2");
    for (program, why) in [(own.as_str(), "no such option"), ("/nowhere/differ", "No such file")] {
        let ran = with(place.path(), program, &words);
        let said = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            said.contains("KUBECTL_EXTERNAL_DIFF was not obeyed: ") && said.contains(why),
            "{ran}"
        );
        assert!(ran.stdout.contains("+  rules: [{backendRefs: [{name: ui, port: 80}]}]"), "{ran}");
    }
}

#[test]
fn files_answer_no_request() {
    let place = place();
    let ran = run_in(place.path(), &["fix", "-f", ".", "--send", "http://api.example.com/"]);
    assert_eq!(ran.code, Some(2), "{ran}");
    assert!(ran.stderr.contains("--send needs a cluster"), "{ran}");
}

/// `check --host` prints the command with the host, and the command repairs it.
#[test]
fn a_host_of_clients_is_added_to_a_route() {
    let place = place();
    let host = ["--host", "www.example.com"];
    let ran = run_in(place.path(), &[&["check", "-f", "all.yaml"][..], &host].concat());
    let printed = "fix -f all.yaml --host www.example.com gw/public --only IGW0122";
    assert!(ran.stdout.contains(printed), "{ran}");
    let words: Vec<&str> = printed.split(' ').collect();
    let more = ["--yes", "--unsafe", "--set", "IGW0122.route=gw/chat"];
    let ran = run_in(place.path(), &[&words[..], &more].concat());
    assert!(ran.stderr.contains("1 applied and verified"), "{ran}");
    let new = fs::read_to_string(place.path().join("all.yaml")).expect("a file");
    assert!(new.contains("hostnames: [api.example.com, www.example.com]"), "{new}");
    let ran = run_in(place.path(), &[&words[..], &more].concat());
    assert!(ran.stderr.contains("0 applied") || ran.stderr.contains("Nothing to repair"), "{ran}");
    let ran = run_in(place.path(), &["fix", "-f", "all.yaml", "--host", "a b"]);
    assert_eq!(ran.code, Some(2), "{ran}");
}
