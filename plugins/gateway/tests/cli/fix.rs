//! `gateway fix` on files: what each repair makes of its story.

use std::fs;
use std::path::Path;

use crate::program::{Ran, command, directory, finish, story};

fn run_in(place: &Path, args: &[&str]) -> Ran {
    let mut command = command(args);
    command.current_dir(place).env("XDG_STATE_HOME", place.join("state"));
    finish(args, command)
}

fn on_story(name: &str) -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("a directory");
    let text = fs::read(directory().join(story(name))).expect("a story");
    fs::write(place.path().join("cluster.yaml"), text).expect("written");
    place
}

/// The stories with a repair, and what has to be said beside `--yes`.
const REPAIRED: [(&str, &str, &[&str]); 9] = [
    ("resources-under-controller", "IGW0607", &["--unsafe"]),
    ("resources-in-an-application", "IGW0607", &["--unsafe"]),
    ("parameters-of-the-guide", "IGW0604", &[]),
    ("parameters-missing", "IGW0604", &["--unsafe", "--set", "IGW0604.parameters=small"]),
    ("parameters-missing", "IGW0604", &["--unsafe", "--set", "IGW0604.parameters=none"]),
    ("class-parameters-without-namespace", "IGW0604", &["--unsafe"]),
    ("class-missing", "IGW0608", &["--unsafe"]),
    ("metrics-of-the-guide", "IGW0613", &[]),
    ("class-parameters-missing", "IGW0604", &["--unsafe"]),
];

#[test]
fn what_is_repaired_is_gone() {
    for (name, code, more) in REPAIRED {
        let place = on_story(name);
        let before = run_in(place.path(), &["-f", ".", "-o", "name"]);
        assert!(before.stdout.contains(code), "{name}: {before}");
        let fix = ["fix", "-f", ".", "--only", code, "--yes"];
        let ran = run_in(place.path(), &[&fix[..], more].concat());
        assert_eq!(ran.code, Some(0), "{name}: {ran}");
        let after = run_in(place.path(), &["-f", ".", "-o", "name", "--allow-empty"]);
        assert!(!after.stdout.contains(code), "{name}: {after}");
    }
}

/// Annotations take effect where they are copied from; nothing else changes.
#[test]
fn annotations_are_moved() {
    let place = on_story("load-balancer-pending");
    let ran = run_in(place.path(), &["fix", "-f", ".", "--only", "IGW0611", "--yes", "--unsafe"]);
    let text = fs::read_to_string(place.path().join("cluster.yaml")).expect("a file");
    let moved = "  infrastructure:\n    annotations:\n      service.beta.kubernetes.io/aws-load-balancer-scheme: internet-facing\n";
    assert!(text.contains(moved), "{ran}\n{text}");
    assert_eq!(text.matches("aws-load-balancer-scheme").count(), 1, "{text}");
    let after = run_in(place.path(), &["-f", ".", "-o", "json"]);
    assert_eq!(after.stdout.matches("\"IGW0611\"").count(), 1, "it waits all the same: {after}");
}

/// What belongs to the whole cluster is shown as a command, and never done.
#[test]
fn definitions_are_only_shown() {
    for (name, words) in [
        ("no-gateway-api", "gateway-api/releases/download/v1.6.1/standard-install.yaml"),
        ("own-kinds-older", "charts/kgateway-crds --version v2.4.3"),
        ("class-of-the-guide", "kubectl delete gatewayclass chat"),
    ] {
        let place = on_story(name);
        let before = fs::read(place.path().join("cluster.yaml")).expect("a file");
        let ran = run_in(place.path(), &["fix", "-f", ".", "--yes", "--unsafe"]);
        let said = format!("{}{}", ran.stdout, ran.stderr).replace(['\n', ' '], "");
        assert!(said.contains(&words.replace(' ', "")), "{name}: {ran}");
        let after = fs::read(place.path().join("cluster.yaml")).expect("a file");
        assert!(before == after, "{name}: {ran}");
    }
}
