//! Every process of the lab ends with what started it.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use igw_tests::lab::keep;

/// A lab of its own, its kubeconfig, and the processes that have its home as working directory.
pub struct Started {
    pub child: Child,
    pub home: PathBuf,
}

/// Starts the program `lab`, and waits until it is ready.
pub fn start(arguments: &[&str]) -> Started {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lab"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the lab starts");
    let mut line = String::new();
    let output = child.stdout.take().expect("a pipe");
    BufReader::new(output).read_line(&mut line).expect("it prints");
    let path = line.trim().trim_start_matches("export KUBECONFIG='").trim_end_matches('\'');
    let kubeconfig = PathBuf::from(path);
    assert!(kubeconfig.is_file(), "no kubeconfig: {line:?}");
    let home = kubeconfig.parent().expect("it is in the home").to_owned();
    Started { child, home }
}

/// Names of the processes that run in a directory (visible on Linux only).
pub fn running_in(home: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir("/proc").expect("Linux").flatten() {
        let process = entry.path();
        if fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd.starts_with(home)) {
            names.push(fs::read_to_string(process.join("comm")).unwrap_or_default());
        }
    }
    names.sort();
    names.iter().map(|name| name.trim().to_owned()).collect()
}

/// Asserts that everything ends and its files are removed within a short time.
pub fn all_gone(home: &Path) {
    let start = Instant::now();
    while !running_in(home).is_empty() || home.exists() {
        assert!(start.elapsed() < Duration::from_secs(20), "left: {:?}", running_in(home));
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn when_standard_input_closes() {
    let mut started = start(&[]);
    assert_eq!(running_in(&started.home), ["etcd", "kube-apiserver"]);
    drop(started.child.stdin.take());
    let status = started.child.wait().expect("it ends");
    assert_eq!(status.code(), Some(0));
    all_gone(&started.home);
}

#[test]
#[cfg(target_os = "linux")]
fn when_it_is_killed() {
    let mut started = start(&[]);
    assert_eq!(running_in(&started.home), ["etcd", "kube-apiserver"]);
    started.child.kill().expect("it is ours");
    started.child.wait().expect("it ends");
    all_gone(&started.home);
}

#[test]
fn logs_stay_when_they_are_wanted() {
    let home = tempfile::tempdir().expect("a directory");
    fs::create_dir(home.path().join("etcd-1")).expect("data");
    for name in ["etcd-1.log", "ca.crt", "keep"] {
        fs::write(home.path().join(name), "text").expect("a file");
    }
    let order = r#"{"start": "echo", "program": "echo", "arguments": "a word"}"#;
    let mut answers = Vec::new();
    keep(home.path(), order.as_bytes(), &mut answers).expect("it obeys");
    assert!(String::from_utf8_lossy(&answers).starts_with("{\"pid\":"), "{answers:?}");
    let mut left: Vec<_> =
        fs::read_dir(home.path()).expect("it is there").flatten().map(|e| e.file_name()).collect();
    left.sort();
    assert_eq!(left, ["echo.log", "etcd-1.log"]);
}
