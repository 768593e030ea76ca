//! Requests to a Bifrost that runs, and to its upstreams: which models they serve, and what one
//! completion brings.

mod address;
mod answer;
mod completion;
mod models;
mod way;

pub use address::ProbeAddresses;
pub use completion::{SentCompletion, consented, send};
pub use models::{AskedModels, ask_all, served};
pub use way::find;
