//! How to reach a cluster: kubeconfig, flags, the pod's own account.

mod connect;
mod credentials;
mod identity;
mod interrupts;
mod kubeconfig;
mod plugin;
mod proxy;
mod resolve;
mod surroundings;

#[cfg(test)]
mod tests;

pub use connect::{Link, connect};
pub use interrupts::Interrupts;
pub use kubeconfig::names;
pub use resolve::{ClusterTarget, resolve};
pub use surroundings::{Surroundings, of_this_process};
