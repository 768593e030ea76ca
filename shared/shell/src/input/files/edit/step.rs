//! The splices of one step.

use igw_core::fix::{Splice, TextStep};
use igw_core::kube::pointer;
use serde_json::{Map, Value};

use super::fault::Fallible;
use super::style::YamlStyle;
use super::tree::{NodeId, Tree};
use super::{emit, entry, find, flow, list, map, replace};

/// What one step changes in a document; `base` is the pointer that the step's are relative to,
/// `blocks` allows literal blocks.
pub(super) fn splices(
    tree: &Tree,
    step: &TextStep,
    base: &str,
    blocks: bool,
) -> Fallible<Vec<Splice>> {
    let style = YamlStyle::of(tree);
    let style = YamlStyle { blocks: style.blocks && blocks, ..style };
    let at = |own: &str| format!("{base}{own}");
    match step {
        TextStep::Replace(place, value) => {
            let id = find::find(tree, &at(place))?;
            find::free(tree, id)?;
            replace::replace(tree, style, id, value)
        }
        TextStep::Add(place, name, value) => {
            let id = find::find(tree, &at(place))?;
            let entry = |json| emit::flow_member(name, value, json);
            match CollectionForm::of(tree, id) {
                CollectionForm::Flow => flow::add(tree, id, None, &entry(flow::is_json(tree, id))),
                CollectionForm::Block => map::add(tree, style, id, name, value),
                CollectionForm::Empty => {
                    let only = Map::from_iter([(name.clone(), value.clone())]);
                    replace::replace(tree, style, id, &Value::Object(only))
                }
            }
        }
        TextStep::Insert(place, index, value) => {
            let id = find::find(tree, &at(place))?;
            match CollectionForm::of(tree, id) {
                CollectionForm::Flow => {
                    let item = emit::flow(value, flow::is_json(tree, id));
                    flow::add(tree, id, Some(*index), &item)
                }
                CollectionForm::Block => list::insert(tree, style, id, *index, value),
                CollectionForm::Empty => {
                    let only = Value::Array(vec![value.clone()]);
                    replace::replace(tree, style, id, &only)
                }
            }
        }
        TextStep::Remove(place) => {
            let id = find::find(tree, &at(place))?;
            find::free(tree, id)?;
            match tree.in_flow(id) {
                true => flow::remove(tree, id),
                false => entry::remove(tree, id),
            }
        }
        TextStep::Rename(place, name) => {
            let (_, old) = pointer::split_last(place).unwrap_or_default();
            let id = find::find(tree, &at(place))?;
            match old == *name {
                true => Ok(Vec::new()),
                false => Ok(map::rename(tree, id, name)),
            }
        }
    }
}

/// What a collection is written as.
enum CollectionForm {
    Flow,
    Block,
    /// Brackets with nothing in them among blocks: they become a block.
    Empty,
}

impl CollectionForm {
    fn of(tree: &Tree, id: NodeId) -> CollectionForm {
        let node = tree.node(id);
        let commented = || tree.comment_in(node.start..node.end).is_some();
        match node.flow {
            true if node.children.is_empty() && !tree.in_flow(id) && !commented() => {
                CollectionForm::Empty
            }
            true => CollectionForm::Flow,
            false => CollectionForm::Block,
        }
    }
}
