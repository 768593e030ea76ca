//! From the text of a document to its nodes with their places.

use super::fault::Fallible;
use super::tree::Tree;
use super::{events, places};

/// Reads a document.
///
/// # Errors
/// What is no YAML, and what no edit is made of: keys that are spelled with `?`, and keys that are
/// no scalars.
pub(super) fn tree(text: &str) -> Fallible<Tree<'_>> {
    let mut tree = events::read(text)?;
    places::resolve(&mut tree)?;
    Ok(tree)
}
