//! Repairs of files: their texts are edited.

mod draft;
mod finish;
mod ground;
mod take_back;
mod uncommitted;
mod write;

pub use ground::FileGround;
pub use take_back::{taken_back, text_before};
pub use write::{create, in_place, into};
