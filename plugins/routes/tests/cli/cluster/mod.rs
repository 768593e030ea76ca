//! A cluster in place of manifests.

mod bundle;
mod controller;
mod errors;
mod overlay;
mod reading;
mod server;

use std::path::PathBuf;

use crate::program::{Outcome, command, directory, finish, fixture};
pub use server::{Fault, Server};

/// A story as the cluster has it.
pub fn story(name: &str) -> String {
    let path: PathBuf = directory().join(fixture(name));
    std::fs::read_to_string(path).expect("the fixture can be read")
}

/// Runs the program against a server; what changes from run to run is taken out.
pub fn run(server: &Server, args: &[&str]) -> Outcome {
    let place = tempfile::tempdir().expect("a directory can be made");
    let config = server.kubeconfig(place.path());
    let mut command = command(args);
    command.env("KUBECONFIG", &config);
    let mut outcome = finish(args, command);
    let port = format!("127.0.0.1:{}", server.port);
    for text in [&mut outcome.stdout, &mut outcome.stderr] {
        *text = text.replace(&port, "127.0.0.1:6443").replace(&config, "/cfg");
        assert!(!text.contains("s3cret"), "a credential is never told: {text}");
    }
    outcome
}
