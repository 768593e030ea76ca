//! The one place that decides about colour and glyphs.

use owo_colors::{OwoColorize as _, Style};

use crate::finding::Severity;

#[derive(Debug, Clone, Copy)]
pub struct Theme {
    pub colour: bool,
    /// Whether the terminal shows more than ASCII.
    pub unicode: bool,
    /// In columns.
    pub width: usize,
}

impl Theme {
    pub const PLAIN: Theme = Theme { colour: false, unicode: true, width: 100 };

    fn paint(&self, style: Style, text: &str) -> String {
        if self.colour { text.style(style).to_string() } else { text.to_owned() }
    }

    pub fn bold(&self, text: &str) -> String {
        self.paint(Style::new().bold(), text)
    }

    pub fn dim(&self, text: &str) -> String {
        self.paint(Style::new().dimmed(), text)
    }

    /// Text in the colour of a severity; the words alone say the same.
    pub fn severity(&self, severity: Severity, text: &str) -> String {
        let colour = match severity {
            Severity::Error => Style::new().red(),
            Severity::Warning => Style::new().yellow(),
            Severity::Info => Style::new().cyan(),
        };
        self.paint(colour.bold(), text)
    }

    pub fn good(&self, text: &str) -> String {
        self.paint(Style::new().green(), text)
    }

    /// Part of a line that goes, or that comes; underlined where it is what differs.
    pub fn changed(&self, comes: bool, differs: bool, text: &str) -> String {
        let style = if comes { Style::new().green() } else { Style::new().red() };
        self.paint(if differs { style.underline() } else { style }, text)
    }

    /// `✗`, `!`, `·`.
    pub fn glyph(&self, severity: Severity) -> &'static str {
        match (severity, self.unicode) {
            (Severity::Error, true) => "✗",
            (Severity::Error, false) => "x",
            (Severity::Warning, _) => "!",
            (Severity::Info, true) => "·",
            (Severity::Info, false) => ".",
        }
    }

    pub fn tick(&self) -> &'static str {
        if self.unicode { "✓" } else { "+" }
    }

    pub fn dot(&self) -> &'static str {
        if self.unicode { "·" } else { "." }
    }

    /// Wraps text after something `start` columns wide; further lines are indented.
    pub fn after(&self, start: usize, indent: usize, text: &str) -> String {
        let (first, spaces) = (" ".repeat(start), " ".repeat(indent));
        let options = textwrap::Options::new(self.width.max(40))
            .initial_indent(&first)
            .subsequent_indent(&spaces)
            .break_words(false)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        // Widths are those of what is read, not of tokens.
        let text = crate::placeholder::spelled(text);
        textwrap::fill(&crate::text::clean(&text), options).trim_start().to_owned()
    }

    pub fn wrap(&self, indent: usize, text: &str) -> String {
        format!("{}{}", " ".repeat(indent), self.after(indent, indent, text))
    }
}
