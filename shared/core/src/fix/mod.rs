//! Changes as data, and how they are made in texts.

mod diff;
mod fix;
pub mod json;
mod patch;
mod plan;
mod set;
mod splice;
mod step;

pub use diff::unified;
pub use fix::{Choice, Edit, Fix, NewObject, Pick, Place, Safety, id};
pub use patch::{Patched, patched};
pub use plan::{Action, Chosen, PlanStep, Planned, plan};
pub use set::Set;
pub use splice::{Splice, Trail, Undone};
pub use step::{TextStep, same, steps};
