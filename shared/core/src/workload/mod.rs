//! What runs in a pod.

pub mod address;
pub mod arguments;
mod chown;
pub mod env;
pub mod image;
pub mod mount;
mod release;
mod sources;
mod standing;
pub mod variables;
pub mod vllm;
pub mod volume;

pub use release::Release;

pub use standing::{behind, standing, standing_and_past};
