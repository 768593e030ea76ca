//! Bifrost: its configuration as its own decoder sees it, whether it starts, and which names a
//! model has on the way through it.
//!
//! What is said here was observed with 1.4.19, 1.5.16 and 2.0.0-prerelease3; rules that change in
//! between change in [`rules`].

mod base_url;
pub mod cause;
pub mod chain;
pub mod config;
mod delivery;
pub mod document;
pub mod effect;
mod end_texts;
pub mod follow;
pub mod hosts;
pub mod instance;
pub mod instances;
mod key_names;
pub mod keys;
pub mod last_words;
pub mod launch;
mod limits;
pub mod otel;
pub mod paths;
pub mod place;
pub mod prediction;
mod provider;
pub mod reference;
mod refusals;
pub mod repairs;
mod request;
pub mod route_rule;
pub mod rules;
pub mod said;
pub mod served;
pub mod setting;
pub mod shape;
pub mod shown;
pub mod start;
pub mod stores;
pub mod table;
#[cfg(test)]
mod tests;
mod upstream;
pub mod virtual_key;
pub mod virtual_keys;
mod walk;

use crate::workload::Release;

/// The releases whose behaviour was recorded; each stands for its line.
pub const OBSERVED: [Release; 3] = [
    Release::new(1, 4, 19),
    Release::new(1, 5, 16),
    Release { major: 2, minor: 0, patch: 0, stable: false },
];
