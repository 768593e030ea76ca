//! What the parser does not say: dashes, colons, headers of block scalars, and where a node ends.
//!
//! The parser's span of a block scalar has no header and runs into the next line's indentation; a
//! block list begins for it at its first item, and an empty value before its `:`.

use super::fault::{EditFault, Fallible};
use super::rows;
use super::tree::{NodeId, NodeRole, NodeShape, Tree};

/// Fills in the places of all nodes.
pub(super) fn resolve(tree: &mut Tree) -> Fallible<()> {
    // The byte behind what was met last.
    let mut at = tree.nodes.first().map_or(0, |root| root.open);
    for id in 0..tree.nodes.len() {
        at = forward(tree, id, at)?;
    }
    (0..tree.nodes.len()).rev().for_each(|id| close(tree, id));
    Ok(())
}

/// Finds what stands before the content of a node; gives the byte behind what is found.
fn forward(tree: &mut Tree, id: NodeId, at: usize) -> Fallible<usize> {
    let mut at = at;
    match tree.nodes[id].role {
        NodeRole::Root => {}
        NodeRole::Key => at = key(tree, id, at)?,
        NodeRole::Value(key) => {
            at = tree.nodes[key].end;
            let colon = skip(tree, at, "");
            if tree.text[colon..].starts_with(':') {
                at = colon + 1;
                tree.nodes[id].colon = true;
            }
        }
        NodeRole::Item => {
            let in_flow = tree.in_flow(id);
            // The node's own bracket is none of those that are passed.
            at = skip(tree, at, "[]{},").min(tree.nodes[id].start.max(at));
            if !in_flow {
                if !tree.text[at..].starts_with('-') {
                    return Err(EditFault::new(at, "the dash of an item cannot be found"));
                }
                tree.nodes[id].dash = Some(at);
                at += 1;
            }
        }
    }
    let text = tree.text;
    let node = &mut tree.nodes[id];
    let properties = node.properties.clone();
    at = properties.as_ref().map_or(at, |range| range.end.max(at));
    node.open = at;
    match node.shape {
        NodeShape::Empty => (node.start, node.end) = (at, at),
        NodeShape::Literal | NodeShape::Folded => {
            let header = at + text[at..].len() - text[at..].trim_start().len();
            if !text[header..].starts_with(['|', '>']) {
                return Err(EditFault::new(header, "the head of a block cannot be found"));
            }
            node.start = header;
            node.end = block_end(text, header, node.end);
        }
        _ => {}
    }
    node.lead = properties.map_or(node.start, |range| range.start);
    Ok(match node.shape {
        // Its own end is known when its members are.
        NodeShape::Map | NodeShape::List if node.flow => node.start + 1,
        NodeShape::Map | NodeShape::List => at,
        _ => node.end.max(at),
    })
}

fn key(tree: &Tree, id: NodeId, at: usize) -> Fallible<usize> {
    let at = skip(tree, at, "[]{},");
    let node = &tree.nodes[id];
    if node.start > at && tree.text[at..].starts_with('?') {
        return Err(EditFault::new(at, "a key is spelled with \"?\""));
    }
    match node.shape {
        NodeShape::Plain | NodeShape::Single | NodeShape::Double => Ok(at),
        _ => Err(EditFault::new(at, "a key is no word")),
    }
}

/// The first byte from `at` on that is no white space, no comment and none of these signs.
fn skip(tree: &Tree, mut at: usize, signs: &str) -> usize {
    let mut next = tree.comments.partition_point(|comment| comment.start < at);
    loop {
        let rest = tree.text[at..]
            .trim_start_matches(|c: char| c.is_ascii_whitespace() || signs.contains(c));
        at = tree.text.len() - rest.len();
        while tree.comments.get(next).is_some_and(|comment| comment.start < at) {
            next += 1;
        }
        match tree.comments.get(next) {
            Some(comment) if comment.start == at && comment.end > at => at = comment.end,
            _ => return at,
        }
    }
}

/// The end of a block scalar's last line that is not blank; with `+` blank lines are content.
fn block_end(text: &str, header: usize, end: usize) -> usize {
    let own = &text[header..end.max(header)];
    let sign = own.len()
        - own
            .trim_start_matches(['|', '>', '+', '-'])
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .trim_start_matches(['+', '-'])
            .len();
    if own[..sign].contains('+') {
        let last = own.rfind('\n').filter(|at| own[at + 1..].trim().is_empty());
        return last.map_or(end, |at| rows::without_break(text, header + at + 1));
    }
    header + own.trim_end().len()
}

/// The ends of a collection, whose children are complete.
fn close(tree: &mut Tree, id: NodeId) {
    let node = &tree.nodes[id];
    if !node.shape.is_collection() {
        return;
    }
    let bracket = tree.text[node.start..].starts_with(['[', '{']);
    let (Some(first), Some(last)) = (node.children.first(), node.children.last()) else { return };
    let (head, end) = (tree.head(*first), tree.nodes[*last].end);
    let node = &mut tree.nodes[id];
    if !node.flow || !bracket {
        // A pair in a list, `[a: b]`, has no brackets of its own.
        (node.start, node.end) = (head, end);
        node.lead = node.properties.as_ref().map_or(head, |range| range.start);
    }
}
