//! Files that cannot be read as they are: a sentence on stderr, exit code 2, and everything else
//! is judged all the same.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::program::{Ran, directory, run, run_with, story};

/// A directory with one good file, which has one finding: about objects that are there, as what is
/// missing may be in the file that cannot be read.
fn bench() -> TempDir {
    let bench = tempfile::tempdir().expect("a temporary directory");
    let good = directory().join(story("port-of-the-container"));
    fs::copy(good, bench.path().join("good.yaml")).expect("a copy");
    bench
}

fn put(bench: &TempDir, name: &str, content: impl AsRef<[u8]>) {
    fs::write(bench.path().join(name), content).expect("a file");
}

/// Runs on paths below the bench, and masks where it is.
fn judge(bench: &TempDir, paths: &[&str], more: &[&str]) -> Ran {
    let root = bench.path();
    let full: Vec<String> = paths.iter().map(|path| join(root, path)).collect();
    let mut args: Vec<&str> = full.iter().flat_map(|path| ["-f", path.as_str()]).collect();
    args.extend(more);
    let Ran { line, code, stdout, stderr } = run(&args);
    let hide = |text: String| text.replace(&*root.to_string_lossy(), "[DIR]");
    Ran { line: hide(line), code, stdout: hide(stdout), stderr: hide(stderr) }
}

fn join(root: &Path, path: &str) -> String {
    match path {
        "" => root.to_string_lossy().into_owned(),
        path => root.join(path).to_string_lossy().into_owned(),
    }
}

/// Asserts what holds for every bad file, and returns the message about this one.
fn complaint(bench: &TempDir, paths: &[&str]) -> String {
    let outcome = judge(bench, paths, &["-q"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert!(!outcome.stderr.contains("panicked"), "{outcome}");
    // The good file is judged all the same.
    assert!(outcome.stdout.contains("IGW0111"), "{outcome}");
    assert!(outcome.stdout.contains("1 error in 1 route"), "{outcome}");
    format!("$ {}\n{}", outcome.line, outcome.stderr)
}

/// The message about one file, named directly, beside a good one.
fn said(name: &str, content: impl AsRef<[u8]>) -> String {
    let bench = bench();
    put(&bench, name, content);
    complaint(&bench, &[name, "good.yaml"])
}

#[test]
fn missing_file() {
    insta::assert_snapshot!(complaint(&bench(), &["nowhere.yaml", "good.yaml"]));
}

#[cfg(unix)]
#[test]
fn unreadable_files() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let bench = bench();
    symlink("loop.yaml", bench.path().join("loop.yaml")).expect("a link to itself");
    insta::assert_snapshot!(complaint(&bench, &["loop.yaml", "good.yaml"]));

    let file = bench.path().join("locked.yaml");
    put(&bench, "locked.yaml", "a: 1\n");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).expect("permissions");
    // Root may read everything.
    if fs::File::open(&file).is_err() {
        let said = complaint(&bench, &["locked.yaml", "good.yaml"]);
        assert!(said.contains("locked.yaml: cannot be read: permission denied"), "{said}");
    }
}

#[test]
fn directory_without_manifests() {
    let bench = bench();
    fs::create_dir(bench.path().join("empty")).expect("a directory");
    put(&bench, "empty/notes.txt", "nothing\n");
    insta::assert_snapshot!(complaint(&bench, &["empty", "good.yaml"]));
    // Alone it is no success, either.
    insta::assert_snapshot!(judge(&bench, &["empty"], &[]));
}

#[test]
fn not_yaml() {
    let text = "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n namespace: b\n";
    insta::assert_snapshot!(said("indent.yaml", text));
    insta::assert_snapshot!(said("tab.yaml", "kind: Service\nmetadata:\n\tname: a\n"));
    insta::assert_snapshot!(said("quote.yaml", "kind: \"Service\nname: a\n"));
    insta::assert_snapshot!(said("broken.json", "{\"kind\": \"Service\", \"spec\": [1,}\n"));
}

#[test]
fn one_bad_document_of_several() {
    let bench = bench();
    let good = fs::read_to_string(bench.path().join("good.yaml")).expect("a text");
    put(&bench, "good.yaml", format!("{good}---\nkind: [\n---\nkind: }}\n"));
    insta::assert_snapshot!(complaint(&bench, &["good.yaml"]));
}

