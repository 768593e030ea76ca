//! The entries of block maps and block lists: which lines are theirs, and how one comes and goes.

use std::ops::Range;

use igw_core::fix::Splice;

use super::fault::{EditFault, Fallible};
use super::rows::{self, spaces};
use super::tree::{NodeId, NodeRole, NodeShape, Tree};

/// Where an entry stands.
pub(super) fn column(tree: &Tree, id: NodeId) -> Fallible<usize> {
    let head = tree.head(id);
    rows::column(tree.text, head)
        .ok_or_else(|| EditFault::new(rows::start(tree.text, head), "a tab is in the indentation"))
}

/// Whether an entry begins its line: the first one may stand behind a dash.
fn begins_line(tree: &Tree, id: NodeId) -> bool {
    rows::is_first(tree.text, tree.head(id))
}

/// Where the line behind an entry begins: behind the value's last line and the comments below that
/// stand further right than the entry.
pub(super) fn end(tree: &Tree, id: NodeId) -> Fallible<usize> {
    let column = column(tree, id)?;
    let text = tree.text;
    let mut at = rows::next(text, tree.node(id).end);
    let first = tree.comments.partition_point(|comment| comment.start < at);
    for comment in &tree.comments[first..] {
        let alone = text[at..comment.start].trim().is_empty();
        let right = rows::column(text, comment.start).is_some_and(|own| own > column);
        if !alone || !right {
            break;
        }
        at = rows::next(text, comment.end);
    }
    Ok(at)
}

/// Where an entry begins with the comments right above it, which stand in its column.
pub(super) fn begin(tree: &Tree, id: NodeId) -> Fallible<usize> {
    let column = column(tree, id)?;
    let mut at = rows::start(tree.text, tree.head(id));
    let above = tree.comments.partition_point(|comment| comment.start < at);
    for comment in tree.comments[..above].iter().rev() {
        let own =
            rows::is_first(tree.text, comment.start) && rows::next(tree.text, comment.end) == at;
        if !own || rows::column(tree.text, comment.start) != Some(column) {
            break;
        }
        at = rows::start(tree.text, comment.start);
    }
    Ok(at)
}

/// Lines that are inserted where a line begins or the text ends.
pub(super) fn lines(text: &str, at: usize, indent: usize, entry: &str) -> Splice {
    instead(text, at..at, indent, entry)
}

/// New lines in the place of whole lines; a text without a line break at its end stays one.
pub(super) fn instead(text: &str, range: Range<usize>, indent: usize, entry: &str) -> Splice {
    let line_break = rows::line_break(text);
    let entry = format!("{}{}", spaces(indent), entry.replace('\n', line_break));
    match range.end == text.len() && !text.is_empty() && !text.ends_with('\n') {
        true => {
            let from = rows::without_break(text, range.start);
            Splice::new(from..range.end, line_break.to_owned() + &entry)
        }
        false => Splice::new(range, entry + line_break),
    }
}

/// Lines that go; with the last line of a text without a line break at its end go the line break and
/// the blank lines before it.
pub(super) fn without(text: &str, from: usize, to: usize) -> Splice {
    let mut from = from;
    if to == text.len() && !text.ends_with('\n') {
        while text[..from].ends_with('\n') {
            from = rows::without_break(text, from);
        }
    }
    Splice::delete(from..to)
}

/// A new entry behind another one.
pub(super) fn behind(tree: &Tree, id: NodeId, entry: &str) -> Fallible<Splice> {
    Ok(lines(tree.text, end(tree, id)?, column(tree, id)?, entry))
}

/// A new entry before another one: above its comments, or behind the dash in its place.
pub(super) fn before(tree: &Tree, id: NodeId, entry: &str) -> Fallible<Splice> {
    let column = column(tree, id)?;
    if begins_line(tree, id) {
        return Ok(lines(tree.text, begin(tree, id)?, column, entry));
    }
    let line_break = rows::line_break(tree.text);
    let entry = entry.replace('\n', line_break);
    Ok(Splice::insert(tree.head(id), format!("{entry}{line_break}{}", spaces(column))))
}

/// Takes an entry out.
pub(super) fn remove(tree: &Tree, id: NodeId) -> Fallible<Vec<Splice>> {
    let parent = tree.node(id).parent.unwrap_or(Tree::ROOT);
    let siblings = &tree.node(parent).children;
    let Some(place) = siblings.iter().position(|own| *own == id) else { return Ok(Vec::new()) };
    let (head, end) = (tree.head(id), end(tree, id)?);
    match siblings.get(1) {
        None => only(tree, parent, id, end),
        Some(second) if place == 0 && !begins_line(tree, id) => {
            let next = tree.head(*second);
            if tree.comment_in(end..next).is_none() {
                // The next entry moves up behind the dash.
                return Ok(vec![Splice::delete(head..next)]);
            }
            let from = tree.text[..head].trim_end_matches(' ').len();
            Ok(vec![Splice::delete(from..rows::without_break(tree.text, end))])
        }
        // A comment above the first entry may be about all of them.
        Some(_) if place == 0 => Ok(vec![without(tree.text, rows::start(tree.text, head), end)]),
        Some(_) => {
            let end = if keeps(tree, siblings[place - 1]) { blank(tree.text, end) } else { end };
            Ok(vec![without(tree.text, begin(tree, id)?, end)])
        }
    }
}

/// Whether an entry ends with a block (`|+`) that would take the blank lines behind it for its own.
fn keeps(tree: &Tree, id: NodeId) -> bool {
    let end = tree.node(id).end;
    let mut inside = tree.nodes[id..].iter().take_while(|node| node.start < end);
    inside.any(|node| {
        let header = &tree.text[node.start..rows::end(tree.text, node.start)];
        let block = matches!(node.shape, NodeShape::Literal | NodeShape::Folded) && node.end == end;
        block && header.split('#').next().is_some_and(|signs| signs.contains('+'))
    })
}

/// Where the blank lines from a line on end.
fn blank(text: &str, mut at: usize) -> usize {
    while at < text.len() && text[at..rows::next(text, at)].trim().is_empty() {
        at = rows::next(text, at);
    }
    at
}

/// Takes the only entry out: its parent is written as empty.
fn only(tree: &Tree, parent: NodeId, id: NodeId, end: usize) -> Fallible<Vec<Splice>> {
    let empty = if tree.node(parent).shape == NodeShape::List { "[]" } else { "{}" };
    let head = tree.head(id);
    let from = rows::start(tree.text, head);
    let node = tree.node(parent);
    if !begins_line(tree, id) || node.role == NodeRole::Root {
        let end = rows::without_break(tree.text, end);
        return Ok(vec![Splice::new(head..end, empty)]);
    }
    Ok(vec![Splice::insert(node.open, format!(" {empty}")), without(tree.text, from, end)])
}
