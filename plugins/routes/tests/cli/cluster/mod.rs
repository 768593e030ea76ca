//! A cluster in place of manifests.

mod bundle;
mod errors;
mod overlay;
mod pointing;
mod reading;

use igw_tests::server::StandIn;

use crate::program::{Ran, directory, run_against, story};

/// The manifests of a story.
pub fn text(name: &str) -> String {
    std::fs::read_to_string(directory().join(story(name))).expect("the story can be read")
}

/// Runs the program against a server, in namespace `ai-gateway`.
pub fn run(server: &StandIn, args: &[&str]) -> Ran {
    run_against(server, "ai-gateway", args)
}
