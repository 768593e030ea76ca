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

/// The part from `from` to `to`, with two lines above and below.
fn around(text: &str, from: usize, to: usize) -> &str {
    let above = text[..from].rmatch_indices('\n').nth(2);
    let below = text[to..].match_indices('\n').nth(2);
    let start = above.map_or(0, |(at, _)| at + 1);
    let end = below.map_or(text.len(), |(at, _)| to + at);
    &text[start..end]
}

impl Excerpt {
    /// Cuts the lines of a field out of a text, with the line of its key above it.
    ///
    /// `start` and `end` are byte offsets of the field; `line` is the number of its first line.
    /// No other lines are shown: they may hold what nobody should see. Lines that speak of a
    /// secret are not shown, either.
    pub fn cut(text: &str, start: usize, end: usize, line: usize) -> Option<Excerpt> {
        let head = text.get(..start)?;
        let mut from = head.rfind('\n').map_or(0, |i| i + 1);
        let mut first_line = line;
        if from > 0 {
            let above = text[..from - 1].rfind('\n').map_or(0, |i| i + 1);
            if text[above..from].trim_end().ends_with(':') {
                from = above;
                first_line -= 1;
            }
        }
        let body = text.get(from..end)?;
        let cut = body.match_indices('\n').nth(MOST_LINES).map_or(end, |(i, _)| from + i);
        let to = text[cut..].find('\n').map_or(text.len(), |i| cut + i);
        // The mark covers the first line only: what follows belongs to it by its indentation.
        let mark_end = text[start..cut].find('\n').map_or(cut, |i| start + i);
        let mark_end = start + text[start..mark_end].trim_end_matches('\r').len();
        let clean = |c: char| {
            if c.is_control() && c != '\n' && c != '\t' { '\u{fffd}' } else { c }
        };
        let shown = text.get(from..to)?;
        // The name of a header stands beside its value, not in the same line.
        if crate::text::speaks_of_secret(around(text, from, to)) {
            return None;
        }
        let offset = |at: usize| at - from - text[from..at].matches('\r').count();
        let (start, end) = (offset(start), offset(mark_end));
        let plain = shown.replace('\r', "");
        let text: String = plain.chars().map(clean).collect();
        // A replaced character may be longer: then the offsets do not hold, and we show nothing.
        (text.len() == plain.len()).then_some(Excerpt { text, first_line, start, end })
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
