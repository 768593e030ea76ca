//! Bifrost: its configuration as its own decoder sees it, whether it starts, and which names a
//! model has on the way through it.
//!
//! What is told here was seen on 1.4.19, 1.5.16 and 2.0.0-prerelease3; rules that change in
//! between change in [`rules`].

mod ask;
pub mod chain;
pub mod config;
pub mod decode;
pub mod env;
mod find;
pub mod instance;
pub mod json;
pub mod keys;
pub mod launch;
pub mod masked;
mod mount;
pub mod paths;
pub mod route_rule;
pub mod rules;
mod scan;
mod send;
pub mod served;
pub mod shape;
pub mod start;
mod stops;
pub mod table;
pub mod target;
#[cfg(test)]
mod tests;
pub mod virtual_key;
pub mod vllm;
pub mod volume;
mod walk;

/// The releases whose behaviour was recorded; each stands for its line.
pub const OBSERVED: [crate::facts::Release; 3] = [
    crate::facts::Release::new(1, 4, 19),
    crate::facts::Release::new(1, 5, 16),
    crate::facts::Release { major: 2, minor: 0, patch: 0, stable: false },
];
