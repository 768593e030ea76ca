//! the real program against a stand-in of Langfuse (igw-tests: src/langfuse), row by row.

mod chat;
mod climbed;
mod cluster;
mod exporters;
mod keys;
mod paths;
#[path = "../../../../tests/program.rs"]
#[allow(dead_code, reason = "other tests use all of it")]
mod program;
mod screens;
mod secrecy;
mod stores;
mod tls;
mod written;

const PROGRAM: &str = env!("CARGO_BIN_EXE_kubectl-igw-langfuse");
#[allow(dead_code, reason = "see program")]
const STORIES: &str = "stories/langfuse";

fn shown(text: &str) -> &str {
    text
}
