//! Predictions held against a real API server (feature `lab`, see `igw_tests::lab`).

#[cfg(target_os = "linux")]
mod alone;
#[cfg(target_os = "linux")]
mod answers;
mod bifrost_pods;
mod bifrost_repairs;
mod bundles;
#[cfg(target_os = "linux")]
mod cases;
#[cfg(target_os = "linux")]
mod client;
#[cfg(target_os = "linux")]
mod controller;
mod controllers;
mod definitions;
#[cfg(target_os = "linux")]
mod differences;
mod drift;
mod endings;
mod examples;
mod faults;
mod first_hop;
mod front_door;
#[cfg(target_os = "linux")]
mod gateways;
mod gwctl;
#[cfg(target_os = "linux")]
mod langfuse_ways;
mod mutations;
mod overlays;
mod permissions;
mod plugin;
mod pods;
mod refusals;
#[cfg(target_os = "linux")]
mod repair_answers;
mod repair_faults;
mod repairs;
mod rights;
mod rolling;
mod rollouts;
mod sending;
mod shells;
mod splits;
mod stories;
mod through_kubectl;
mod trees;
mod watching;
mod webhooks;
#[cfg(target_os = "linux")]
mod whole;
mod whole_system;
mod world;

use std::path::Path;

use igw_tests::lab::LabCluster;
use igw_tests::story::{self, Story};

/// The cluster of this process: the standard channel of the Gateway API.
fn lab() -> &'static LabCluster {
    LabCluster::shared(Path::new(env!("CARGO_BIN_EXE_lab")))
}

/// The other cluster of this process: the experimental channel.
fn experimental() -> &'static LabCluster {
    LabCluster::experimental(Path::new(env!("CARGO_BIN_EXE_lab")))
}

/// The stories that begin with what people apply. The others are about what a controller wrote,
/// which nobody can apply.
fn stories() -> Vec<Story> {
    const WRITTEN: [&str; 5] = [
        "status-",
        "proxy-not-programmed",
        "policy-not-attached",
        "policy-refused-elsewhere",
        "listener-set-disagrees",
    ];
    let mut all = story::of(&igw_routes::ROUTES);
    all.retain(|story| !WRITTEN.iter().any(|start| story.name.starts_with(start)));
    all
}

/// The cluster in which a story can have happened: who writes ExternalAuth has the CRDs that know
/// it, and so does who has TCPRoutes.
fn lab_of(story: &Story) -> &'static LabCluster {
    if is_experimental(story) { experimental() } else { lab() }
}

fn is_experimental(story: &Story) -> bool {
    let text = std::fs::read_to_string(&story.file).expect("readable");
    text.contains("type: ExternalAuth") || text.contains("kind: TCPRoute")
}

/// What is to be assumed of the cluster of a story.
fn channel_of(story: &Story) -> &'static str {
    match is_experimental(story) {
        true => "gateway-api=experimental",
        false => "gateway-api=standard",
    }
}
