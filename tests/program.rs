//! A plugin's program, run in a world without a home, a terminal or settings.
//!
//! The tests of each plugin include this file, and say in their root which `PROGRAM` it is, where
//! its `FIXTURES` are and what of its output is `shown` in snapshots.

use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{FIXTURES, PROGRAM, shown};

/// What came of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub line: String,
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// Where runs begin: paths on the command line are relative to it, and the same everywhere.
pub fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests")
}

/// The program with a clean environment.
pub fn command(args: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(args).current_dir(directory()).env_clear().stdin(Stdio::null());
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
}

/// Runs it.
pub fn run(args: &[&str]) -> Outcome {
    finish(args, command(args))
}

/// Runs a command that was made with these arguments.
pub fn finish(args: &[&str], mut command: Command) -> Outcome {
    let output = command.output().expect("the program can be started");
    let text = |bytes| String::from_utf8(bytes).expect("the output is UTF-8");
    Outcome {
        line: line(args),
        code: output.status.code(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

/// Runs it with a text on standard input.
pub fn run_with(args: &[&str], stdin: &str) -> Outcome {
    let mut child = command(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program can be started");
    let mut pipe = child.stdin.take().expect("stdin is a pipe");
    pipe.write_all(stdin.as_bytes()).expect("it reads stdin");
    drop(pipe);
    let output = child.wait_with_output().expect("the program ends");
    let text = |bytes| String::from_utf8(bytes).expect("the output is UTF-8");
    Outcome {
        line: line(args),
        code: output.status.code(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

/// The path of a fixture, as runs see it.
pub fn fixture(name: &str) -> String {
    format!("{FIXTURES}/{name}/cluster.yaml")
}

fn line(args: &[&str]) -> String {
    let quoted = |arg: &&str| match arg.contains([' ', '*', '"']) || arg.is_empty() {
        true => format!("'{arg}'"),
        false => (*arg).to_owned(),
    };
    let words: Vec<String> = args.iter().map(quoted).collect();
    let plugin = env!("CARGO_PKG_NAME").trim_start_matches("kubectl-igw-");
    format!("kubectl igw {plugin} {}", words.join(" ")).trim_end().to_owned()
}

impl fmt::Display for Outcome {
    /// All of it, as a snapshot shows it.
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
