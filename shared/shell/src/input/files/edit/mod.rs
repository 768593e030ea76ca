//! Edits of YAML and JSON files that keep every comment, and everything else byte for byte.
//!
//! Splices at the places that granit-parser knows, one step at a time; what cannot be meant is
//! refused with the reason, and before anything is returned, two readers must read the new text as
//! the patched old one.

mod append;
mod check;
mod document;
mod emit;
mod entry;
mod events;
mod fault;
mod find;
mod flow;
mod leaves;
mod list;
mod literal;
mod map;
mod object;
mod parse;
mod parts;
mod places;
mod replace;
mod rows;
mod scalar;
mod second;
mod step;
mod style;
mod tree;
mod whole;

#[cfg(test)]
mod tests;

use igw_core::fix::Undone;
use json_patch::PatchOperation;

pub use append::append;
pub use leaves::{ScalarLeaf, leaves};
pub use object::object;
pub use whole::{edit, spots};

/// An object of a file: its document, counted from 0 among those that have content, and its place
/// in the `items` of a List.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    pub document: usize,
    pub item: Option<u32>,
}

/// What is to change in one object.
#[derive(Debug, Clone)]
pub struct TextEdit {
    pub spot: Spot,
    /// A pointer to the field of the object that holds JSON text, if the operations are about that.
    pub inner: Option<String>,
    /// RFC 6902; the pointers are those of the object, as kubectl reads it, or of the JSON text.
    pub ops: Vec<PatchOperation>,
}

/// A file's text after edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditedText {
    pub text: String,
    /// What takes it back: ranges of bytes of the new text, in order, and what stood there.
    pub undone: Vec<Undone>,
    /// How many comments went with what they are about.
    pub comments_removed: usize,
}

/// Why nothing is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditRefusal {
    /// A lower-case fragment.
    pub reason: String,
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
}

impl EditRefusal {
    fn at(text: &str, at: usize, reason: String) -> Self {
        let at = text.floor_char_boundary(at);
        let start = rows::start(text, at);
        let line = text[..at].matches('\n').count() + 1;
        EditRefusal { reason, line, column: text[start..at].chars().count() + 1 }
    }
}
