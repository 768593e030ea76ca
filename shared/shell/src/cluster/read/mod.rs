//! The API server as the source of facts.

mod discover;
mod getter;
mod list;
mod live;
mod page;
mod plan;
mod pointing;
mod progress;
mod reason;
mod request;

pub use live::Live;
