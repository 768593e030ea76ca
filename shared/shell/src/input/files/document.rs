//! A document: a range of a file's text.

use super::source::SourceFile;

/// One YAML or JSON document of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Document {
    /// Index into [`super::Input::files`].
    pub file: u32,
    /// Where it begins, in bytes from the start of the file: at its `---`, its directives, or
    /// comments before them.
    pub start: usize,
    /// Where it ends (exclusive), in bytes from the start of the file.
    pub end: usize,
    /// The line of `start`, counted from 1.
    pub line: usize,
    /// The start of its first line with content, in bytes from the start of the file.
    pub content: usize,
}

impl Document {
    /// The text of the document, markers and comments included.
    pub fn text<'a>(&self, source: &'a SourceFile) -> &'a str {
        source.text.get(self.start..self.end).unwrap_or_default()
    }
}

/// Where the lines of a document begin: many positions are asked of one document, which may be
/// large.
#[derive(Debug)]
pub(super) struct Lines(Vec<u32>);

impl Lines {
    pub(super) fn new(text: &str) -> Self {
        let newlines = text.match_indices('\n');
        Self(newlines.map(|(at, _)| at as u32 + 1).collect())
    }

    /// The line in the file and the column, both counted from 1, of the byte `at` of the document.
    pub(super) fn position(&self, document: &Document, text: &str, at: usize) -> (usize, usize) {
        let at = floor(text, at);
        let line = self.0.partition_point(|start| *start as usize <= at);
        let start = line.checked_sub(1).map_or(0, |line| self.0[line] as usize);
        (document.line + line, text[start..at].chars().count() + 1)
    }
}

/// The last character boundary of `text` at or before `at`.
pub(super) fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_the_whole_file() {
        let source = SourceFile {
            name: "a.yaml".into(),
            text: "a: 1\n---\nb: 'é'  # c\r\nd: 2\n".into(),
            named: true,
            bom: false,
            path: None,
        };
        let document = Document { file: 0, start: 5, end: source.text.len(), line: 2, content: 9 };
        let text = document.text(&source);
        let lines = Lines::new(text);
        let position = |at| lines.position(&document, text, at);
        assert_eq!(position(0), (2, 1));
        assert_eq!(position(4), (3, 1));
        assert_eq!(position(10), (3, 6));
        assert_eq!(position(17), (3, 13));
        assert_eq!(position(18), (4, 1));
        assert_eq!(position(999), (5, 1));
    }
}
