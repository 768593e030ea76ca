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
/// large, or one line.
#[derive(Debug)]
pub(super) struct Lines {
    starts: Vec<u32>,
    /// How many characters there are before each [`STEP`] bytes.
    characters: Vec<u32>,
}

const STEP: usize = 1024;

impl Lines {
    pub(super) fn new(text: &str) -> Self {
        let starts = text.match_indices('\n').map(|(at, _)| at as u32 + 1).collect();
        let mut all = 0;
        let mut characters = Vec::with_capacity(text.len() / STEP + 1);
        for part in text.as_bytes().chunks(STEP) {
            characters.push(all);
            all += begun(part);
        }
        Self { starts, characters }
    }

    /// The line in the file and the column, both counted from 1, of the byte `at` of the document.
    pub(super) fn position(&self, document: &Document, text: &str, at: usize) -> (usize, usize) {
        let at = floor(text, at);
        let line = self.starts.partition_point(|start| *start as usize <= at);
        let start = line.checked_sub(1).map_or(0, |line| self.starts[line] as usize);
        (document.line + line, self.before(text, at) - self.before(text, start) + 1)
    }

    /// How many characters there are before a byte.
    fn before(&self, text: &str, at: usize) -> usize {
        let step = (at / STEP).min(self.characters.len().saturating_sub(1));
        let known = self.characters.get(step).copied().unwrap_or_default();
        let rest = text.as_bytes().get(step * STEP..at).unwrap_or_default();
        (known + begun(rest)) as usize
    }
}

/// How many characters begin in some bytes of UTF-8.
fn begun(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count() as u32
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

    #[test]
    fn columns_of_a_long_line() {
        let text = "é".repeat(3_000) + "x";
        let document = Document { file: 0, start: 0, end: text.len(), line: 1, content: 0 };
        let lines = Lines::new(&text);
        for (at, column) in [(0, 1), (2, 2), (1_024, 513), (6_000, 3_001), (9_000, 3_002)] {
            assert_eq!(lines.position(&document, &text, at), (1, column));
        }
    }
}
