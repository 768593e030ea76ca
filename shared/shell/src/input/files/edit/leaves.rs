//! The scalars of a file with their places, for what must not be shown.

use std::ops::Range;

use super::parse;
use super::parts::{MARK, Parts};
use super::tree::{NodeId, NodeRole, NodeShape, Tree};
use super::whole::on_large_stack;

/// A scalar of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScalarLeaf {
    /// The `kind` of the nearest object that holds it.
    pub kind: String,
    /// The keys that lead to it from there; items of lists are left out.
    pub path: Vec<String>,
    /// The `name` beside it.
    pub name: Option<String>,
    /// The text before it in a list.
    pub before: Option<String>,
    /// Bytes of the file: without quotes and without the header of a block.
    pub range: Range<usize>,
    /// What it says.
    pub text: String,
}

/// The scalars of the documents that lie in a window of the file's text; `Err` with the range of a
/// document that is no YAML.
pub fn leaves(text: &str, window: &Range<usize>) -> Vec<Result<ScalarLeaf, Range<usize>>> {
    on_large_stack(|| leaves_here(text, window))
}

fn leaves_here(text: &str, window: &Range<usize>) -> Vec<Result<ScalarLeaf, Range<usize>>> {
    let mark = text.len() - text.trim_start_matches(MARK).len();
    let mut out = Vec::new();
    for range in Parts::of(&text[mark..]).ranges {
        let range = mark + range.start..mark + range.end;
        if range.end < window.start || window.end < range.start {
            continue;
        }
        match parse::tree(&text[range.clone()]) {
            Err(_) => out.push(Err(range)),
            Ok(tree) => {
                let scalars = (0..tree.nodes.len()).filter(|id| is_scalar(&tree, *id));
                let moved = scalars.map(|id| {
                    let mut leaf = leaf(&tree, id);
                    leaf.range = range.start + leaf.range.start..range.start + leaf.range.end;
                    Ok(leaf)
                });
                out.extend(moved);
            }
        }
    }
    out
}

fn is_scalar(tree: &Tree, id: NodeId) -> bool {
    let node = tree.node(id);
    let none = matches!(node.shape, NodeShape::Empty | NodeShape::Alias);
    !none && !node.shape.is_collection() && node.role != NodeRole::Key
}

fn leaf(tree: &Tree, id: NodeId) -> ScalarLeaf {
    let node = tree.node(id);
    let range = match node.shape {
        NodeShape::Single | NodeShape::Double => node.start + 1..node.end.max(node.start + 2) - 1,
        NodeShape::Literal | NodeShape::Folded => {
            let header = tree.text[node.start..node.end].find('\n');
            header.map_or(node.end, |at| node.start + at + 1)..node.end
        }
        _ => node.start..node.end,
    };
    let mut path = Vec::new();
    let mut at = id;
    let kind = loop {
        path.extend(tree.key(at).map(|key| key.text.clone()));
        let Some(parent) = tree.node(at).parent else { break String::new() };
        at = parent;
        if let (Some(_), Some(kind)) = (member(tree, at, "apiVersion"), member(tree, at, "kind")) {
            break kind.to_owned();
        }
    };
    path.reverse();
    let siblings = node.parent.map(|parent| tree.node(parent).children.as_slice());
    let before = siblings.filter(|_| node.role == NodeRole::Item).and_then(|all| {
        let own = all.iter().position(|other| *other == id)?;
        Some(tree.node(*all.get(own.checked_sub(1)?)?).text.clone())
    });
    let name = node.parent.and_then(|parent| member(tree, parent, "name")).map(str::to_owned);
    ScalarLeaf { kind, path, name, before, range, text: node.text.clone() }
}

/// The text of a member of a map.
fn member<'a>(tree: &'a Tree, map: NodeId, name: &str) -> Option<&'a str> {
    let node = tree.node(map);
    let own = |id: &&NodeId| tree.key(**id).is_some_and(|key| key.text == name);
    let found = node.children.iter().find(own)?;
    Some(tree.node(*found).text.as_str())
}
