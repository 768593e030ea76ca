//! Where knowledge comes from that is no cluster.

pub mod bundle;
pub mod files;
pub mod tree;
