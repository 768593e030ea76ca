//! The lines of a file at which a finding points.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::Theme;
use crate::finding::Severity;

/// Some lines of a file with a marked part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    pub text: String,
    pub first_line: usize,
    /// Byte offset in `text` where the marked part begins.
    pub start: usize,
    /// Byte offset in `text` where the marked part ends.
    pub end: usize,
}

/// Columns left of the text: an indent, the line number, a bar.
const GUTTER: usize = 10;

const MOST_LINES: usize = 4;

/// How many bytes are shown at most.
const LONG: usize = 2_000;

/// The part from `from` to `to`, with two lines above and below.
fn around(text: &str, from: usize, to: usize) -> &str {
    let mut start = text.ceil_char_boundary(from.saturating_sub(LONG));
    let mut end = text.floor_char_boundary(to + LONG);
    if let Some((at, _)) = text[start..from].rmatch_indices('\n').nth(2) {
        start += at + 1;
    }
    if let Some((at, _)) = text[to..end].match_indices('\n').nth(2) {
        end = to + at;
    }
    &text[start..end]
}

impl Excerpt {
    /// Cuts the lines of a field out of a text, with the line of its key above it.
    ///
    /// `start` and `end` are byte offsets of the field; `line` is the number of its first line.
    /// No other lines are shown: they may hold what nobody should see. Lines that speak of a
    /// secret are not shown, either.
    pub fn cut(text: &str, start: usize, end: usize, line: usize) -> Option<Excerpt> {
        let far = text.ceil_char_boundary(start.saturating_sub(LONG));
        // A line of a whole file has nothing around the mark that one would want to see.
        let begin = text.get(far..start)?.rfind('\n').map(|at| far + at + 1);
        let mut from = begin.or((far == 0).then_some(0))?;
        let mut first_line = line;
        if from > 0 {
            let above = text[..from - 1].rfind('\n').map_or(0, |i| i + 1).max(far);
            if text[above..from].trim_end().ends_with(':') {
                from = above;
                first_line -= 1;
            }
        }
        let body = text.get(from..end)?;
        let cut = body.match_indices('\n').nth(MOST_LINES).map_or(end, |(i, _)| from + i);
        let behind = text.as_bytes()[cut..].iter().take(LONG).position(|byte| *byte == b'\n');
        let to = match behind {
            Some(at) => cut + at,
            None if text.len() - cut <= LONG => text.len(),
            None => return None,
        };
        // The mark covers the first line only: what follows belongs to it by its indentation.
        let mark_end = text[start..cut].find('\n').map_or(cut, |i| start + i);
        let mark_end = start + text[start..mark_end].trim_end_matches('\r').len();
        let shown = text.get(from..to)?;
        if shown.len() > LONG {
            return None;
        }
        // The name of a header stands beside its value, not in the same line.
        if crate::mask::speaks_of_secret(around(text, from, to)) {
            return None;
        }
        // What is replaced may be longer or shorter.
        let safe = |text: &str| crate::text::clean_lines(&text.replace('\r', ""));
        let (start, end) = (safe(&text[from..start]).len(), safe(&text[from..mark_end]).len());
        Some(Excerpt { text: safe(shown), first_line, start, end })
    }

    /// Draws it; `label` says what the mark means.
    pub fn draw(&self, file: &str, severity: Severity, label: &str, theme: &Theme) -> String {
        let level = match severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Info => Level::INFO,
        };
        let label = crate::text::clean(label);
        // Beside the mark where it fits, else beneath.
        let line = self.text[..self.start].rfind('\n').map_or(0, |at| at + 1);
        let column = self.text[line..self.end.max(self.start)].chars().count();
        let beside = column + GUTTER + label.chars().count() <= theme.width;
        let (label, beneath) = if beside { (label, String::new()) } else { (String::new(), label) };
        let mut annotation = AnnotationKind::Primary.span(self.start..self.end.max(self.start + 1));
        if !label.is_empty() {
            annotation = annotation.label(&label);
        }
        let file = crate::text::clean(file);
        let snippet = Snippet::source(&self.text)
            .line_start(self.first_line)
            .path(&file)
            .annotation(annotation);
        let group = annotate_snippets::Group::with_level(level).element(snippet);
        let renderer = if theme.colour { Renderer::styled() } else { Renderer::plain() };
        let decor = if theme.unicode { DecorStyle::Unicode } else { DecorStyle::Ascii };
        let mut out = renderer.decor_style(decor).term_width(theme.width).render(&[group]);
        if !beneath.is_empty() {
            out.push_str(&format!("\n{}", theme.wrap(4, &beneath)));
        }
        out
    }
}
