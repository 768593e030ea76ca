//! Changes as data, and how they are made in texts.

mod diff;
pub mod json;
mod normal;
mod patch;
mod plan;
mod repair;
mod set;
mod splice;
mod step;

pub use diff::{undoing, undone, unified, words};
pub use normal::{changed_since, differing, normal, writer_of};
pub use patch::{Patched, patched};
pub use plan::{Chosen, PlanStep, Planned, StepAction, depend, plan};
pub use repair::{
    Edit, Fix, FixChoice, FixPlace, MOST_PICKS, MovedSecret, NewObject, Pick, Safety, id,
};
pub use set::Set;
pub use splice::{Splice, Trail, Undone};
pub use step::{TextStep, same, steps};
