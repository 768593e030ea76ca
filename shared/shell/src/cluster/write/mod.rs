//! Requests that change objects, or ask whether they may be changed.

mod refusal;
mod request;
mod spelled;
mod writer;

pub use refusal::{WriteError, WriteRefusal};
pub use request::{ApiWrite, StoredObject};
