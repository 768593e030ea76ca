//! The real program `kubectl-igw-routes` against the lab.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use igw_tests::lab::{LabCluster, User};
use serde_json::Value;

use super::lab;
use super::world::{LaidWorld, lay, objects};

/// A Gateway, a route to a Service in another namespace, the grant for it, and the statuses that a
/// controller has written: nothing is wrong with it.
pub fn team(lab: &LabCluster) -> LaidWorld<'_> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lab/team.yaml");
    let world = lay(lab, &objects(&file));
    assert_eq!(world.refused, [], "the API server takes all of it");
    world
}

/// Where the program of a plugin is. Cargo tells the paths of a package's own programs only, and
/// artifact dependencies are not stable; so cargo is asked to build it, which it has done already where
/// all tests run, and says where it is, whatever the target directory and its profile.
pub fn program_of(plugin: &'static str) -> PathBuf {
    static PROGRAMS: Mutex<BTreeMap<&str, PathBuf>> = Mutex::new(BTreeMap::new());
    let mut known = PROGRAMS.lock().unwrap_or_else(PoisonError::into_inner);
    // The front door has no name of its own.
    let gap = if plugin.is_empty() { "" } else { "-" };
    known.entry(plugin).or_insert_with(|| built(&format!("kubectl-igw{gap}{plugin}"))).clone()
}

fn built(name: &str) -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--locked", "--package", name, "--bin", name]);
    cargo.args(["--message-format", "json-render-diagnostics"]);
    cargo.current_dir(env!("CARGO_MANIFEST_DIR")).stderr(Stdio::inherit());
    // What cargo tells this test of its package: crates that look at it would be built again, here and
    // by the next one who builds.
    for (name, _) in std::env::vars_os() {
        let is_ours = |start| name.to_string_lossy().starts_with(start);
        if is_ours("CARGO_PKG_") || is_ours("CARGO_MANIFEST_") {
            cargo.env_remove(&name);
        }
    }
    let output = cargo.output().expect("cargo runs");
    assert!(output.status.success(), "the plugin is built: {}", output.status);
    let messages = String::from_utf8(output.stdout).expect("UTF-8");
    let messages = messages.lines().map(|line| serde_json::from_str(line).expect("JSON"));
    let executable = |message: Value| message["executable"].as_str().map(PathBuf::from);
    messages.filter_map(executable).next_back().expect("cargo says where it is")
}

/// The program `kubectl-igw-routes`.
pub fn program() -> PathBuf {
    program_of("routes")
}

pub struct TimedRun {
    pub line: String,
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    pub took: Duration,
}

/// Longer than any run takes, however busy the machine is.
const HANGS: Duration = Duration::from_secs(120);

pub fn routes(user: &User, arguments: &str) -> TimedRun {
    let mut command = Command::new(program());
    command.env_clear().env("KUBECONFIG", &user.kubeconfig);
    finish(user, &format!("kubectl igw routes {arguments}"), 3, command)
}

/// Runs a command with the words of a line, all but the first `skip`. What changes from run to run
/// is taken out of what it says.
pub fn finish(user: &User, line: &str, skip: usize, mut command: Command) -> TimedRun {
    let words = line.split_whitespace().skip(skip);
    command.args(words).current_dir("/").stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let begin = Instant::now();
    let mut child = command.spawn().expect("the program can be started");
    let (stdout, stderr) = (read(child.stdout.take()), read(child.stderr.take()));
    let status = loop {
        match child.try_wait().expect("it is our child") {
            Some(status) => break status,
            None if begin.elapsed() > HANGS => {
                child.kill().expect("it is our child");
                panic!("it hangs: {line}");
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let took = begin.elapsed();
    let text = |reader: JoinHandle<Vec<u8>>| {
        let bytes = reader.join().expect("its output can be read");
        let text = String::from_utf8(bytes).expect("the output is UTF-8");
        let text = text.replace(&user.kubeconfig.display().to_string(), "/cfg");
        // kubectl has the directory of the kubeconfig as home.
        let name = user.kubeconfig.file_name().unwrap_or_default().display();
        let text = text.replace(&format!("~/{name}"), "/cfg");
        counted(&text.replace(user.server.as_str(), "https://127.0.0.1:6443"))
    };
    let (stdout, stderr) = (text(stdout), text(stderr));
    TimedRun { line: line.trim().to_owned(), code: status.code(), stdout, stderr, took }
}

/// Reads a pipe beside the program that fills it.
fn read(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.expect("a pipe").read_to_end(&mut bytes).expect("it can be read");
        bytes
    })
}

/// Masks the numbers of passed and undoable checks, which grow with every check.
fn counted(text: &str) -> String {
    let mut out = text.to_owned();
    for what in [" checks passed", " checks\n", " not done"] {
        let parts: Vec<&str> = out.split(what).collect();
        let Some((last, before)) = parts.split_last() else { continue };
        let digits = |c: char| c.is_ascii_digit() || c == ',';
        let mask = |part: &&str| match part.ends_with(digits) {
            true => format!("{}[N]{what}", part.trim_end_matches(digits)),
            false => format!("{part}{what}"),
        };
        out = before.iter().map(mask).collect::<String>() + last;
    }
    out
}

impl fmt::Display for TimedRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code.map_or("none".to_owned(), |code| code.to_string());
        writeln!(f, "$ {}\nexit code: {code}", self.line)?;
        for (name, text) in [("stderr", &self.stderr), ("stdout", &self.stdout)] {
            if !text.is_empty() {
                write!(f, "--- {name}\n{text}")?;
            }
        }
        Ok(())
    }
}

/// All is well with the team for a user who may see everything.
#[test]
fn finds_nothing_wrong_with_the_team() {
    let _team = team(lab());
    insta::assert_snapshot!(routes(lab().admin(), "-A"));
}
