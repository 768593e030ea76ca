//! A drawn map: things in ranks, and what leads from one to another. Only the value and its
//! renderings; what is on a map, a product says.

mod dot;
mod layout;
mod mermaid;
mod svg;
mod tree;
mod value;

pub use value::{Drawing, DrawnEdge, DrawnMark, DrawnNode};

#[cfg(test)]
mod tests;
