//! What a run knows, and from where.

mod complaints;
mod fill;
mod open;
mod same_fault;
#[allow(clippy::module_inception, reason = "the noun of this room")]
mod session;

pub use open::{Opening, open};
pub use session::{FileWorld, Home, Session};
