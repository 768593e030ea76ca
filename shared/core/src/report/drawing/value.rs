//! What is on a map.

use serde::{Serialize, Serializer};

use crate::finding::Severity;
use crate::report::Theme;
use crate::report::shown::shown;

/// A map. Text is as objects have it: each rendering masks, cleans and escapes it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Drawing {
    pub title: String,
    pub nodes: Vec<DrawnNode>,
    pub edges: Vec<DrawnEdge>,
}

/// A thing on a map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DrawnNode {
    /// `HTTPRoute`, `host`, `model`.
    pub kind: String,
    pub name: String,
    /// What is to be known of it, e.g. the codes of its findings; may be empty.
    pub note: String,
    pub mark: DrawnMark,
    /// How far it is from the client; ranks count from 0, the smallest is drawn first.
    pub rank: usize,
}

/// What leads from one thing to another, by their numbers in [`Drawing::nodes`]. An edge whose
/// numbers are not there is not drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DrawnEdge {
    pub from: usize,
    pub to: usize,
    /// Which requests take it; may be empty.
    pub label: String,
}

/// What was judged of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DrawnMark {
    Good,
    /// It was not judged, or not all of it could be.
    Unknown,
    Warning,
    Error,
}

impl Drawing {
    /// The edges that can be drawn.
    pub(super) fn drawn(&self) -> impl Iterator<Item = &DrawnEdge> {
        let count = self.nodes.len();
        self.edges.iter().filter(move |edge| edge.from < count && edge.to < count)
    }
}

impl DrawnNode {
    /// `✗ Service ai/llama`.
    pub(super) fn heading(&self) -> String {
        let mark = self.mark.glyph(&Theme::PLAIN);
        shown(format!("{mark} {} {}", self.kind, self.name).trim_end())
    }

    /// The heading, what the mark means, and the note.
    pub(super) fn sentence(&self) -> String {
        let heading = shown(&format!("{} {}", self.kind, self.name));
        let note = if self.note.is_empty() { String::new() } else { format!(", {}", self.note) };
        format!("{heading}: {}{}", self.mark.word(), shown(&note))
    }
}

impl DrawnMark {
    /// The word in machine output.
    pub fn word(self) -> &'static str {
        match self {
            DrawnMark::Good => "good",
            DrawnMark::Unknown => "unknown",
            DrawnMark::Warning => "warning",
            DrawnMark::Error => "error",
        }
    }

    /// `✓`, `?`, `!`, `✗`.
    pub fn glyph(self, theme: &Theme) -> &'static str {
        match self {
            DrawnMark::Good => theme.tick(),
            DrawnMark::Unknown => "?",
            DrawnMark::Warning => theme.glyph(Severity::Warning),
            DrawnMark::Error => theme.glyph(Severity::Error),
        }
    }

    /// The colour of its text and that of its ground, on a light page.
    pub(super) fn colours(self) -> (&'static str, &'static str) {
        match self {
            DrawnMark::Good => ("#17663a", "#e2f4e8"),
            DrawnMark::Unknown => ("#22577a", "#e4f0f8"),
            DrawnMark::Warning => ("#7a4d00", "#fdf0d5"),
            DrawnMark::Error => ("#b3261e", "#fbe9e7"),
        }
    }

    pub(super) const ALL: [DrawnMark; 4] =
        [DrawnMark::Good, DrawnMark::Unknown, DrawnMark::Warning, DrawnMark::Error];
}

impl Serialize for DrawnMark {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}
