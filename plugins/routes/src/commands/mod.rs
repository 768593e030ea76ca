//! What a user can type.

pub mod check;
mod send;
pub mod status;
pub mod why;
