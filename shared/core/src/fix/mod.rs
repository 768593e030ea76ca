//! Changes as data, and how they are made in texts.

pub mod json;
mod patch;
mod set;
mod splice;
mod step;

pub use patch::{Patched, patched};
pub use set::Set;
pub use splice::{Splice, Trail, Undone};
pub use step::{TextStep, same, steps};
