//! From the events of the parser to nodes, whose places are those of the parser.

use std::collections::HashSet;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, Span, StructureStyle};

use super::super::source::MAX_DEPTH;
use super::fault::{EditFault, Fallible};
use super::tree::{NodeId, NodeRole, NodeShape, Tree, TreeNode};

/// A collection that is open, and the key that waits for its value.
struct OpenNode {
    id: NodeId,
    key: Option<NodeId>,
}

struct EventReader<'a> {
    tree: Tree<'a>,
    open: Vec<OpenNode>,
}

/// The nodes of the first document of a text.
pub(super) fn read(text: &str) -> Fallible<Tree<'_>> {
    let options = granit_parser::options! {
        emit_comments: true,
        emit_anchor_events: true,
        // A licence above the first key has more lines than the default.
        max_buffered_comment_events: usize::MAX,
        block_nesting_limit: MAX_DEPTH.max(255) + 1,
    };
    let (nodes, comments, repeated) = (Vec::new(), Vec::new(), HashSet::new());
    let tree = Tree { text, nodes, comments, repeated };
    let mut reader = EventReader { tree, open: Vec::new() };
    let mut begin = 0;
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| {
            let at = error.marker().byte_offset().unwrap_or_default();
            EditFault::new(text.floor_char_boundary(at), "the document cannot be understood")
        })?;
        let range = span.byte_range().filter(|range| text.get(range.clone()).is_some());
        let range = range.ok_or_else(|| EditFault::new(0, "a place cannot be told"))?;
        match event {
            Event::DocumentStart(marked, _) if reader.tree.nodes.is_empty() => {
                begin = if marked { range.end } else { range.start };
            }
            Event::DocumentStart(..) => {
                return Err(EditFault::new(range.start, "a second document begins here"));
            }
            event => reader.take(event, &span, range),
        }
    }
    let mut tree = reader.tree;
    tree.comments.sort_by_key(|comment| comment.start);
    match tree.nodes.first_mut() {
        Some(root) => root.open = begin,
        None => return Err(EditFault::new(0, "the document is empty")),
    }
    Ok(tree)
}

impl EventReader<'_> {
    fn take(&mut self, event: Event<'_>, span: &Span, range: Range<usize>) {
        let tag = span.tag_span().and_then(|tag| tag.byte_range());
        match event {
            Event::Comment(..) => self.tree.comments.push(range),
            Event::Anchor(..) => {
                if let Some(node) = self.anchored() {
                    node.properties = Some(joined(node.properties.take(), range));
                }
            }
            Event::Alias(anchor) => {
                self.tree.repeated.insert(anchor);
                let id = self.add(NodeShape::Alias, range);
                self.tree.nodes[id].anchor = anchor;
            }
            Event::Scalar(value, style, anchor, tagged) => {
                let shape = match style {
                    ScalarStyle::Plain if range.is_empty() => NodeShape::Empty,
                    ScalarStyle::Plain => NodeShape::Plain,
                    ScalarStyle::SingleQuoted => NodeShape::Single,
                    ScalarStyle::DoubleQuoted => NodeShape::Double,
                    ScalarStyle::Literal => NodeShape::Literal,
                    ScalarStyle::Folded => NodeShape::Folded,
                };
                let id = self.add(shape, range);
                let node = &mut self.tree.nodes[id];
                (node.anchor, node.tagged, node.properties) = (anchor, tagged.is_some(), tag);
                if shape != NodeShape::Empty {
                    node.text = value.into_owned();
                }
            }
            Event::SequenceStart(style, anchor, tagged) => {
                self.begin(NodeShape::List, style, range, (anchor, tagged.is_some(), tag));
            }
            Event::MappingStart(style, anchor, tagged) => {
                self.begin(NodeShape::Map, style, range, (anchor, tagged.is_some(), tag));
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(OpenNode { id, .. }) = self.open.pop() {
                    self.tree.nodes[id].end = range.end;
                }
            }
            _ => {}
        }
    }

    fn begin(
        &mut self,
        shape: NodeShape,
        style: StructureStyle,
        range: Range<usize>,
        (anchor, tagged, tag): (usize, bool, Option<Range<usize>>),
    ) {
        let id = self.add(shape, range);
        let node = &mut self.tree.nodes[id];
        node.flow = style == StructureStyle::Flow;
        (node.anchor, node.tagged, node.properties) = (anchor, tagged, tag);
        self.open.push(OpenNode { id, key: None });
    }

    /// The node that an anchor event is about: the last one.
    fn anchored(&mut self) -> Option<&mut TreeNode> {
        self.tree.nodes.last_mut()
    }

    fn add(&mut self, shape: NodeShape, range: Range<usize>) -> NodeId {
        let id = self.tree.nodes.len();
        let parent = self.open.last().map(|open| open.id);
        let role = match self.open.last_mut() {
            None => NodeRole::Root,
            Some(open) if self.tree.nodes[open.id].shape == NodeShape::List => NodeRole::Item,
            Some(open) => match open.key.take() {
                Some(key) => NodeRole::Value(key),
                None => {
                    open.key = Some(id);
                    NodeRole::Key
                }
            },
        };
        if let (Some(parent), true) = (parent, role != NodeRole::Key) {
            self.tree.nodes[parent].children.push(id);
        }
        self.tree.nodes.push(TreeNode {
            shape,
            flow: false,
            role,
            parent,
            children: Vec::new(),
            lead: range.start,
            open: range.start,
            start: range.start,
            end: range.end,
            dash: None,
            colon: false,
            anchor: 0,
            tagged: false,
            properties: None,
            text: String::new(),
        });
        id
    }
}

fn joined(one: Option<Range<usize>>, other: Range<usize>) -> Range<usize> {
    match one {
        Some(one) => one.start.min(other.start)..one.end.max(other.end),
        None => other,
    }
}
