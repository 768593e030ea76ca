//! Files as people keep them: a tree of kustomizations, Flux, Argo CD and charts becomes the
//! objects that the API server would see, in one world or several.

mod adopt;
mod arrange;
mod build;
mod helm;
mod kustomization;
mod layout;
mod named;
mod namespace;
mod need;
mod outside;
mod sources;
mod standing;
mod substitution;
mod told;
mod unit;
mod untaken;
mod values;
mod variables;
mod worlds;

pub use arrange::{Render, TreeOptions, TreeWorld, worlds};
pub use told::TreeTold;
pub use values::loose_values;
pub use variables::Variables;
