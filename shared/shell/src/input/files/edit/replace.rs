//! Another value where there is one.

use igw_core::fix::Splice;
use serde_json::Value;

use super::fault::{EditFault, Fallible};
use super::literal::Block;
use super::rows::{self, spaces};
use super::style::YamlStyle;
use super::tree::{NodeId, NodeRole, NodeShape, Tree};
use super::{emit, entry, flow, scalar};

/// Writes a value in the place of a node. What both have in common is not looked for here:
/// [`igw_core::fix::steps`] did.
pub(super) fn replace(
    tree: &Tree,
    style: YamlStyle,
    id: NodeId,
    value: &Value,
) -> Fallible<Vec<Splice>> {
    let node = tree.node(id);
    if tree.in_flow(id) {
        return in_brackets(tree, id, value);
    }
    let block = node.shape.is_collection() && !node.flow;
    match (block, emit::is_long(value)) {
        (true, true) => block_by_block(tree, style, id, value),
        (true, false) => block_by_line(tree, id, &scalar::written(value, false)),
        (false, true) if node.flow && !node.children.is_empty() => in_brackets(tree, id, value),
        (false, true) => line_by_block(tree, style, id, value),
        (false, false) => line_by_line(tree, style, id, value),
    }
}

fn in_brackets(tree: &Tree, id: NodeId, value: &Value) -> Fallible<Vec<Splice>> {
    let node = tree.node(id);
    let text = match flow::is_json(tree, id) {
        true => emit::flow(value, true),
        false if emit::is_long(value) => emit::flow(value, false),
        false => scalar::in_place(value, node.shape, true),
    };
    Ok(vec![match (node.shape, node.role, node.colon) {
        // `{a}` and `{a:}`
        (NodeShape::Empty, NodeRole::Value(_), false) => {
            Splice::insert(node.open, format!(": {text}"))
        }
        (NodeShape::Empty, _, _) => Splice::insert(node.open, format!(" {text}")),
        _ => Splice::new(node.start..node.end, text),
    }])
}

fn line_by_line(tree: &Tree, style: YamlStyle, id: NodeId, value: &Value) -> Fallible<Vec<Splice>> {
    let node = tree.node(id);
    match node.shape {
        NodeShape::Empty => {
            Ok(vec![Splice::insert(node.open, format!(" {}", scalar::written(value, false)))])
        }
        NodeShape::Literal => literal(tree, style, id, value),
        NodeShape::Folded => Err(folded(node.start)),
        shape => Ok(vec![Splice::new(node.start..node.end, scalar::in_place(value, shape, false))]),
    }
}

fn folded(at: usize) -> EditFault {
    EditFault::new(at, "a folded block joins its lines: what it holds is not what stands there")
}

fn literal(tree: &Tree, style: YamlStyle, id: NodeId, value: &Value) -> Fallible<Vec<Splice>> {
    let block = block_of(tree, style, id)?;
    if let Some((header, range, lines)) = value.as_str().and_then(|text| block.changed(text)) {
        return Ok(vec![Splice::new(block.header.clone(), header), Splice::new(range, lines)]);
    }
    let text = scalar::written(value, false);
    Ok(vec![
        Splice::new(block.header.clone(), text),
        entry::without(tree.text, block.lines.start, block.lines.end),
    ])
}

fn block_of<'a>(tree: &Tree<'a>, style: YamlStyle, id: NodeId) -> Fallible<Block<'a>> {
    let at = tree.node(id).start;
    Block::of(tree, id, style.step).ok_or_else(|| EditFault::new(at, "a tab is in the indentation"))
}

/// A collection in the place of something on the line of its key or dash, whose comment stays.
fn line_by_block(
    tree: &Tree,
    style: YamlStyle,
    id: NodeId,
    value: &Value,
) -> Fallible<Vec<Splice>> {
    let (text, node) = (tree.text, tree.node(id));
    if node.role == NodeRole::Root {
        let block = style.block(value, 0).replace('\n', rows::line_break(text));
        return Ok(vec![Splice::new(node.start..past_spaces(text, node.end), block)]);
    }
    // What stands behind the key or dash goes; the new lines take the place of the old ones.
    let (gone, lines) = match node.shape {
        NodeShape::Folded => return Err(folded(node.start)),
        NodeShape::Literal => {
            let block = block_of(tree, style, id)?;
            (node.open..block.header.end, block.lines)
        }
        _ => {
            if let Some(comment) = tree.comment_in(node.open..node.end) {
                let reason = "a comment stands between a key and its value";
                return Err(EditFault::new(comment.start, reason));
            }
            let next = rows::next(text, node.end);
            (node.open..node.end, next..next)
        }
    };
    let outer = entry::column(tree, id)?;
    let commented = tree.comment_in(node.open..rows::end(text, node.end)).is_some();
    if node.role == NodeRole::Item && !commented && node.shape != NodeShape::Literal {
        let column = outer + emit::DASH;
        let block = style.block(value, column).replace('\n', rows::line_break(text));
        return Ok(vec![Splice::new(node.open..past_spaces(text, node.end), format!(" {block}"))]);
    }
    let column = match node.role {
        NodeRole::Item => outer + emit::DASH,
        _ => style.under(value, outer),
    };
    let block = style.block(value, column);
    Ok(vec![Splice::delete(gone), entry::instead(text, lines, column, &block)])
}

/// The end of a line behind nothing but white space: that would become the end of a last line of text.
fn past_spaces(text: &str, at: usize) -> usize {
    let end = rows::end(text, at);
    if text[at..end].trim().is_empty() { end } else { at }
}

/// Something in one line in the place of a block; what is inside goes, with its comments.
fn block_by_line(tree: &Tree, id: NodeId, written: &str) -> Fallible<Vec<Splice>> {
    let (text, node) = (tree.text, tree.node(id));
    let end = inner_end(tree, id)?;
    if node.role == NodeRole::Root || !rows::is_first(text, node.start) {
        return Ok(vec![Splice::new(node.start..rows::without_break(text, end), written)]);
    }
    let from = rows::next(text, node.open);
    Ok(vec![Splice::insert(node.open, format!(" {written}")), entry::without(text, from, end)])
}

/// A list in the place of a map, or the other way round.
fn block_by_block(
    tree: &Tree,
    style: YamlStyle,
    id: NodeId,
    value: &Value,
) -> Fallible<Vec<Splice>> {
    let (text, node) = (tree.text, tree.node(id));
    let end = inner_end(tree, id)?;
    let line_break = rows::line_break(text);
    let own = match node.role {
        NodeRole::Value(_) => style.under(value, entry::column(tree, id)?),
        NodeRole::Item => entry::column(tree, id)? + emit::DASH,
        _ => 0,
    };
    let to = rows::without_break(text, end);
    if !rows::is_first(text, node.start) {
        let column = rows::column(text, node.start).unwrap_or(own);
        let block = style.block(value, column).replace('\n', line_break);
        return Ok(vec![Splice::new(node.start..to, block)]);
    }
    let block = style.block(value, own).replace('\n', line_break);
    Ok(vec![Splice::new(rows::start(text, node.start)..to, spaces(own) + &block)])
}

/// Where the line behind a block collection begins.
fn inner_end(tree: &Tree, id: NodeId) -> Fallible<usize> {
    match tree.node(id).role {
        NodeRole::Root => Ok(rows::next(tree.text, tree.node(id).end)),
        _ => entry::end(tree, id),
    }
}
