//! The lab's kubectl runs the plugin: it finds `kubectl-igw-routes` for `kubectl igw routes`.

use std::path::Path;
use std::process::Command;

use super::lab;
use super::plugin::{TimedRun, finish, program, routes, team};

/// The real kubectl as the administrator, with a directory of plugins and nothing else on PATH.
fn kubectl(plugins: &Path, line: &str) -> TimedRun {
    let mut kubectl: Command = lab().kubectl();
    kubectl.env("PATH", plugins);
    finish(lab().admin(), line, 1, kubectl)
}

/// A directory with this one plugin, as `install.sh` leaves it: beside the program cargo keeps
/// others.
fn plugins() -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let plugin = directory.path().join("kubectl-igw-routes");
    std::os::unix::fs::symlink(program(), plugin).expect("a link can be made");
    directory
}

#[test]
fn exit_codes_and_both_outputs_pass_through() {
    let _team = team(lab());
    let plugins = plugins();
    for (arguments, code) in [
        ("-A", 0),
        ("-A -o json", 0),
        ("check chat/completions", 0),
        ("why http://llm.example.com/v1/completions", 0),
        ("why http://llm.example.com/v2", 1),
        ("check chat/nothing", 2),
        ("--no-such-flag", 2),
        ("-A --context nowhere", 3),
        ("-A --server https://127.0.0.1:1", 3),
    ] {
        let through = kubectl(plugins.path(), &format!("kubectl igw routes {arguments}"));
        let directly = routes(lab().admin(), arguments);
        assert_eq!(through.code, Some(code), "{through}");
        assert_eq!(through.to_string(), directly.to_string());
    }
}

/// kubectl passes on what comes after the plugin's name, and takes its own flags for its own only
/// before that: there it does not look for plugins (kubectl, "Extend kubectl with plugins").
#[test]
fn flags_in_any_order() {
    let _team = team(lab());
    let plugins = plugins();
    let expected = kubectl(plugins.path(), "kubectl igw routes -n chat");
    assert_eq!(expected.code, Some(0), "{expected}");
    for line in [
        "kubectl igw routes --namespace=chat --context lab",
        "kubectl igw routes --context lab -n chat",
        "kubectl igw routes check -n chat --context=lab",
        "kubectl igw routes -n chat check --user admin",
        "kubectl igw routes --request-timeout 30s check --cluster lab -n chat",
    ] {
        let outcome = kubectl(plugins.path(), line);
        assert_eq!((outcome.stdout, outcome.code), (expected.stdout.clone(), Some(0)), "{line}");
        assert_eq!(outcome.stderr, "", "{line}");
    }
}

#[test]
fn the_list_of_plugins_has_no_warning() {
    let plugins = plugins();
    let outcome = kubectl(plugins.path(), "kubectl plugin list");
    let place = plugins.path().join("kubectl-igw-routes");
    let expected =
        format!("The following compatible plugins are available:\n\n{}\n", place.display());
    assert_eq!((outcome.stdout, outcome.stderr), (expected, String::new()));
    assert_eq!(outcome.code, Some(0));
}
