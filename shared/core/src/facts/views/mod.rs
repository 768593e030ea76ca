//! Slim pictures of the kinds that rules read. Defaults of the API server are filled in before.

mod backend_ref;
mod certificate;
mod claim;
mod config_map;
mod container_status;
mod gateway;
mod grant;
mod http_route;
mod listener_set;
mod other_route;
mod pod;
mod pod_template;
mod policy;
mod scaler;
mod secret;
mod service;
mod workload;
mod written;

pub use backend_ref::*;
pub use claim::*;
pub use config_map::*;
pub use container_status::*;
pub use gateway::*;
pub use grant::*;
pub use http_route::*;
pub use listener_set::*;
pub use other_route::foreign_route;
pub use pod::Pod;
pub use pod_template::*;
pub use policy::*;
pub use scaler::Scaler;
pub use secret::*;
pub use service::*;
pub use workload::*;
pub use written::{is_same_parent, refusals};

pub use crate::facts::status::*;
