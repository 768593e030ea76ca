//! A plugin's program, run in a world without a home, a terminal or settings.
//!
//! The tests of each plugin include this file, and say in their root which `PROGRAM` it is, where
//! its `STORIES` are and what of its output is `shown` in snapshots.

use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use igw_tests::server::StandIn;

use crate::{PROGRAM, STORIES, shown};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    pub line: String,
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// Where runs begin: paths on the command line are relative to it, and the same everywhere.
pub fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests")
}

pub fn command(args: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(args).current_dir(directory()).env_clear().stdin(Stdio::null());
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
}

pub fn run(args: &[&str]) -> Ran {
    finish(args, command(args))
}

pub fn finish(args: &[&str], mut command: Command) -> Ran {
    ran(args, command.output().expect("the program can be started"))
}

pub fn run_with(args: &[&str], stdin: &str) -> Ran {
    let mut child = command(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program can be started");
    let mut pipe = child.stdin.take().expect("stdin is a pipe");
    // What refuses its arguments may end before it has read anything.
    match pipe.write_all(stdin.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {}
        written => written.expect("it reads stdin"),
    }
    drop(pipe);
    ran(args, child.wait_with_output().expect("the program ends"))
}

fn ran(args: &[&str], output: Output) -> Ran {
    let text = |bytes| String::from_utf8(bytes).expect("the output is UTF-8");
    Ran {
        line: line(args),
        code: output.status.code(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

/// Runs the program against a server, with a context in this namespace; masks what varies between
/// runs.
pub fn run_against(server: &StandIn, namespace: &str, args: &[&str]) -> Ran {
    let place = tempfile::tempdir().expect("a directory can be made");
    let config = server.kubeconfig(place.path(), namespace);
    let mut command = command(args);
    command.env("KUBECONFIG", &config);
    let mut ran = finish(args, command);
    let port = format!("127.0.0.1:{}", server.port);
    for text in [&mut ran.stdout, &mut ran.stderr] {
        *text = text.replace(&port, "127.0.0.1:6443").replace(&config, "/cfg");
        assert!(!text.contains("s3cret"), "a credential is never told: {text}");
    }
    ran
}

pub fn story(name: &str) -> String {
    format!("{STORIES}/{name}/cluster.yaml")
}

fn line(args: &[&str]) -> String {
    let quoted = |arg: &&str| match arg.contains([' ', '*', '"']) || arg.is_empty() {
        true => format!("'{arg}'"),
        false => (*arg).to_owned(),
    };
    let words: Vec<String> = args.iter().map(quoted).collect();
    let command = env!("CARGO_PKG_NAME").replace('-', " ");
    format!("{command} {}", words.join(" ")).trim_end().to_owned()
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code.map_or("none".to_owned(), |code| code.to_string());
        let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
        let yaml = format!("version: \"{}\"", env!("CARGO_PKG_VERSION"));
        let stdout = self.stdout.replace(&version, "\"version\": \"[VERSION]\"");
        let stdout = stdout.replace(&yaml, "version: \"[VERSION]\"");
        writeln!(f, "$ {}\nexit code: {code}", self.line)?;
        if !self.stderr.is_empty() {
            write!(f, "--- stderr\n{}", self.stderr)?;
        }
        if !stdout.is_empty() {
            write!(f, "--- stdout\n{}", shown(&stdout))?;
        }
        Ok(())
    }
}
