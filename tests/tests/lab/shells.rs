//! `kubectl igw <TAB>` in a terminal, by kubectl's own completion of three shells.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use rexpect::session::spawn_command;

use super::lab;
use super::plugin::program_of;

/// Longer than any answer takes, however busy the machine is.
const PATIENCE: u64 = 60_000;

/// kubectl's script for bash stands on this package.
const FOR_BASH: &str = "/usr/share/bash-completion/bash_completion";

/// Types a command that is begun, and a namespace.
fn completes(shell: &[&str], setup: &[&str]) {
    let place = tempfile::tempdir().expect("a directory");
    let there = ["/bin", "/usr/bin"].iter().any(|dir| Path::new(dir).join(shell[0]).exists());
    if !there || shell[0] == "bash" && !Path::new(FOR_BASH).exists() {
        eprintln!("left out: there is no {} that completes", shell[0]);
        return;
    }
    let kubectl = lab().kubectl();
    symlink(kubectl.get_program(), place.path().join("kubectl")).expect("a link");
    for name in ["kubectl-igw", "kubectl_complete-igw"] {
        symlink(program_of(""), place.path().join(name)).expect("a link");
    }
    let mut command = Command::new(shell[0]);
    command.args(&shell[1..]).current_dir(place.path()).env_clear();
    command.env("PATH", format!("{}:/usr/bin:/bin", place.path().display()));
    command.env("KUBECONFIG", &lab().admin().kubeconfig).env("HOME", place.path());
    command.env("TERM", "xterm").env("PS1", "> ");
    let mut pty = spawn_command(command, Some(PATIENCE)).expect("a terminal");
    // A shell at its prompt ignores the first signal that would end it.
    pty.process_mut().set_kill_timeout(Some(100));
    // A terminal without a size, or without an echo, does not show what bash completes.
    for line in ["stty echo rows 30 cols 100"].iter().chain(setup) {
        pty.send_line(line).expect("it reads");
    }
    pty.send_line("echo re''ady").expect("it reads");
    pty.exp_string("ready").expect("it is set up");
    pty.send("kubectl igw rout\t").and_then(|_| pty.flush()).expect("it reads");
    pty.exp_string("routes").expect("commands are offered");
    pty.send("check -n kube-sy\t").and_then(|_| pty.flush()).expect("it reads");
    pty.exp_string("kube-system").expect("names out of the cluster are offered");
}

#[test]
fn bash() {
    let first = format!("source {FOR_BASH}");
    let setup =
        [&first, "source <(kubectl completion bash)", "bind 'set show-all-if-ambiguous on'"];
    completes(&["bash", "--norc", "--noprofile", "-i"], &setup);
}

#[test]
fn zsh() {
    let setup = ["autoload -Uz compinit", "compinit -u", "source <(kubectl completion zsh)"];
    completes(&["zsh", "-f", "-i"], &setup);
}

#[test]
fn fish() {
    completes(&["fish", "--no-config", "-i"], &["kubectl completion fish | source"]);
}
