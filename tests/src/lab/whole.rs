//! The whole lab for a developer's hands: `lab --all`.

use std::io::{self, Read as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use serde_json::Value;

use super::backends::BackendServers;
use super::cluster::{CrdChannel, LabCluster};
use super::data_plane::alone;
use super::envoy::Envoy;
use super::go::Programs;
use super::network::Network;
use super::parts::wait;

/// A class whose Gateways share one Envoy, and a Gateway of it, `hello/hello`, with a pod behind it.
pub const HELLO: &str = include_str!("../../lab/hello.yaml");

/// The class of [`HELLO`], by whose name the Envoy of all its Gateways is known.
const CLASS: &str = "envoy";

/// Becomes `program` with these arguments, alone in a network namespace, after all that it needs
/// was fetched.
pub fn become_alone(program: &Path, arguments: &[&str]) -> Result<(), String> {
    Programs::build()?.data_plane()?;
    // Does not return unless it fails.
    let error = alone(program).args(arguments).exec();
    Err(format!("unshare (util-linux): {error}"))
}

/// Starts everything, calls `ready` with the address of the Gateway `hello/hello` once it answers,
/// and answers for pods until standard input closes.
pub fn whole(program: &Path, ready: impl FnOnce(&LabCluster, &str)) -> Result<(), String> {
    let lab = LabCluster::start(program, CrdChannel::Standard)?;
    let run = || {
        let network = lab.start_data_plane()?;
        lab.apply(HELLO)?;
        let envoy = Envoy::start(&lab, &network, CLASS)?;
        let outcome = serve(&lab, &network, ready);
        drop(envoy);
        outcome
    };
    run().map_err(|error| lab.keep_logs(&error))
}

fn serve(
    lab: &LabCluster,
    network: &Network,
    ready: impl FnOnce(&LabCluster, &str),
) -> Result<(), String> {
    let mut backends = BackendServers::new(network);
    let (host, port) = Envoy::address(80);
    let address = format!("{host}:{port}");
    let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
    wait(&format!("Gateway hello/hello does not answer at {address}"), || {
        backends.follow(lab)?;
        let answer = agent.get(format!("http://{address}/")).call();
        let text = answer.and_then(|mut answer| answer.body_mut().read_to_string());
        let got: Value = serde_json::from_str(&text.map_err(|e| e.to_string())?)
            .map_err(|e| format!("no answer of a pod: {e}"))?;
        got["pod"].is_string().then_some(()).ok_or(format!("no answer of a pod: {got}"))
    })?;
    ready(lab, &address);
    let (closed, closing) = channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 256];
        let mut input = io::stdin();
        while input.read(&mut buffer).is_ok_and(|count| count > 0) {}
        // Nobody waits any more if the lab has failed meanwhile.
        let _ = closed.send(());
    });
    while closing.recv_timeout(Duration::from_millis(200)) == Err(RecvTimeoutError::Timeout) {
        backends.follow(lab)?;
    }
    Ok(())
}
