//! What the tests share.

pub mod compare;
pub mod dice;
#[cfg(feature = "lab")]
pub mod lab;
#[cfg(feature = "langfuse")]
pub mod langfuse;
pub mod model_server;
pub mod pairs;
pub mod rows;
pub mod server;
pub mod story;
pub mod tree;

use igw_core::check::{Check, Sink};
use igw_core::facts::{Facts, Scope, Store};
use igw_core::rounds::run_checks;

/// What checks say about everything in files.
pub fn sinks(checks: &[&'static Check], store: &Store) -> Vec<Sink> {
    let scope = Scope::default();
    run_checks(checks, &Facts::new(store, &scope))
}
