//! A fault in a document: a problem before its place in the file is known.

use super::document::Lines;
use super::{Document, Problem, SourceFile};

/// How many characters of a key a message shows.
const SHOWN: usize = 60;

/// What is wrong with a document, and where in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// Bytes from the start of the document; `None` where it is unknown.
    pub(super) at: Option<usize>,
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

impl Fault {
    pub(super) fn at(at: usize, message: String) -> Self {
        Self { at: Some(at), message, hint: None }
    }

    /// The problem for the user. Without a place of its own it stands where the content begins.
    pub(super) fn problem(
        self,
        source: &SourceFile,
        document: &Document,
        lines: &Lines,
    ) -> Problem {
        let at = self.at.unwrap_or(document.content - document.start);
        let (line, column) = lines.position(document, document.text(source), at);
        Problem {
            file: Some(source.name.clone()),
            line: Some(line),
            column: Some(column),
            message: self.message,
            hint: self.hint,
        }
    }
}

/// `text` without control characters: what the user's terminal may be shown.
pub(super) fn printable(text: &str) -> String {
    let hidden =
        |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if hidden(c) { '\u{fffd}' } else { c }).collect()
}

/// A key, quoted for a message. Long ones are cut: a key may be a value in the wrong place.
pub(super) fn quoted(key: &str) -> String {
    let mut shown: String = printable(key).chars().take(SHOWN).collect();
    if key.chars().count() > SHOWN {
        shown.push('…');
    }
    format!("\"{shown}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_cut_and_cleaned() {
        assert_eq!(quoted("name"), "\"name\"");
        assert_eq!(quoted("a\u{1b}[31m\n"), "\"a\u{fffd}[31m\u{fffd}\"");
        assert_eq!(quoted(&"x".repeat(61)), format!("\"{}…\"", "x".repeat(60)));
    }
}
