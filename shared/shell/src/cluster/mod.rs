//! A running cluster: how to reach it, and what it answers.

pub mod config;
mod path;
mod read;
mod read_error;
mod watch;
mod write;

pub use config::Link;
pub use read::Live;
pub use read_error::ReadError;
pub use write::{ApiWrite, StoredObject, WriteError, WriteRefusal};
