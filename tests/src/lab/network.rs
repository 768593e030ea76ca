//! Network namespaces beside that of the lab: Envoy Gateway, a proxy and pods listen on the same
//! ports of all addresses, so each of the three has a place of its own. Nothing leads outside.

use std::fs::{self, File};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::AsFd as _;
use std::process::Command;
use std::thread;

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use super::cluster::LabCluster;
use super::kwok::PODS;
use super::parts::wait;

pub const LAB: &str = "10.77.0.1";

pub const PROXY: &str = "10.77.0.2";

/// Three namespaces, each linked with each other one: that of this process, the proxy's, and the
/// pods', where every address of [`PODS`] can be listened at.
#[derive(Debug)]
pub struct Network {
    proxy: u64,
    pods: u64,
}

impl Network {
    /// Makes the other two. This process must be alone in its namespace, and root in it.
    pub fn start(lab: &LabCluster) -> Result<Network, String> {
        let network = Network { proxy: hold(lab, "proxy")?, pods: hold(lab, "pods")? };
        let (proxy, pods) = (Some(network.proxy), Some(network.pods));
        link(None, ("proxy", "10.77.0.1/30"), proxy, ("lab", "10.77.0.2/30"))?;
        link(proxy, ("pods", "10.77.0.5/30"), pods, ("proxy", "10.77.0.6/30"))?;
        link(None, ("pods", "10.77.0.9/30"), pods, ("lab", "10.77.0.10/30"))?;
        ip(None, &["route", "add", PODS, "via", "10.77.0.10"])?;
        ip(proxy, &["route", "add", PODS, "via", "10.77.0.6"])?;
        ip(pods, &["route", "add", "local", PODS, "dev", "lo"])?;
        Ok(network)
    }

    /// The command line that runs a program where the proxy is.
    pub fn at_the_proxy(&self) -> String {
        format!("--net=/proc/{}/ns/net --", self.proxy)
    }

    /// Listens at addresses of pods.
    pub fn listen(&self, addresses: Vec<SocketAddr>) -> Result<Vec<TcpListener>, String> {
        let path = format!("/proc/{}/ns/net", self.pods);
        let pods = File::open(&path).map_err(|e| format!("{path}: {e}"))?;
        // A thread of its own moves there; what it opens can be used from everywhere.
        let bind = move || -> io::Result<Vec<TcpListener>> {
            move_into_link_name_space(pods.as_fd(), Some(LinkNameSpaceType::Network))?;
            addresses.into_iter().map(TcpListener::bind).collect()
        };
        let bound = thread::spawn(bind).join().map_err(|_| "binding panicked".to_owned())?;
        bound.map_err(|e| format!("a pod cannot listen: {e}"))
    }
}

/// A process that holds a new namespace.
fn hold(lab: &LabCluster, name: &str) -> Result<u64, String> {
    let arguments = "--net -- sleep infinity";
    let pid = lab.keeper.run(&format!("network-{name}"), "unshare".as_ref(), arguments)?;
    let namespace = |process: &str| fs::read_link(format!("/proc/{process}/ns/net"));
    wait("no network namespace is made", || {
        let ended = lab.keeper.ended()?;
        let (own, new) = (namespace("self"), namespace(&pid.to_string()));
        match (own, new) {
            (Ok(own), Ok(new)) if own != new => Ok(()),
            (own, new) => Err(format!("{own:?}, {new:?} {}", ended.join(", "))),
        }
    })?;
    ip(Some(pid), &["link", "set", "lo", "up"])?;
    Ok(pid)
}

/// Links two namespaces: the names of the interfaces, and their addresses.
fn link(
    near: Option<u64>,
    (to_far, near_address): (&str, &str),
    far: Option<u64>,
    (to_near, far_address): (&str, &str),
) -> Result<(), String> {
    let holder = far.unwrap_or_default().to_string();
    let pair = ["type", "veth", "peer", "name", to_near, "netns", &holder];
    ip(near, &[&["link", "add", to_far][..], &pair].concat())?;
    for (at, name, address) in [(near, to_far, near_address), (far, to_near, far_address)] {
        ip(at, &["addr", "add", address, "dev", name])?;
        ip(at, &["link", "set", name, "up"])?;
    }
    Ok(())
}

/// Runs `ip` in the namespace that a process holds, or here.
fn ip(holder: Option<u64>, arguments: &[&str]) -> Result<(), String> {
    let mut command = match holder {
        None => Command::new("ip"),
        Some(pid) => {
            let mut nsenter = Command::new("nsenter");
            nsenter.arg(format!("--net=/proc/{pid}/ns/net")).arg("ip");
            nsenter
        }
    };
    let output = command.args(arguments).output().map_err(|e| format!("{command:?}: {e}"))?;
    let says = || format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.status.success().then_some(()).ok_or_else(says)
}
