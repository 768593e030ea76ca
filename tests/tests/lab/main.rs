//! Predictions held against a real API server (feature `lab`, see `igw_tests::lab`).

#[path = "../fixtures/compare.rs"]
mod compare;
mod endings;
mod refusals;
mod rights;
mod stories;
#[path = "../fixtures/story.rs"]
mod story;
mod world;

use std::path::Path;

use igw_tests::lab::LabCluster;

/// The cluster of this process.
fn lab() -> &'static LabCluster {
    LabCluster::shared(Path::new(env!("CARGO_BIN_EXE_lab")))
}
