//! What every Kubernetes object has, and the kinds that rules know.

mod hidden;
mod intern;
mod kinds;
mod object;
mod owner;
mod pairs;
pub mod pointer;
mod quantity;
mod restart_mark;

pub use hidden::Hidden;
pub use intern::{Interned, intern, read_interned};
pub(crate) use kinds::for_each_kind;
pub use kinds::{Kind, Resource};
pub use object::{Meta, ObjRef, Origin, full_name, group_of};
pub use owner::{ObjectKeeper, ObjectOwner};
pub use pairs::Pairs;
pub use quantity::Quantity;
pub use restart_mark::{RESTARTED_AT, RESTARTED_AT_POINTER};

pub const GATEWAY_API: &str = "gateway.networking.k8s.io";
/// The API group of the Gateway API's experimental kinds.
pub const GATEWAY_API_EXPERIMENTAL: &str = "gateway.networking.x-k8s.io";
pub const KGATEWAY_API: &str = "gateway.kgateway.dev";
/// The group of Envoy Gateway's own kinds.
pub const ENVOY_GATEWAY_API: &str = "gateway.envoyproxy.io";
/// The group of ServiceImports.
pub const MULTI_CLUSTER_API: &str = "multicluster.x-k8s.io";
