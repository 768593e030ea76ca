//! How a document is indented.

use std::collections::BTreeMap;

use super::rows;
use super::tree::{NodeRole, NodeShape, Tree};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct YamlStyle {
    /// How much further right than its key a map stands.
    pub(super) step: usize,
    /// How much further right than its key the dashes of a list stand.
    pub(super) list: usize,
    /// Whether lines can be written as a block: at the end of a text without a last line break,
    /// readers disagree on what such a block holds.
    pub(super) blocks: bool,
}

impl Default for YamlStyle {
    fn default() -> Self {
        YamlStyle { step: 2, list: 0, blocks: true }
    }
}

impl YamlStyle {
    /// What most block collections under block maps do; the smaller one of two that are as frequent.
    pub(super) fn of(tree: &Tree) -> Self {
        let (mut steps, mut lists) = (BTreeMap::new(), BTreeMap::new());
        for (id, node) in tree.nodes.iter().enumerate() {
            let NodeRole::Value(key) = node.role else { continue };
            let block = node.shape.is_collection() && !node.flow && !tree.in_flow(id);
            if !block || !rows::is_first(tree.text, node.start) {
                continue;
            }
            let columns = (column(tree, tree.node(key).start), column(tree, node.start));
            let (Some(outer), Some(inner)) = columns else { continue };
            let counts = if node.shape == NodeShape::List { &mut lists } else { &mut steps };
            *counts.entry(inner.saturating_sub(outer)).or_insert(0_usize) += 1;
        }
        let default = YamlStyle::default();
        YamlStyle {
            step: most(&steps).filter(|step| *step > 0).unwrap_or(default.step),
            list: most(&lists).unwrap_or(default.list),
            blocks: tree.text.ends_with('\n'),
        }
    }
}

fn column(tree: &Tree, at: usize) -> Option<usize> {
    rows::column(tree.text, at)
}

fn most(counts: &BTreeMap<usize, usize>) -> Option<usize> {
    counts.iter().rev().max_by_key(|(_, count)| **count).map(|(width, _)| *width)
}
