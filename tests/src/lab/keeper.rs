//! The keeper: a process that starts the parts and ends them when its standard input closes,
//! which happens however the test process ends. It has a process group of its own, so that a
//! Ctrl-C for the tests does not end it before it has done that.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Mutex;

use serde_json::{Value, json};

/// The file that stops the keeper from deleting the home when it ends.
const KEEP: &str = "keep";

/// What the keeper does: an order is a line of JSON, and so is its answer. `home` gets a log for
/// each part; in the end it is deleted, all but the logs if [`Keeper::keep_logs`] was called.
pub fn keep(home: &Path, orders: impl BufRead, answers: impl Write) -> io::Result<()> {
    let mut parts = Vec::new();
    let outcome = obey(home, orders, answers, &mut parts);
    for (_, part) in parts.iter_mut().rev() {
        // SIGKILL: nothing of what they store is wanted any more. Errors: it has ended already.
        let _ = part.kill();
        let _ = part.wait();
    }
    if home.join(KEEP).exists() {
        only_logs(home)?
    } else {
        fs::remove_dir_all(home)?
    }
    outcome
}

/// Removes all but the logs: data is large, and keys should not outlive the cluster.
fn only_logs(home: &Path) -> io::Result<()> {
    for entry in fs::read_dir(home)? {
        let path = entry?.path();
        if path.is_dir() {
            fs::remove_dir_all(path)?;
        } else if path.extension().is_none_or(|extension| extension != "log") {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

fn obey(
    home: &Path,
    orders: impl BufRead,
    mut answers: impl Write,
    parts: &mut Vec<(String, Child)>,
) -> io::Result<()> {
    for order in orders.lines() {
        let order: Value = serde_json::from_str(&order?)?;
        let answer = match (order["start"].as_str(), order["stop"].as_u64()) {
            (Some(name), _) => match start(home, name, &order) {
                Ok(child) => {
                    let pid = child.id();
                    parts.push((name.to_owned(), child));
                    json!({"pid": pid})
                }
                Err(error) => json!({"error": error.to_string()}),
            },
            (None, Some(pid)) => json!({"stopped": stop(parts, pid)?}),
            (None, None) => json!({"ended": ended(parts)?}),
        };
        writeln!(answers, "{answer}")?;
        answers.flush()?;
    }
    Ok(())
}

fn start(home: &Path, name: &str, order: &Value) -> io::Result<Child> {
    let log = File::create(home.join(format!("{name}.log")))?;
    let mut command = Command::new(order["program"].as_str().unwrap_or_default());
    command.args(order["arguments"].as_str().unwrap_or_default().split_whitespace());
    command.current_dir(home);
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    command.spawn()
}

/// Ends a part and forgets it; returns whether it was one.
fn stop(parts: &mut Vec<(String, Child)>, pid: u64) -> io::Result<bool> {
    let Some(at) = parts.iter().position(|(_, part)| u64::from(part.id()) == pid) else {
        return Ok(false);
    };
    let (_, mut part) = parts.remove(at);
    part.kill()?;
    part.wait().map(|_| true)
}

fn ended(parts: &mut [(String, Child)]) -> io::Result<Vec<String>> {
    let mut out = Vec::new();
    for (name, part) in parts {
        let told = |status: ExitStatus| format!("{name} ended: {status}");
        out.extend(part.try_wait()?.map(told));
    }
    Ok(out)
}

#[derive(Debug)]
pub struct Keeper {
    child: Child,
    pipes: Mutex<Option<(ChildStdin, BufReader<ChildStdout>)>>,
    pub home: PathBuf,
}

impl Keeper {
    pub fn start(program: &Path, home: PathBuf) -> Result<Keeper, String> {
        let fault = |e: io::Error| format!("the keeper {}: {e}", program.display());
        fs::create_dir_all(&home).map_err(fault)?;
        let log = OpenOptions::new().create(true).append(true).open(home.join("keeper.log"));
        let mut command = Command::new(program);
        command.arg("keep").arg(&home).process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log.map_err(fault)?);
        let mut child = command.spawn().map_err(fault)?;
        let pipes = child.stdin.take().zip(child.stdout.take().map(BufReader::new));
        Ok(Keeper { child, pipes: Mutex::new(pipes), home })
    }

    /// Starts a part in the home, where its output goes to `NAME.log`. Spaces separate its
    /// arguments. Returns its process id.
    pub fn run(&self, name: &str, program: &Path, arguments: &str) -> Result<u64, String> {
        let order = json!({"start": name, "program": program, "arguments": arguments});
        let answer = self.order(&order)?;
        answer["pid"].as_u64().ok_or(format!("{}: {}", program.display(), answer["error"]))
    }

    pub fn stop(&self, pid: u64) -> Result<(), String> {
        let answer = self.order(&json!({"stop": pid}))?;
        (answer["stopped"] == true).then_some(()).ok_or(format!("process {pid} is not a part"))
    }

    pub fn ended(&self) -> Result<Vec<String>, String> {
        let answer = self.order(&json!({}))?;
        let words = answer["ended"].as_array().into_iter().flatten();
        Ok(words.map(|word| word.as_str().unwrap_or_default().to_owned()).collect())
    }

    /// The logs in a keeper's home stay when it ends.
    pub fn keep_logs(home: &Path) -> io::Result<()> {
        File::create(home.join(KEEP)).map(drop)
    }

    fn order(&self, order: &Value) -> Result<Value, String> {
        let mut pipes = self.pipes.lock().map_err(|_| "the keeper's pipe is broken".to_owned())?;
        let (input, output) = pipes.as_mut().ok_or("the keeper has no pipe")?;
        let fault = |e: io::Error| format!("the keeper does not answer: {e}");
        writeln!(input, "{order}").and_then(|()| input.flush()).map_err(fault)?;
        let mut line = String::new();
        output.read_line(&mut line).map_err(fault)?;
        serde_json::from_str(&line).map_err(|e| format!("the keeper answers {line:?}: {e}"))
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        if let Ok(pipes) = self.pipes.get_mut() {
            pipes.take();
        }
        // It ends by itself now; an error means that it has.
        let _ = self.child.wait();
    }
}
