//! The whole lab: a cluster with pods, a controller that configures proxies, and a network in
//! which requests flow.

use std::path::Path;
use std::process::Command;

use super::cluster::LabCluster;
use super::envoy_gateway::start_envoy_gateway;
use super::go::Programs;
use super::network::Network;

/// The command that runs a program as root in a network namespace in which there is nothing but a
/// loopback interface: Envoy Gateway listens on fixed ports of all addresses.
pub fn alone(program: &Path) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--net", "--"]);
    // Programs for root, like chroot, are where the PATH of others often does not lead.
    let script = "PATH=$PATH:/usr/sbin:/sbin && ip link set lo up && exec \"$@\"";
    command.args(["sh", "-c", script, "sh"]).arg(program);
    command
}

impl Programs {
    /// Fetches and makes all that [`LabCluster::start_data_plane`] and [`super::Envoy`] need:
    /// there is nobody to fetch it from in a network namespace.
    pub fn data_plane(&self) -> Result<(), String> {
        self.envoy_gateway()?;
        self.kwok()?;
        self.envoy().map(drop)
    }
}

impl LabCluster {
    /// Starts the controllers, kwok and Envoy Gateway, and makes the network of proxies and pods.
    /// This process must be [`alone`].
    pub fn start_data_plane(&self) -> Result<Network, String> {
        self.start_controllers()?;
        self.start_kwok()?;
        start_envoy_gateway(self)?;
        Network::start(self)
    }
}
