//! The nodes of a YAML document with their places, as an edit needs them.

use std::collections::HashSet;
use std::ops::Range;

pub(super) type NodeId = usize;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NodeShape {
    Plain,
    Single,
    Double,
    Literal,
    Folded,
    /// Nothing is written: it is null.
    Empty,
    Alias,
    Map,
    List,
}

impl NodeShape {
    pub(super) fn is_collection(self) -> bool {
        matches!(self, NodeShape::Map | NodeShape::List)
    }
}

/// What a node is to its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NodeRole {
    Root,
    Key,
    /// With its key.
    Value(NodeId),
    Item,
}

/// A node; all places are bytes of the document.
#[derive(Debug)]
pub(super) struct TreeNode {
    pub(super) shape: NodeShape,
    /// Of a collection: in brackets.
    pub(super) flow: bool,
    pub(super) role: NodeRole,
    pub(super) parent: Option<NodeId>,
    /// The values of a map, or the items of a list.
    pub(super) children: Vec<NodeId>,
    /// The first byte of an anchor, of a tag, or of the content.
    pub(super) lead: usize,
    /// Behind the anchor and the tag, or else behind the `:` or the `-`.
    pub(super) open: usize,
    /// The content: of a block scalar with its header, of a block collection from the first key or
    /// dash to the end of the last child.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Of an item of a block list.
    pub(super) dash: Option<usize>,
    /// Of a value: whether a `:` parts it from its key.
    pub(super) colon: bool,
    /// Of an anchor, or that an alias repeats; 0 if neither.
    pub(super) anchor: usize,
    pub(super) tagged: bool,
    /// What the parser says of where anchors and tags stand.
    pub(super) properties: Option<Range<usize>>,
    /// A scalar without quotes and escapes.
    pub(super) text: String,
}

#[derive(Debug)]
pub(super) struct Tree<'a> {
    pub(super) text: &'a str,
    /// In the order of the text; a child has a larger number than its parent.
    pub(super) nodes: Vec<TreeNode>,
    /// Each with its `#`, in order.
    pub(super) comments: Vec<Range<usize>>,
    /// The anchors that an alias repeats.
    pub(super) repeated: HashSet<usize>,
}

impl Tree<'_> {
    pub(super) const ROOT: NodeId = 0;

    pub(super) fn node(&self, id: NodeId) -> &TreeNode {
        &self.nodes[id]
    }

    /// Whether the node stands in brackets.
    pub(super) fn in_flow(&self, id: NodeId) -> bool {
        self.node(id).parent.is_some_and(|parent| self.node(parent).flow)
    }

    /// The key of a value.
    pub(super) fn key(&self, id: NodeId) -> Option<&TreeNode> {
        match self.node(id).role {
            NodeRole::Value(key) => Some(self.node(key)),
            _ => None,
        }
    }

    /// The first byte of an entry: of its key, or its dash.
    pub(super) fn head(&self, id: NodeId) -> usize {
        let node = self.node(id);
        self.key(id).map(|key| key.lead).or(node.dash).unwrap_or(node.lead)
    }

    /// A comment that stands in a range.
    pub(super) fn comment_in(&self, range: Range<usize>) -> Option<&Range<usize>> {
        let first = self.comments.partition_point(|comment| comment.start < range.start);
        self.comments.get(first).filter(|comment| comment.start < range.end)
    }
}
