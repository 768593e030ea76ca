//! JSON as Go's `encoding/json` reads it, with the place of every value.
//!
//! Go says where it stopped with a character only; the tree keeps bytes, so that a finding can
//! point at the very value.

use std::borrow::Cow;

/// A value of a document. Values lie in the order of the text; a child has a larger number than
/// its parent.
pub type Id = usize;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonKind {
    Null,
    Bool(bool),
    Number,
    Text,
    List,
    Object,
}

impl JsonKind {
    /// The word of Go's decoder.
    pub fn word(self) -> &'static str {
        match self {
            JsonKind::Null => "null",
            JsonKind::Bool(_) => "bool",
            JsonKind::Number => "number",
            JsonKind::Text => "string",
            JsonKind::List => "array",
            JsonKind::Object => "object",
        }
    }
}

/// One value with its place, in bytes.
#[derive(Debug, Clone)]
pub(super) struct JsonNode {
    pub(super) kind: JsonKind,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) parent: Id,
    /// The first value that is not inside this one.
    pub(super) next: Id,
    /// Set for a member of an object.
    pub(super) key: Option<MemberKey>,
}

#[derive(Debug, Clone)]
pub(super) struct MemberKey {
    pub(super) name: Box<str>,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Why a text could not be read as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    /// The byte at which it stopped.
    pub at: usize,
    /// What Go's decoder says, or why we cannot read on.
    pub says: String,
    /// Whether Go reads on where we stop.
    pub ours: bool,
}

#[derive(Clone)]
pub struct Json {
    pub(super) text: String,
    pub(super) nodes: Vec<JsonNode>,
    /// Where a `\u` escape is half of a character; Go reads it as U+FFFD.
    pub halves: Vec<usize>,
}

impl std::fmt::Debug for Json {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "<JSON of {} values>", self.nodes.len())
    }
}

impl Json {
    pub const ROOT: Id = 0;

    pub fn kind(&self, id: Id) -> JsonKind {
        self.nodes[id].kind
    }

    pub fn range(&self, id: Id) -> (usize, usize) {
        (self.nodes[id].start, self.nodes[id].end)
    }

    /// The bytes of the key of a member, or of the value where there is no key.
    pub fn key_range(&self, id: Id) -> (usize, usize) {
        match &self.nodes[id].key {
            Some(key) => (key.start, key.end),
            None => self.range(id),
        }
    }

    /// The key of a member as written, escapes resolved; empty for others.
    pub fn key(&self, id: Id) -> &str {
        self.nodes[id].key.as_ref().map_or("", |key| &key.name)
    }

    /// The members of an object or the items of a list.
    pub fn children(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        let end = self.nodes[id].next;
        let mut at = id + 1;
        std::iter::from_fn(move || {
            let child = at;
            (child < end).then(|| {
                at = self.nodes[child].next;
                child
            })
        })
    }

    pub fn parent(&self, id: Id) -> Id {
        self.nodes[id].parent
    }

    /// A string's text, escapes resolved.
    pub fn text(&self, id: Id) -> Option<Cow<'_, str>> {
        let node = &self.nodes[id];
        (node.kind == JsonKind::Text).then(|| unquote(&self.text[node.start..node.end]))
    }

    /// A value as written in the text.
    pub fn spelled(&self, id: Id) -> &str {
        &self.text[self.nodes[id].start..self.nodes[id].end]
    }

    pub fn whole(&self) -> &str {
        &self.text
    }

    /// Where a value is, as an RFC 6901 pointer.
    pub fn pointer(&self, id: Id) -> String {
        let mut path = Vec::new();
        let mut at = id;
        while at != Self::ROOT {
            let parent = self.nodes[at].parent;
            let segment = match &self.nodes[at].key {
                Some(key) => key.name.to_string(),
                None => self.children(parent).take_while(|child| *child != at).count().to_string(),
            };
            path.push(segment);
            at = parent;
        }
        let mut out = String::new();
        path.iter().rev().for_each(|segment| crate::kube::pointer::push(&mut out, segment));
        out
    }
}

/// A quoted string without its quotes and escapes, as Go reads it.
pub(super) fn unquote(quoted: &str) -> Cow<'_, str> {
    let inside = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
    if !inside.contains('\\') {
        return Cow::Borrowed(inside);
    }
    let mut out = String::with_capacity(inside.len());
    let mut chars = inside.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
        } else {
            match chars.next() {
                Some('u') => {
                    let (found, used) = escape(chars.as_str());
                    out.push(found);
                    chars = chars.as_str().get(used..).unwrap_or_default().chars();
                }
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some('b') => out.push('\u{8}'),
                Some('f') => out.push('\u{c}'),
                Some(other) => out.push(other),
                None => {}
            }
        }
    }
    Cow::Owned(out)
}

/// The character of what follows `\u`, and how many bytes it took.
fn escape(text: &str) -> (char, usize) {
    let unit = |at: usize| text.get(at..at + 4).and_then(|hex| u32::from_str_radix(hex, 16).ok());
    let Some(first) = unit(0) else { return ('\u{fffd}', 4) };
    if let Some(found) = char::from_u32(first) {
        return (found, 4);
    }
    let second = text.get(4..6).filter(|mark| *mark == "\\u").and_then(|_| unit(6));
    match second {
        Some(second) if first < 0xdc00 && (0xdc00..0xe000).contains(&second) => {
            let joined = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            (char::from_u32(joined).unwrap_or('\u{fffd}'), 10)
        }
        _ => ('\u{fffd}', 4),
    }
}

impl Json {
    /// All objects, in the order of the text.
    pub fn objects(&self) -> impl Iterator<Item = Id> + '_ {
        (0..self.nodes.len()).filter(|id| self.nodes[*id].kind == JsonKind::Object)
    }

    /// The strings that lie wholly or partly in a range of the text.
    pub fn strings_between(&self, from: usize, to: usize) -> impl Iterator<Item = Id> + '_ {
        let touches = move |id: &Id| {
            let node = &self.nodes[*id];
            node.kind == JsonKind::Text && node.start < to && node.end > from
        };
        // A string that begins before the range and reaches into it is the last before it.
        let first = self.nodes.partition_point(|node| node.start < from);
        let last = self.nodes.partition_point(|node| node.start < to);
        (first.saturating_sub(1)..last).filter(touches)
    }
}
