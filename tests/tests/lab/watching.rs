//! `check --watch` tells what appears and what is gone.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use igw_tests::lab::User;

use super::lab;
use super::plugin::{program, team};

/// Longer than any output takes, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(120);

struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn start(user: &User, arguments: &[&str]) -> Watching {
        let mut command = Command::new(program());
        command.args(arguments).env_clear().env("KUBECONFIG", &user.kubeconfig);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the program can be started");
        let output = child.stdout.take().expect("a pipe");
        let (send, lines) = channel();
        std::thread::spawn(move || {
            let lines = BufReader::new(output).lines().map_while(Result::ok);
            lines.for_each(|line| drop(send.send(line)));
        });
        Watching { child, lines }
    }

    fn until(&self, start: &str) -> Vec<String> {
        let begin = Instant::now();
        let mut said = Vec::new();
        while begin.elapsed() < PATIENCE {
            let Ok(line) = self.lines.recv_timeout(PATIENCE) else { break };
            said.push(line);
            if said.last().is_some_and(|line| line.starts_with(start)) {
                return said;
            }
        }
        panic!("no line begins with {start:?}: {said:#?}");
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        // It may have ended, and then something else has failed already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn what_appears_and_what_is_gone() {
    let world = team(lab());
    let grant = world.stored.iter().find(|object| object["kind"] == "ReferenceGrant");
    let mut grant = grant.expect("the team has one").clone();
    let metadata = grant["metadata"].as_object_mut().expect("it has some");
    metadata.retain(|key, _| ["name", "namespace"].contains(&key.as_str()));
    let watching = Watching::start(lab().admin(), &["-A", "--watch"]);
    watching.until("No problems in");
    lab().delete(&grant).expect("it is there");
    let said = watching.until("new: 1 error in");
    assert!(
        said.iter().any(|line| line.starts_with("✗ 500  HTTPRoute ") && line.contains("IGW0103")),
        "{said:#?}"
    );
    lab().put(&grant).expect("admitted");
    let said = watching.until("No new problems in");
    assert!(said.iter().any(|line| line.starts_with("✓ gone: IGW0103")), "{said:#?}");
}
