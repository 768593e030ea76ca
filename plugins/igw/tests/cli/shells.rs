//! What is on PATH beside the program: shells that complete it, in a terminal, and other programs of
//! the suite.

use std::path::Path;
use std::process::Command;

use rexpect::session::{PtySession, spawn_command};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::program::{command, finish};
use crate::{PROGRAM, run_on_demo};

/// Longer than any answer takes, however busy the machine is.
const PATIENCE: u64 = 60_000;

/// A directory with the program under its own name.
fn bin(place: &Path) -> String {
    std::os::unix::fs::symlink(PROGRAM, place.join("kubectl-igw")).expect("a link can be made");
    format!("{}:/usr/bin:/bin", place.display())
}

/// A shell in a terminal, without settings of its own; `None` where there is no such shell.
fn shell(words: &[&str], place: &Path) -> Option<PtySession> {
    let there = ["/bin", "/usr/bin"].iter().any(|dir| Path::new(dir).join(words[0]).exists());
    if !there {
        eprintln!("left out: there is no {}", words[0]);
        return None;
    }
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).current_dir(place).env_clear();
    command.env("PATH", bin(place)).env("TERM", "xterm").env("HOME", place).env("PS1", "> ");
    let mut pty = spawn_command(command, Some(PATIENCE)).expect("a terminal");
    // A shell at its prompt ignores the first signal that would end it.
    pty.process_mut().set_kill_timeout(Some(100));
    let file = pty.process().get_file_handle().expect("the terminal");
    let size = Winsize { ws_row: 30, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(&file, size).expect("a size");
    Some(pty)
}

/// Types a command that is begun, and a code that is begun: codes are offered only behind the whole
/// command.
fn completes(mut pty: PtySession, setup: &str) {
    for line in setup.lines() {
        pty.send_line(line).expect("it reads");
    }
    pty.send_line("echo re''ady").expect("it reads");
    pty.exp_string("ready").expect("it is set up");
    pty.send("kubectl-igw expl\t").and_then(|_| pty.flush()).expect("it reads");
    pty.send("IGW030\t\t").and_then(|_| pty.flush()).expect("it reads");
    pty.exp_string("IGW0301").expect("codes are offered");
    pty.exp_string("IGW0303").expect("all of them");
}

#[test]
fn bash_completes() {
    let place = tempfile::tempdir().expect("a directory");
    if let Some(pty) = shell(&["bash", "--norc", "--noprofile", "-i"], place.path()) {
        completes(
            pty,
            "source <(kubectl-igw completion bash)\nbind 'set show-all-if-ambiguous on'",
        );
    }
}

#[test]
fn zsh_completes() {
    let place = tempfile::tempdir().expect("a directory");
    if let Some(pty) = shell(&["zsh", "-f", "-i"], place.path()) {
        let setup = "autoload -Uz compinit\ncompinit -u\nsource <(kubectl-igw completion zsh)";
        completes(pty, setup);
    }
}

#[test]
fn fish_completes() {
    let place = tempfile::tempdir().expect("a directory");
    if let Some(pty) = shell(&["fish", "--no-config", "-i"], place.path()) {
        completes(pty, "kubectl-igw completion fish | source");
    }
}

/// Every command has a page, and its examples stand in it.
#[test]
fn pages_for_man() {
    let place = tempfile::tempdir().expect("a directory");
    let ran = run_on_demo(place.path(), &["man", "--to", "pages"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran}");
    let page = place.path().join("pages/kubectl-igw-routes-why.1");
    let text = std::fs::read_to_string(page).expect("a page for each command");
    assert!(text.starts_with(".ie"), "{text}");
    assert!(text.contains("Follow one request") && text.contains("Examples:"), "{text}");
    std::fs::write(place.path().join("file"), "").expect("it can be written");
    let ran = run_on_demo(place.path(), &["man", "--to", "file"]);
    assert_eq!(ran.code, Some(2), "{ran}");
}

/// kubectl would run the other one for `kubectl igw routes`.
#[test]
fn another_release_beside_it_is_noted() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = tempfile::tempdir().expect("a directory");
    let other = place.path().join("kubectl-igw-routes");
    let script = |says: &str| {
        std::fs::write(&other, format!("#!/bin/sh\n{says}\n")).expect("it can be written");
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&other, mode).expect("it can be run");
        let args = ["explain", "103"];
        let mut command = command(&args);
        command.env("PATH", format!("{}:/usr/bin:/bin", place.path().display()));
        let ran = finish(&args, command);
        assert_eq!(ran.code, Some(0), "{ran}");
        ran.stderr
    };
    let warned = script("echo kubectl igw routes 9.8.7");
    let expected = format!(
        "warning: {} is version 9.8.7, this is kubectl-igw {}; install both from one release\n",
        other.display(),
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(warned, expected);
    assert_eq!(script(&format!("echo kubectl igw routes {}", env!("CARGO_PKG_VERSION"))), "");
    assert_eq!(script("echo something else 9.8.7"), "");
    assert_eq!(script("exit 3"), "");
}