#[test]
fn duplicate_key() {
    let text = "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  name: b\n";
    insta::assert_snapshot!(said("twice.yaml", text));
}

#[test]
fn helm_template() {
    let text = "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\n";
    insta::assert_snapshot!(said("service.yaml", text));
}

#[test]
fn too_large() {
    let bench = bench();
    let file = fs::File::create(bench.path().join("large.yaml")).expect("a file");
    // Sparse: it takes no room.
    file.set_len(200_000_001).expect("a length");
    insta::assert_snapshot!(complaint(&bench, &["large.yaml", "good.yaml"]));
}

#[test]
fn too_deep() {
    let flow = format!("a: {}{}\n", "[".repeat(10_000), "]".repeat(10_000));
    insta::assert_snapshot!(said("flow.yaml", flow));
    let json = format!("{{\"a\": {}{}}}\n", "[".repeat(10_000), "]".repeat(10_000));
    insta::assert_snapshot!(said("deep.json", json));
    let block: String = (0..10_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
    insta::assert_snapshot!(said("block.yaml", block));
}

#[test]
fn bomb() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..10 {
        let aliases = vec![format!("*a{}", n - 1); 9].join(", ");
        text.push_str(&format!("a{n}: &a{n} [{aliases}]\n"));
    }
    insta::assert_snapshot!(said("bomb.yaml", text));
}

#[test]
fn not_utf_8() {
    insta::assert_snapshot!(said("latin.yaml", b"kind: Service\nmetadata: {name: caf\xe9}\n"));
    insta::assert_snapshot!(said("wide.yaml", b"\xff\xfek\0i\0n\0d\0"));
}

#[test]
fn same_object_twice() {
    let text = "apiVersion: v1\nkind: Service\nmetadata:\n  name: coder\n  namespace: code\nspec:\n  ports: [{port: 8001}]\n";
    insta::assert_snapshot!(said("again.yaml", text));
    // The same content twice does no harm.
    let bench = bench();
    let good = fs::read(bench.path().join("good.yaml")).expect("a file");
    put(&bench, "copy.yaml", good);
    let outcome = judge(&bench, &["good.yaml", "copy.yaml"], &["-q"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(1), ""));
}

#[test]
fn unknown_kind() {
    let bench = bench();
    let text = "apiVersion: example.com/v1\nkind: Weather\nmetadata: {name: rain}\nspec: 7\n";
    put(&bench, "weather.yaml", text);
    let outcome = judge(&bench, &["weather.yaml", "good.yaml"], &["-o", "json"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(1), ""));
    let with: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("JSON");
    let alone = judge(&bench, &["good.yaml"], &["-o", "json"]);
    let without: serde_json::Value = serde_json::from_str(&alone.stdout).expect("JSON");
    // Kept and counted, not judged.
    let objects = |report: &serde_json::Value| report["summary"]["objects"].as_u64();
    assert_eq!(objects(&with), objects(&without).map(|n| n + 1));
    assert_eq!(with["findings"], without["findings"]);
}

#[test]
fn not_a_manifest() {
    let values = "replicas: 2\nimage: {tag: 7}\n";
    insta::assert_snapshot!(said("values.yaml", values));
    insta::assert_snapshot!(said("list.yaml", "- a\n- b\n"));
    insta::assert_snapshot!(said("kind.yaml", "apiVersion: v1\nkind: 7\n"));
    // In a directory it is skipped and counted.
    let bench = bench();
    put(&bench, "values.yaml", values);
    put(&bench, "list.json", "[1]\n");
    let outcome = judge(&bench, &[""], &["-q"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(1), ""));
    let last = outcome.stdout.lines().last().unwrap_or_default();
    insta::assert_snapshot!(last);
}

#[test]
fn items_that_are_no_objects() {
    let text = "apiVersion: v1\nkind: List\nitems:\n- 7\n- {metadata: {name: a}}\n";
    insta::assert_snapshot!(said("items.yaml", text));
}

