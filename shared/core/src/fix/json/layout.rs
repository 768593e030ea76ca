//! How a JSON text is laid out.

use serde_json::Value;

use super::write;
use crate::gojson::{Id, Json, JsonKind};

/// The habits of a text.
pub(super) struct JsonLayout<'a> {
    pub(super) json: &'a Json,
    /// What a level of nesting is indented by.
    unit: String,
    /// What stands between a name and its value.
    colon: String,
    /// What stands between two members in one line.
    comma: String,
    pub(super) line_break: &'static str,
}

impl<'a> JsonLayout<'a> {
    pub(super) fn of(json: &'a Json) -> Self {
        let text = json.whole();
        let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let mut layout = JsonLayout {
            json,
            unit: "  ".into(),
            colon: ": ".into(),
            comma: ", ".into(),
            line_break,
        };
        if let Some(unit) = layout.own_unit() {
            layout.unit = unit;
        }
        // A text without any space in it is given none.
        if layout.is_packed() {
            (layout.colon, layout.comma) = (":".into(), ",".into());
        }
        layout
    }

    /// The indentation of the first member that has a line of its own, beyond that of its parent.
    fn own_unit(&self) -> Option<String> {
        self.collections().find_map(|id| {
            let child = self.json.children(id).next()?;
            let own = self.own_line(child)?;
            let outer = self.indent(self.json.range(id).0);
            own.strip_prefix(&outer).filter(|unit| !unit.is_empty()).map(str::to_owned)
        })
    }

    fn is_packed(&self) -> bool {
        let mut keys = self.collections().flat_map(|id| {
            let named = self.json.kind(id) == JsonKind::Object;
            self.json.children(id).filter(move |_| named)
        });
        let Some(first) = keys.next() else { return false };
        self.json.key_range(first).1 + 1 == self.json.range(first).0
    }

    fn collections(&self) -> impl Iterator<Item = Id> + '_ {
        let mut next = vec![Json::ROOT];
        std::iter::from_fn(move || {
            let id = next.pop()?;
            let inner = self.json.children(id).filter(|id| self.is_collection(*id));
            let inner: Vec<_> = inner.collect();
            next.extend(inner.into_iter().rev());
            Some(id)
        })
    }

    fn is_collection(&self, id: Id) -> bool {
        matches!(self.json.kind(id), JsonKind::Object | JsonKind::List)
    }

    /// The white space at the beginning of the line of a byte.
    pub(super) fn indent(&self, at: usize) -> String {
        let text = self.json.whole();
        let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let line = &text[start..];
        line[..line.len() - line.trim_start_matches([' ', '\t']).len()].to_owned()
    }

    /// The indentation of a member that begins its line.
    pub(super) fn own_line(&self, id: Id) -> Option<String> {
        let text = self.json.whole();
        let at = self.json.key_range(id).0;
        let start = text[..at].rfind('\n')? + 1;
        let before = &text[start..at];
        before.trim_matches([' ', '\t']).is_empty().then(|| before.to_owned())
    }

    /// Whether the members of a collection have lines of their own; `None` if it has none.
    pub(super) fn has_lines(&self, id: Id) -> Option<bool> {
        let last = self.json.children(id).last()?;
        Some(self.own_line(last).is_some())
    }

    /// Whether a new collection in the place of this value is written in several lines: as its
    /// neighbours are, or else what holds it.
    pub(super) fn opens_lines(&self, id: Id) -> bool {
        match id {
            Json::ROOT => self.has_lines(id).unwrap_or(true),
            id => self.new_in_lines(self.json.parent(id), Some(id)),
        }
    }

    /// The same for a new member.
    pub(super) fn new_in_lines(&self, parent: Id, except: Option<Id>) -> bool {
        let neighbours = self.json.children(parent).filter(|id| Some(*id) != except);
        let neighbour = neighbours.filter_map(|id| self.has_lines(id)).last();
        match self.has_lines(parent) {
            Some(true) => neighbour.unwrap_or(true),
            Some(false) => false,
            None => self.opens_lines(parent),
        }
    }

    /// A value whose line has this indentation.
    pub(super) fn value(&self, value: &Value, indent: &str, in_lines: bool) -> String {
        let mut out = String::new();
        let lines = in_lines.then_some((self.line_break, self.unit.as_str()));
        write::Writer { lines, colon: &self.colon, comma: &self.comma }
            .write(value, indent, &mut out);
        out
    }

    /// A member with its name, or an item.
    pub(super) fn entry(&self, name: Option<&str>, value: &str) -> String {
        match name {
            Some(name) => format!("{}{}{value}", write::string(name), self.colon),
            None => value.to_owned(),
        }
    }

    pub(super) fn comma(&self) -> &str {
        &self.comma
    }

    pub(super) fn unit(&self) -> &str {
        &self.unit
    }
}
