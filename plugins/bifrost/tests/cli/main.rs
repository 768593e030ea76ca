//! the real binary on the stories: whole outputs, exit codes.

mod bad_input;
mod check;
mod cluster;
mod config;
mod help;
mod known;
mod large;
mod model;
mod mutations;
#[path = "../../../../tests/program.rs"]
mod program;
mod secrets;

const PROGRAM: &str = env!("CARGO_BIN_EXE_kubectl-igw-bifrost");
const STORIES: &str = "stories/bifrost";

fn shown(text: &str) -> &str {
    text
}
