//! Where the documents of a YAML text begin and end.

use super::document::Document;

/// Splits `text` at its document markers; documents without content are left out.
///
/// A marker is `---` or `...` at the start of a line, followed by white space or the line's end.
/// YAML gives markers precedence over everything, block scalars and open quotes too, so no YAML
/// needs to be understood here and one broken document cannot swallow the next.
pub(super) fn split(text: &str, file: u32) -> Vec<Document> {
    let mut documents = Vec::new();
    let mut document = Document { file, start: 0, end: 0, line: 1, content: 0 };
    let mut marked = false;
    let mut content = false;
    let mut line = 1;
    let mut start = 0;
    while start < text.len() {
        let end = text[start..].find('\n').map_or(text.len(), |n| start + n + 1);
        // Files that were joined by `cat` may have a byte-order mark before each document.
        let row = text[start..end].trim_start_matches('\u{feff}').as_bytes();
        if let Some(rest) = marker(row, b"---") {
            if content {
                document.end = start;
                documents.push(document);
            }
            // Directives and comments before the marker belong to the document that it starts.
            if content || marked {
                (document.start, document.line) = (start, line);
            }
            marked = true;
            content = !blank(rest);
            document.content = start;
        } else if marker(row, b"...").is_some() {
            if content {
                document.end = start;
                documents.push(document);
            }
            (document.start, document.line) = (end, line + 1);
            (marked, content) = (false, false);
        } else if !content && !blank(row) && (marked || row[0] != b'%') {
            content = true;
            document.content = start;
        }
        start = end;
        line += 1;
    }
    if content {
        document.end = text.len();
        documents.push(document);
    }
    documents
}

/// What follows the marker, if the row starts with it.
fn marker<'a>(row: &'a [u8], marker: &[u8]) -> Option<&'a [u8]> {
    let rest = row.strip_prefix(marker)?;
    matches!(rest.first(), None | Some(b' ' | b'\t' | b'\r' | b'\n')).then_some(rest)
}

/// Whether a row, or the rest of one, is empty or a comment.
fn blank(row: &[u8]) -> bool {
    matches!(row.trim_ascii_start().first(), None | Some(b'#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<(&str, usize, &str)> {
        split(text, 0)
            .iter()
            .map(|d| (&text[d.start..d.end], d.line, &text[d.content..d.end]))
            .collect()
    }

    #[test]
    fn text_before_the_first_marker_is_a_document() {
        assert_eq!(pieces("a: 1\n---\nb: 2"), [("a: 1\n", 1, "a: 1\n"), ("---\nb: 2", 2, "b: 2")]);
    }

    #[test]
    fn empty_documents_are_left_out() {
        assert_eq!(pieces(""), []);
        assert_eq!(pieces("# only\n\n---\n# comments\n---\r\n...\n%YAML 1.2\n"), []);
        assert_eq!(pieces("# c\n---\n---\n# d\na: 1\n---\n"), [("---\n# d\na: 1\n", 3, "a: 1\n")]);
    }

    #[test]
    fn a_marker_may_be_followed_by_a_comment_or_by_content() {
        assert_eq!(
            pieces("--- # one\na: 1\n--- {b: 2}\n---\tc\n"),
            [
                ("--- # one\na: 1\n", 1, "a: 1\n"),
                ("--- {b: 2}\n", 3, "--- {b: 2}\n"),
                ("---\tc\n", 4, "---\tc\n")
            ]
        );
    }

    #[test]
    fn directives_belong_to_the_next_document() {
        assert_eq!(
            pieces("a: 1\n...\n%YAML 1.2\n---\nb: 2\n"),
            [("a: 1\n", 1, "a: 1\n"), ("%YAML 1.2\n---\nb: 2\n", 3, "b: 2\n")]
        );
    }

    #[test]
    fn only_whole_markers_at_the_first_column_split() {
        assert_eq!(pieces("a: |\n  ---\n ...\n---x: 1\n....\n").len(), 1);
        assert_eq!(pieces("a: |\n  x\n--- |\n  y\n").len(), 2);
    }
}