#[test]
fn empty_file() {
    let bench = bench();
    put(&bench, "empty.yaml", "");
    put(&bench, "comment.yaml", "# nothing yet\n---\n");
    let outcome = judge(&bench, &["empty.yaml", "comment.yaml", "good.yaml"], &["-q"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(1), ""));
    insta::assert_snapshot!(judge(&bench, &["empty.yaml"], &[]));
}

#[test]
fn standard_input_twice() {
    let bench = bench();
    let good = fs::read_to_string(bench.path().join("good.yaml")).expect("a text");
    let outcome = run_with(&["-q", "-f", "-", "-f", "-"], &good);
    insta::assert_snapshot!(outcome);
}

#[test]
fn standard_input_that_is_empty() {
    insta::assert_snapshot!(run_with(&["-f", "-"], ""));
}

#[test]
fn why_and_status_complain_too() {
    let bench = bench();
    put(&bench, "bad.yaml", "kind: [\n");
    let (bad, good) = (join(bench.path(), "bad.yaml"), join(bench.path(), "good.yaml"));
    let files = ["-f", bad.as_str(), "-f", good.as_str()];
    let why = run(&[&["why", "http://llm.example.com/v1/completions"], &files[..]].concat());
    let status = run(&[&["status"], &files[..]].concat());
    for outcome in [why, status] {
        assert_eq!(outcome.code, Some(2), "{outcome}");
        assert!(outcome.stderr.contains("bad.yaml:1:"), "{outcome}");
        assert!(!outcome.stdout.is_empty(), "{outcome}");
    }
}

/// The missing object may be in the unreadable file: nothing is reported absent.
#[test]
fn nothing_is_absent_beside_an_unreadable_file() {
    let bench = tempfile::tempdir().expect("a temporary directory");
    let missing = directory().join(story("grant-missing"));
    fs::copy(missing, bench.path().join("routes.yaml")).expect("a copy");
    put(&bench, "grants.yaml", "kind: [\n");
    let outcome = judge(&bench, &[""], &["--only", "IGW0103"]);
    // Nobody named the file: what it may hold was not looked at.
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert!(!outcome.stdout.contains("IGW0103 reference-grant-missing"), "{outcome}");
    assert!(outcome.stdout.contains("grants.yaml, which could not be read"), "{outcome}");
}

/// In a directory it is the business of others, unless it is about routes: then it is said, and no
/// error.
#[test]
fn api_version_misspelt_in_a_directory() {
    let bench = bench();
    put(&bench, "service.yaml", "apiVerison: v1\nkind: Service\nmetadata: {name: a}\n");
    put(&bench, "route.yaml", "apiVerison: v1\nkind: HTTPRoute\nmetadata: {name: a}\n");
    let outcome = judge(&bench, &[""], &["-q"]);
    assert_eq!(outcome.code, Some(1), "{outcome}");
    assert!(outcome.stderr.contains("route.yaml:1:1: is not a Kubernetes manifest"), "{outcome}");
    assert_eq!(outcome.stderr.lines().count(), 1, "{outcome}");
}

/// Nothing to judge is no success, unless that is asked for.
#[test]
fn empty_is_not_green() {
    let ingress =
        "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: a, namespace: b}}";
    for args in [&["-f", "-"][..], &["-f", "-", "-o", "json"]] {
        let outcome = run_with(args, ingress);
        assert_eq!(outcome.code, Some(3), "{outcome}");
        assert!(
            outcome.stderr.starts_with("error: the input has nothing that routes judges: give ")
        );
        let allowed = run_with(&[args, &["--allow-empty"]].concat(), ingress);
        assert_eq!((allowed.code, allowed.stderr.as_str()), (Some(0), ""), "{allowed}");
        assert_eq!(allowed.stdout, outcome.stdout);
    }
    // A Gateway without routes is judged.
    let gateway = "{apiVersion: gateway.networking.k8s.io/v1, kind: GatewayClass, metadata: {name: k}, spec: {controllerName: kgateway.dev/kgateway}}
---
{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: g, namespace: b}, spec: {gatewayClassName: k, listeners: [{name: h, port: 80, protocol: HTTP}]}}";
    assert_eq!(run_with(&["-f", "-"], gateway).code, Some(0));
}
