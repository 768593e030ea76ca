//! The outline of a document: where each node of its text stands, without the values.

use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle};

use super::alias;
use super::source::MAX_DEPTH;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NodeKind {
    Plain,
    Quoted,
    Block,
    Alias,
    Map,
    Seq,
    /// Closes a mapping or list.
    End,
}

/// A node, in the order of the text. 20 bytes each: a document may have millions.
#[derive(Clone, Copy, Debug)]
pub(super) struct OutlineNode {
    pub(super) kind: NodeKind,
    /// Bytes from the start of the document.
    start: u32,
    end: u32,
    /// The index of the next node that is not inside this one.
    pub(super) next: u32,
    /// The anchor that an alias refers to.
    pub(super) anchor: u32,
}

impl OutlineNode {
    pub(super) fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    pub(super) fn is_empty(&self) -> bool {
        self.start >= self.end
    }
}

#[derive(Debug, Default)]
pub(super) struct Outline {
    pub(super) nodes: Vec<OutlineNode>,
    /// Keys that are spelled differently in the text: with escapes, or over several lines.
    keys: HashMap<u32, Box<str>>,
    pub(super) anchors: HashMap<u32, u32>,
    /// The items of long lists: findings may be at each of thousands.
    items: HashMap<u32, Vec<u32>>,
}

/// From how many items on a list is long.
const LONG: usize = 32;

impl Outline {
    /// Reads the outline of a document; after a fault in the text it has what comes before.
    pub(super) fn new(text: &str) -> Self {
        let text = &*alias::plain(text);
        let mut outline = Self::default();
        let mut open: Vec<Open> = Vec::new();
        let options = granit_parser::options! {
            emit_comments: false,
            // One more than serde-saphyr is told, as it allows the first one over the limit.
            block_nesting_limit: MAX_DEPTH.max(255) + 1,
        };
        for event in Parser::new_from_str_with_options(text, options) {
            let Ok((event, span)) = event else { break };
            let (kind, anchor) = match &event {
                Event::Scalar(_, ScalarStyle::Plain, anchor, _) => (NodeKind::Plain, *anchor),
                Event::Scalar(_, style, anchor, _) => match style {
                    ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                        (NodeKind::Quoted, *anchor)
                    }
                    _ => (NodeKind::Block, *anchor),
                },
                Event::SequenceStart(_, anchor, _) => (NodeKind::Seq, *anchor),
                Event::MappingStart(_, anchor, _) => (NodeKind::Map, *anchor),
                Event::Alias(anchor) => (NodeKind::Alias, *anchor),
                Event::SequenceEnd | Event::MappingEnd => (NodeKind::End, 0),
                _ => continue,
            };
            let Some(range) = span.byte_range().filter(|range| range.end <= text.len()) else {
                break;
            };
            let Ok(index) = u32::try_from(outline.nodes.len()) else {
                break;
            };
            if kind == NodeKind::End
                && let Some(closed) = open.pop()
            {
                outline.nodes[closed.index as usize].next = index + 1;
                outline.note(closed);
            }
            if kind != NodeKind::Alias && anchor != 0 {
                outline.anchors.insert(anchor as u32, index);
            }
            if kind != NodeKind::End
                && let Some(parent) = open.last_mut()
            {
                if let Event::Scalar(value, ..) = &event
                    && parent.key
                    && Some(value.as_ref()) != spelled(text, kind, &range)
                {
                    outline.keys.insert(index, value.as_ref().into());
                }
                parent.key = parent.map && !parent.key;
                if !parent.map {
                    parent.items.push(index);
                }
            }
            if matches!(kind, NodeKind::Map | NodeKind::Seq) {
                let map = kind == NodeKind::Map;
                open.push(Open { index, map, key: map, items: Vec::new() });
            }
            outline.nodes.push(OutlineNode {
                kind,
                start: range.start as u32,
                end: range.end as u32,
                next: index + 1,
                anchor: anchor as u32,
            });
        }
        let end = outline.nodes.len() as u32;
        for own in open {
            outline.nodes[own.index as usize].next = end;
            outline.note(own);
        }
        outline
    }

    fn note(&mut self, closed: Open) {
        if closed.items.len() >= LONG {
            self.items.insert(closed.index, closed.items);
        }
    }

    /// The item of a list.
    pub(super) fn item(&self, list: u32, number: usize) -> Option<u32> {
        match self.items.get(&list) {
            Some(items) => items.get(number).copied(),
            None => self.children(list).nth(number),
        }
    }

    /// The key at a node, before plain ones such as `on` are interpreted.
    pub(super) fn key<'a>(&'a self, text: &'a str, index: u32) -> Option<&'a str> {
        let node = self.nodes.get(index as usize)?;
        match self.keys.get(&index) {
            Some(key) => Some(key),
            None => spelled(text, node.kind, &node.range()),
        }
    }

    /// The strings and plain scalars of the document, in order, with their place.
    pub(super) fn strings(&self) -> impl Iterator<Item = (NodeKind, Range<usize>)> {
        self.nodes
            .iter()
            .filter(|node| {
                matches!(node.kind, NodeKind::Plain | NodeKind::Quoted | NodeKind::Block)
            })
            .map(|node| (node.kind, node.range()))
    }

    /// The children of a node: the keys and values, or the items.
    pub(super) fn children(&self, parent: u32) -> impl Iterator<Item = u32> {
        let end = self.nodes[parent as usize].next;
        let mut next = parent + 1;
        std::iter::from_fn(move || {
            let index = next;
            let node = self.nodes.get(index as usize)?;
            next = node.next;
            (index < end && node.kind != NodeKind::End).then_some(index)
        })
    }
}

struct Open {
    index: u32,
    map: bool,
    /// Whether its next child is a key.
    key: bool,
    /// Of a list.
    items: Vec<u32>,
}

/// A scalar as it is spelled, without quotes.
fn spelled<'a>(text: &'a str, kind: NodeKind, range: &Range<usize>) -> Option<&'a str> {
    match kind {
        NodeKind::Plain => text.get(range.clone()),
        NodeKind::Quoted => text.get(range.start + 1..range.end.checked_sub(1)?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_know_what_follows_them() {
        let outline = Outline::new("a: [1, {b: 2}]\n");
        let nodes: Vec<_> = outline.nodes.iter().map(|n| (n.kind, n.next)).collect();
        assert_eq!(
            nodes,
            [
                (NodeKind::Map, 10),
                (NodeKind::Plain, 2),
                (NodeKind::Seq, 9),
                (NodeKind::Plain, 4),
                (NodeKind::Map, 8),
                (NodeKind::Plain, 6),
                (NodeKind::Plain, 7),
                (NodeKind::End, 8),
                (NodeKind::End, 9),
                (NodeKind::End, 10),
            ]
        );
    }

    #[test]
    fn keys_are_unescaped() {
        let text = "\"a\\tb\": 1\n'c': 2\nd: 3\n";
        let outline = Outline::new(text);
        let keys: Vec<_> = outline
            .children(0)
            .step_by(2)
            .map(|index| outline.key(text, index).unwrap_or_default())
            .collect();
        assert_eq!(keys, ["a\tb", "c", "d"]);
    }
}
