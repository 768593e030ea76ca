//! Repairs of a cluster: the server says what a change makes of an object before it is made.

mod draft;
mod ground;
mod inner;
mod make;
mod rollout;
mod rollouts;
mod settle;
mod take_back;
mod write_one;

pub use draft::Drafting;
pub use ground::ClusterGround;
pub use rollouts::Rollouts;
pub use take_back::taken_back;
pub use write_one::{WriteEnd, write_journalled};
