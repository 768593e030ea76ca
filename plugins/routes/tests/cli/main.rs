//! the real binary on the stories: whole outputs, exit codes.

mod agree;
mod bad_input;
mod check;
mod cluster;
mod files_as_kept;
mod fix;
mod fix_hostile;
mod fix_shown;
mod fix_stories;
mod fuzz;
mod help;
mod hostile;
mod output;
#[path = "../../../../tests/program.rs"]
mod program;
#[cfg(unix)]
mod prompts;
mod reports;
mod secrets;
mod send;
mod split;
mod status;
mod suppress;
mod trees;
mod undo;
mod unmodelled;
mod why;
mod why_ages;
mod why_delegation;
mod why_early;
mod why_follows;
mod why_written;

const PROGRAM: &str = env!("CARGO_BIN_EXE_kubectl-igw-routes");
const STORIES: &str = "stories/routes";

/// A run in another directory than usual, for files whose names matter.
fn run_in(directory: &std::path::Path, args: &[&str]) -> program::Ran {
    let mut command = program::command(args);
    command.current_dir(directory);
    program::finish(args, command)
}

/// Masks the number of passed checks: it grows with every check and is asserted elsewhere.
fn shown(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(" checks passed") {
        let before = rest[..at].trim_end_matches(|c: char| c.is_ascii_digit() || c == ',');
        out.push_str(before);
        out.push_str("[N] checks passed");
        rest = &rest[at + " checks passed".len()..];
    }
    out + rest
}
