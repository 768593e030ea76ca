//! The lab: real parts on loopback, so that predictions are held against what programs answer.
//!
//! ```no_run
//! use igw_tests::lab::LabCluster;
//!
//! let lab = LabCluster::shared(std::path::Path::new("target/debug/lab"));
//! lab.apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: models}\n").expect("admitted");
//! let models = lab.get("v1", "Namespace", "", "models").expect("it is there");
//! assert_eq!(models["status"]["phase"], "Active");
//! ```
//!
//! The programs are built once out of `tests/lab/go/*` into `target/lab` (the first time takes
//! minutes); Envoy is installed there (`tests/lab/python`). All of them listen on loopback only, but
//! for Envoy Gateway and Envoy, which run in network namespaces, and end with the process that started
//! them, however it ends: a keeper outlives that process by the moment that it takes to end them.

mod api;
#[cfg(target_os = "linux")]
mod backends;
mod cluster;
mod crowd;
#[cfg(target_os = "linux")]
mod data_plane;
#[cfg(target_os = "linux")]
mod envoy;
mod envoy_gateway;
mod go;
mod identity;
mod keeper;
mod kwok;
#[cfg(target_os = "linux")]
mod network;
mod objects;
mod parts;
mod people;
mod proxy;
mod python;
#[cfg(target_os = "linux")]
mod running;
mod webhook;
#[cfg(target_os = "linux")]
mod whole;

pub use api::{Api, ApiRefusal, StatusCause};
#[cfg(target_os = "linux")]
pub use backends::BackendServers;
pub use cluster::{CrdChannel, LabCluster};
pub use crowd::Crowd;
#[cfg(target_os = "linux")]
pub use data_plane::alone;
#[cfg(target_os = "linux")]
pub use envoy::Envoy;
pub use envoy_gateway::{CONTROLLER, run_envoy_gateway, start_envoy_gateway};
pub use go::{KUBERNETES, Kwok, Programs};
pub use identity::User;
pub use keeper::keep;
pub use kwok::{NODE, PODS};
#[cfg(target_os = "linux")]
pub use network::Network;
pub use objects::documents;
pub use parts::wait;
pub use proxy::{Exchange, Fault, FaultRule, Proxy};
#[cfg(target_os = "linux")]
pub use running::RunningLab;
pub use webhook::{Webhook, WebhookAnswer};
#[cfg(target_os = "linux")]
pub use whole::{HELLO, become_alone, whole};
