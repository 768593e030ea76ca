//! `split`: one rule that divides requests over several Services by weight.

mod alike;
mod arm;
mod arm_notes;
mod edits;
mod goal;
mod new_route;
mod reachable;
mod rule;
mod unneeded;
mod weights;
mod wish;

pub use arm::{KeptArm, SplitArm};
pub use goal::SplitGoal;
pub use new_route::{GatewayName, NewRoute};
pub use wish::SplitWish;
