//! the real binary on the stories: whole outputs, exit codes.

mod check;
mod cluster;
mod config;
mod fix;
mod help;
#[path = "../../../../tests/program.rs"]
mod program;
mod starts;

const PROGRAM: &str = env!("CARGO_BIN_EXE_kubectl-igw-gateway");
const STORIES: &str = "stories/gateway";

fn shown(text: &str) -> &str {
    text
}
