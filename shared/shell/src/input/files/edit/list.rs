//! New items of block lists.

use std::collections::BTreeMap;

use igw_core::fix::Splice;
use serde_json::Value;

use super::fault::Fallible;
use super::style::YamlStyle;
use super::tree::{NodeId, Tree};
use super::{emit, entry, rows};

/// A new item of a list that has some, before that with an index or behind the last one.
pub(super) fn insert(
    tree: &Tree,
    style: YamlStyle,
    list: NodeId,
    index: usize,
    value: &Value,
) -> Fallible<Vec<Splice>> {
    let items = &tree.node(list).children;
    let Some(first) = items.first() else { return Ok(Vec::new()) };
    let text = style.item(value, entry::column(tree, *first)?, dash(tree, items));
    let splice = match index.checked_sub(1).and_then(|before| items.get(before)) {
        Some(before) => entry::behind(tree, *before, &text),
        None => entry::before(tree, *first, &text),
    };
    Ok(vec![splice?])
}

/// How far most items stand behind their dashes.
fn dash(tree: &Tree, items: &[NodeId]) -> usize {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for id in items {
        let node = tree.node(*id);
        let Some(dash) = node.dash.filter(|_| node.lead < node.end) else { continue };
        if rows::next(tree.text, dash) > node.lead {
            *counts.entry(node.lead - dash).or_default() += 1;
        }
    }
    let most = counts.iter().rev().max_by_key(|(_, count)| **count);
    most.map_or(emit::DASH, |(width, _)| (*width).max(emit::DASH))
}
