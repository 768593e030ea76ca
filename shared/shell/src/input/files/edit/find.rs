//! From a pointer to a node that may be changed.

use igw_core::kube::pointer;

use super::super::yaml;
use super::fault::{EditFault, Fallible};
use super::tree::{NodeId, NodeShape, Tree};

/// Follows a pointer through what the document itself holds.
///
/// # Errors
/// Where another place would change too (an anchor that is repeated), where the value is another
/// place's (an alias, a merge key), where a tag tells what it means, and where nothing is.
pub(super) fn find(tree: &Tree, at: &str) -> Fallible<NodeId> {
    let mut id = Tree::ROOT;
    check(tree, id)?;
    for segment in pointer::segments(at) {
        let node = tree.node(id);
        let next = match node.shape {
            NodeShape::Map => member(tree, id, &segment)?,
            NodeShape::List => {
                segment.parse().ok().and_then(|index: usize| node.children.get(index)).copied()
            }
            _ => None,
        };
        let absent = || EditFault::new(node.start, format!("there is no {}", pointer::dotted(at)));
        id = next.ok_or_else(absent)?;
        check(tree, id)?;
    }
    Ok(id)
}

/// What must hold of every node on the way, and of the last one.
fn check(tree: &Tree, id: NodeId) -> Fallible<()> {
    let node = tree.node(id);
    let reason = match node {
        node if node.shape == NodeShape::Alias => "it stands behind an alias (*)",
        node if node.tagged => "the value has a tag (!)",
        node if tree.repeated.contains(&node.anchor) => "another place repeats it (*)",
        _ => return Ok(()),
    };
    Err(EditFault::new(node.lead, reason))
}

fn member(tree: &Tree, map: NodeId, name: &str) -> Fallible<Option<NodeId>> {
    let children = &tree.node(map).children;
    let spelled = |id: &&NodeId| tree.key(**id).is_some_and(|key| key.text == name);
    // kubectl reads some plain keys as other words: `on` is "true", `0x10` is "16".
    let read = |id: &&NodeId| {
        let key = tree.key(**id).filter(|key| key.shape == NodeShape::Plain && key.text.len() < 40);
        key.and_then(|key| yaml::key(&key.text)).is_some_and(|key| key == name)
    };
    if let Some(found) = children.iter().find(spelled).or_else(|| children.iter().find(read)) {
        return Ok(Some(*found));
    }
    let merged = children.iter().find_map(|id| tree.key(*id).filter(|key| key.text == "<<"));
    match merged {
        Some(merge) => Err(EditFault::new(merge.start, "it comes from a merge key (<<)")),
        None => Ok(None),
    }
}

/// Whether no other place repeats a part of a node: then it may vanish.
pub(super) fn free(tree: &Tree, id: NodeId) -> Fallible<()> {
    let node = tree.node(id);
    let inside =
        tree.nodes[id..].iter().take_while(|own| own.start < node.end || own.start == node.start);
    let mut inside =
        inside.filter(|own| own.shape != NodeShape::Alias && tree.repeated.contains(&own.anchor));
    match inside.next() {
        Some(own) => Err(EditFault::new(own.lead, "another place repeats a part of it (*)")),
        None => Ok(()),
    }
}
