//! Lines of a text, by bytes.

/// Where the line of a byte begins.
pub(super) fn start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// Where the line of a byte ends, before its line break.
pub(super) fn end(text: &str, at: usize) -> usize {
    let next = next(text, at);
    without_break(text, next).max(at)
}

/// Where the next line begins, or the text ends.
pub(super) fn next(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

/// The end of a line, given where the next one begins.
pub(super) fn without_break(text: &str, next: usize) -> usize {
    let line = &text[..next];
    let line = line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line));
    line.len()
}

/// The line break that the text uses first.
pub(super) fn line_break(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// Whether nothing but spaces stands before a byte on its line.
pub(super) fn is_first(text: &str, at: usize) -> bool {
    text[start(text, at)..at].bytes().all(|byte| byte == b' ')
}

/// How far a byte is from the start of its line; `None` behind a tab, whose width is anyone's.
pub(super) fn column(text: &str, at: usize) -> Option<usize> {
    let before = &text[start(text, at)..at];
    (!before.contains('\t')).then_some(before.len())
}

pub(super) fn spaces(count: usize) -> String {
    " ".repeat(count)
}
