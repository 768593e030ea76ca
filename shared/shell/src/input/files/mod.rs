//! Kubernetes manifests from files, directories and standard input, with positions on demand.
//!
//! [`read`] never fails as a whole: what it could not read is a [`Problem`], the rest are
//! [`Manifest`]s. The texts are kept, so that [`Input::locate`] can find a field again later;
//! the parsed values are the caller's to drop.

mod alias;
mod document;
mod draft;
pub mod edit;
mod helm;
mod input;
mod json;
mod list;
mod locate;
mod objects;
mod outline;
mod parallel;
mod parsed;
mod patch;
mod paths;
mod problem;
mod read;
mod single;
mod source;
mod split;
mod text;
mod value;
mod yaml;
mod yaml_fault;

#[cfg(test)]
mod tests;

pub use document::Document;
pub use draft::Drafts;
pub use input::{Input, Manifest};
pub use patch::Patch;
pub use paths::Chart;
pub use problem::Problem;
pub(crate) use read::texts;
pub use read::{read, read_as_drafted};
pub use single::Single;
pub use source::{SourceFile, is_kustomization};
