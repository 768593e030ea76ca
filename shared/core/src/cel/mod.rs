//! Expressions of CEL, the language of CRD rules, of Envoy's RBAC and of Bifrost's routing rules.
//!
//! This room is the only one that knows the crate `cel`. It parses within bounds, and evaluates to
//! three values: what a leaf is may be unknown, and `&&` and `||` absorb it where the other side
//! decides (cel-spec, "Logical Operators": the same as they do with errors).
//!
//! Embedders differ in what they allow; see [`Dialect`]. What is not the same everywhere is unknown.

mod cost;
mod functions;
mod leaf;
mod mentions;
mod parse;
mod program;
mod tree;
mod types;

#[cfg(test)]
mod property;
#[cfg(test)]
mod rolls;
#[cfg(test)]
mod tests;

pub use functions::Dialect;
pub use leaf::{Leaf, Leaves};
pub use parse::NotParsed;
pub use program::{CelProgram, Truth};
pub use types::{CelType, Typed};
