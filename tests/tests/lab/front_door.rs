//! The front door, run by the lab's kubectl: as the only program, for completion, and with exactly the
//! rights that it prints.

use std::path::Path;
use std::process::Command;

use igw_tests::lab::User;
use serde_json::Value;

use super::lab;
use super::plugin::{TimedRun, finish, program_of, routes, team};

/// A directory with the front door, and what kubectl asks for completions.
fn installed() -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory can be made");
    for name in ["kubectl-igw", "kubectl_complete-igw"] {
        let place = directory.path().join(name);
        std::os::unix::fs::symlink(program_of(""), place).expect("a link can be made");
    }
    directory
}

fn kubectl(user: &User, plugins: &Path, line: &str) -> TimedRun {
    let mut kubectl: Command = lab().kubectl();
    kubectl.env("PATH", plugins).env("KUBECONFIG", &user.kubeconfig);
    finish(user, line, 1, kubectl)
}

/// Without the small programs, the same commands are in this one.
#[test]
fn products_without_their_programs() {
    let _team = team(lab());
    let plugins = installed();
    for arguments in ["-A", "-A -o json", "why http://llm.example.com/v2", "--no-such-flag"] {
        let line = format!("kubectl igw routes {arguments}");
        let whole = kubectl(lab().admin(), plugins.path(), &line);
        let own = routes(lab().admin(), arguments);
        assert_eq!(whole.to_string(), own.to_string());
    }
}

#[test]
fn completion() {
    let plugins = installed();
    let of = |line: &str| kubectl(lab().admin(), plugins.path(), line).stdout;
    let commands = of("kubectl __complete igw rou");
    assert!(commands.starts_with("routes\t"), "{commands}");
    let namespaces = of("kubectl __complete igw -n kube-sy");
    assert!(namespaces.starts_with("kube-system\n"), "{namespaces}");
}

/// With exactly the rights that `rbac` prints, nothing is forbidden.
#[test]
fn rights() {
    let _team = team(lab());
    let plugins = installed();
    let ada = lab().user("ada", &[]).expect("a user");
    let printed = kubectl(lab().admin(), plugins.path(), "kubectl igw rbac --user ada");
    assert_eq!(printed.code, Some(0), "{printed}");
    lab().apply(&printed.stdout).expect("the API server takes the roles");
    let ran = kubectl(&ada, plugins.path(), "kubectl igw -o json");
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|error| {
        panic!("{error}: {ran}");
    });
    assert!(report["summary"]["objects"].as_u64().is_some_and(|count| count > 5), "{ran}");
    let denied: Vec<&Value> = report["notChecked"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|gap| gap["reason"]["kind"] == "forbidden")
        .collect();
    assert!(denied.is_empty(), "{denied:#?}");
    assert!(!ran.stderr.contains("forbidden"), "{ran}");
}
