//! A fault in a document: a problem before its place in the file is known.

use super::document::{Document, Lines};
use super::problem::Problem;
use super::source::SourceFile;

#[derive(Debug, PartialEq, Eq)]
pub struct YamlFault {
    /// Bytes from the start of the document; `None` where it is unknown.
    pub at: Option<usize>,
    pub message: String,
    pub hint: Option<String>,
}

impl YamlFault {
    pub fn at(at: usize, message: String) -> Self {
        Self { at: Some(at), message, hint: None }
    }

    /// The problem for the user. Without a place it points at the start of the content.
    pub fn problem(self, source: &SourceFile, document: &Document, lines: &Lines) -> Problem {
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
