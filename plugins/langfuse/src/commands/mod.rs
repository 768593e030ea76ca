//! What a user can type.

pub mod check;
pub mod fix;
pub mod probe;
pub mod routes;
