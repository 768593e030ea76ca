//! the real binary of the front door: whole outputs, exit codes.

mod check;
mod cluster;
mod complete;
mod fix;
mod help;
mod map;
mod parts;
#[path = "../../../../tests/program.rs"]
mod program;
mod recipes;
mod release;
mod schema;
#[cfg(unix)]
mod shells;
mod why;

const PROGRAM: &str = env!("CARGO_BIN_EXE_kubectl-igw");
const STORIES: &str = "stories/routes";

/// The example as a file of its own, and a run where it lies.
fn run_on_demo(directory: &std::path::Path, args: &[&str]) -> program::Ran {
    let file = directory.join("demo.yaml");
    if !file.exists() {
        let demo = program::directory().join("../plugins/igw/src/demo.yaml");
        std::fs::copy(demo, file).expect("it can be copied");
    }
    let mut command = program::command(args);
    command.current_dir(directory).env("XDG_STATE_HOME", directory.join("state"));
    program::finish(args, command)
}

fn shown(text: &str) -> &str {
    text
}
