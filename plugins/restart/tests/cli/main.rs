//! the real binary on the stories: whole outputs, exit codes.

mod bundle;
mod check;
mod help;
#[path = "../../../../tests/program.rs"]
mod program;
mod restart;

const PROGRAM: &str = env!("CARGO_BIN_EXE_kubectl-igw-restart");
const STORIES: &str = "stories/restart";

/// A run in another directory than usual, for files that are changed.
fn run_in(directory: &std::path::Path, args: &[&str]) -> program::Ran {
    let mut command = program::command(args);
    command.current_dir(directory).env("XDG_STATE_HOME", directory.join("state"));
    program::finish(args, command)
}

fn shown(text: &str) -> &str {
    text
}
