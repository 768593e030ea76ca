//! Collections in brackets.

use igw_core::fix::Splice;

use super::fault::{EditFault, Fallible};
use super::rows::{self, spaces};
use super::tree::{NodeId, NodeShape, Tree};

/// Whether what holds a node is JSON in its spelling: all keys in the outermost brackets have
/// double quotes, and there are some.
pub(super) fn is_json(tree: &Tree, id: NodeId) -> bool {
    let mut outer = id;
    while let Some(parent) = tree.node(outer).parent.filter(|parent| tree.node(*parent).flow) {
        outer = parent;
    }
    let mut keys = Vec::new();
    let mut next = vec![outer];
    while let Some(id) = next.pop() {
        let children = &tree.node(id).children;
        keys.extend(children.iter().filter_map(|child| tree.key(*child)).map(|key| key.shape));
        next.extend(children);
    }
    !keys.is_empty() && keys.iter().all(|shape| *shape == NodeShape::Double)
}

/// A new member, written as `entry`, before that with an index or behind the last one.
pub(super) fn add(
    tree: &Tree,
    id: NodeId,
    index: Option<usize>,
    entry: &str,
) -> Fallible<Vec<Splice>> {
    bracketed(tree, id)?;
    let node = tree.node(id);
    if let Some(next) = index.and_then(|index| node.children.get(index)) {
        return before(tree, *next, entry);
    }
    match node.children.last() {
        Some(last) => behind(tree, id, *last, entry),
        None => {
            without_comments(tree, id)?;
            Ok(vec![Splice::new(node.start + 1..node.end - 1, entry)])
        }
    }
}

fn before(tree: &Tree, next: NodeId, entry: &str) -> Fallible<Vec<Splice>> {
    let head = tree.head(next);
    let between = match own_line(tree, next)? {
        Some(column) => format!("{}{}", rows::line_break(tree.text), spaces(column)),
        None => " ".to_owned(),
    };
    Ok(vec![Splice::insert(head, format!("{entry},{between}"))])
}

fn behind(tree: &Tree, id: NodeId, last: NodeId, entry: &str) -> Fallible<Vec<Splice>> {
    let text = tree.text;
    let end = tree.node(last).end.max(tree.node(last).open.min(tree.node(id).end));
    let comma = comma(tree, id, end);
    let behind = comma.map_or(end, |comma| comma + 1);
    let trailing = if comma.is_some() { "," } else { "" };
    let Some(column) = own_line(tree, last)? else {
        return Ok(vec![match comma {
            Some(_) => Splice::insert(behind, format!(" {entry},")),
            None => Splice::insert(end, format!(", {entry}")),
        }]);
    };
    let line = format!("{}{entry}{trailing}", spaces(column));
    let line_break = rows::line_break(text);
    let next = rows::next(text, behind);
    if next >= tree.node(id).end {
        // The bracket stands in the line of the last member.
        let comma = if comma.is_some() { "" } else { "," };
        return Ok(vec![Splice::insert(behind, format!("{comma}{line_break}{line}"))]);
    }
    let mut splices = vec![Splice::insert(next, line + line_break)];
    if comma.is_none() {
        // Before the comment of its line.
        splices.push(Splice::insert(end, ","));
    }
    Ok(splices)
}

/// The comma behind the last member.
fn comma(tree: &Tree, id: NodeId, mut at: usize) -> Option<usize> {
    let close = tree.node(id).end - 1;
    while at < close {
        match tree.comment_in(at..close) {
            Some(comment) if tree.text[at..comment.start].trim().is_empty() => at = comment.end,
            _ => {
                let rest = &tree.text[at..close];
                let space = rest.len() - rest.trim_start().len();
                return rest[space..].starts_with(',').then_some(at + space);
            }
        }
    }
    None
}

/// The column of a member that begins its line.
fn own_line(tree: &Tree, id: NodeId) -> Fallible<Option<usize>> {
    let head = tree.head(id);
    let begins = tree.text[rows::start(tree.text, head)..head].trim_matches([' ', '\t']).is_empty();
    let column = rows::column(tree.text, head);
    match (begins, column) {
        (true, None) => Err(EditFault::new(head, "a tab is in the indentation")),
        (begins, column) => Ok(column.filter(|_| begins)),
    }
}

/// Takes a member out, with the comma that parted it from its neighbour.
pub(super) fn remove(tree: &Tree, id: NodeId) -> Fallible<Vec<Splice>> {
    let parent = tree.node(id).parent.unwrap_or(Tree::ROOT);
    bracketed(tree, parent)?;
    without_comments(tree, parent)?;
    let siblings = &tree.node(parent).children;
    let place = siblings.iter().position(|own| *own == id).unwrap_or_default();
    let before = place.checked_sub(1).and_then(|place| siblings.get(place));
    Ok(vec![Splice::delete(match (before, siblings.get(place + 1)) {
        (_, Some(next)) => tree.head(id)..tree.head(*next),
        (Some(before), None) => member_end(tree, *before)..member_end(tree, id),
        (None, None) => tree.node(parent).start + 1..tree.node(parent).end - 1,
    })])
}

/// The end of a member, whose value may be empty.
fn member_end(tree: &Tree, id: NodeId) -> usize {
    let key = tree.key(id).map(|key| key.end).unwrap_or_default();
    tree.node(id).end.max(key)
}

fn bracketed(tree: &Tree, id: NodeId) -> Fallible<()> {
    let node = tree.node(id);
    match tree.text[node.start..].starts_with(if node.shape == NodeShape::List { '[' } else { '{' })
    {
        true => Ok(()),
        false => Err(EditFault::new(node.start, "it is a pair without brackets")),
    }
}

fn without_comments(tree: &Tree, id: NodeId) -> Fallible<()> {
    let node = tree.node(id);
    match tree.comment_in(node.start..node.end) {
        Some(comment) => Err(EditFault::new(
            comment.start,
            "a comment stands between the members: whose it is cannot be told",
        )),
        None => Ok(()),
    }
}
