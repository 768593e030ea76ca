//! The commands that no single product has.

pub mod check;
pub mod completion;
pub mod fix;
pub mod man;
pub mod map;
pub mod rbac;
pub mod schema;
pub mod version;
pub mod why;
