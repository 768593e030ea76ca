//! the real binary on the stories: whole outputs, exit codes.

mod bad_input;
mod check;
mod cluster;
mod config;
mod fix;
mod fix_guide;
mod fix_secrets;
mod help;
mod known;
mod large;
mod model;
mod mutations;
mod pods;
mod probe;
#[path = "../../../../tests/program.rs"]
mod program;
mod secrets;

const PROGRAM: &str = env!("CARGO_BIN_EXE_kubectl-igw-bifrost");
const STORIES: &str = "stories/bifrost";

/// A run in another directory than usual, for files that are changed.
fn run_in(directory: &std::path::Path, args: &[&str]) -> program::Ran {
    let mut command = program::command(args);
    command.current_dir(directory).env("XDG_STATE_HOME", directory.join("state"));
    program::finish(args, command)
}

fn shown(text: &str) -> &str {
    text
}
