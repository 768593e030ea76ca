//! Text of a report as a document shows it.

use crate::{mask, placeholder, text};

/// One line of shown text: placeholders as they were written, secrets masked, no character that
/// is not seen. It is not escaped for any markup yet.
pub fn shown(given: &str) -> String {
    text::clean(&mask::text(&placeholder::spelled(given)))
}
