//! A running cluster: how to reach it, and what it answers.

mod connect;
mod discover;
mod duration;
mod errand;
mod flags;
mod identity;
mod kubeconfig;
mod list;
mod live;
mod page;
mod plan;
mod plugin;
mod progress;
mod proxy;
mod reason;
mod request;
mod resolve;
mod resource;
mod trouble;
mod watch;

#[cfg(test)]
mod tests;

use base64::prelude::{BASE64_STANDARD, Engine as _};

pub use connect::{Link, connect};
pub use flags::Connection;
pub use kubeconfig::Surroundings;
pub use live::Live;
pub use resolve::{Target, resolve};
pub use trouble::Trouble;

/// The surroundings of this process.
pub fn surroundings<'a>() -> Surroundings<'a> {
    Surroundings { var: &|name| std::env::var(name).ok(), read: &|path| std::fs::read(path) }
}

/// A path on the command line, which no kubeconfig's directory shall change.
fn here(file: &str) -> String {
    std::path::absolute(file).map_or_else(|_| file.to_owned(), |path| path.display().to_string())
}

fn encode(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let packed: String = text.split_ascii_whitespace().collect();
    BASE64_STANDARD.decode(packed).ok()
}
