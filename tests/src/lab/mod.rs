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
//! minutes). All of them listen on loopback only (but see [`start_envoy_gateway`]), and end with the process that started them,
//! however it ends: a keeper outlives that process by the moment that it takes to end them.

mod api;
mod cluster;
mod crowd;
mod envoy_gateway;
mod go;
mod identity;
mod keeper;
mod kwok;
mod objects;
mod parts;
mod people;
mod proxy;

pub use api::{Api, Cause, Refused};
pub use cluster::{Channel, LabCluster};
pub use crowd::Crowd;
pub use envoy_gateway::{CONTROLLER, start_envoy_gateway};
pub use go::{KUBERNETES, Kwok, Programs};
pub use identity::User;
pub use keeper::keep;
pub use kwok::{NODE, PODS};
pub use objects::documents;
pub use parts::wait;
pub use proxy::{Exchange, Fault, Proxy, Rule};
