//! What a user can type.

pub mod check;
pub mod fix;
mod send;
pub mod split;
pub mod status;
pub mod why;
