//! New members of block maps, and other names for members.

use igw_core::fix::Splice;
use serde_json::Value;

use super::fault::Fallible;
use super::style::YamlStyle;
use super::tree::{NodeId, NodeShape, Tree};
use super::{emit, entry, flow, scalar};

/// The orders in which people and the API's own documents write fields.
const ORDERS: [&[&str]; 6] = [
    &["apiVersion", "kind", "metadata", "spec", "data"],
    &["group", "kind", "name", "namespace", "sectionName", "port"],
    &["parentRefs", "hostnames", "rules"],
    &["matches", "filters", "backendRefs", "timeouts"],
    &["replicas", "strategy", "selector", "template"],
    &[
        "name",
        "image",
        "command",
        "args",
        "ports",
        "env",
        "readinessProbe",
        "resources",
        "securityContext",
        "volumeMounts",
    ],
];

/// A new member of a map that has some.
pub(super) fn add(
    tree: &Tree,
    style: YamlStyle,
    map: NodeId,
    name: &str,
    value: &Value,
) -> Fallible<Vec<Splice>> {
    let node = tree.node(map);
    let (Some(first), Some(last)) = (node.children.first(), node.children.last()) else {
        return Ok(Vec::new());
    };
    let text = style.member(name, value, entry::column(tree, *first)?);
    let splice = match slot(tree, &node.children, name) {
        Slot::Behind(id) => entry::behind(tree, id, &text),
        Slot::Before(id) => entry::before(tree, id, &text),
        Slot::Last => entry::behind(tree, *last, &text),
    };
    Ok(vec![splice?])
}

enum Slot {
    Behind(NodeId),
    Before(NodeId),
    Last,
}

/// Behind the last of the fields that come before it, or before the first of those that follow.
fn slot(tree: &Tree, members: &[NodeId], name: &str) -> Slot {
    let named = |id: &NodeId| tree.key(*id).map(|key| key.text.as_str()).unwrap_or_default();
    let shared = |order: &&&[&str]| members.iter().filter(|id| order.contains(&named(id))).count();
    let orders = ORDERS.iter().filter(|order| order.contains(&name));
    let Some(order) = orders.max_by_key(shared) else { return Slot::Last };
    let rank = |name: &str| order.iter().position(|own| *own == name);
    let own = rank(name);
    let ranked = |id: &&NodeId| rank(named(id));
    let before = members.iter().rfind(|id| ranked(id).is_some_and(|rank| Some(rank) < own));
    let after = members.iter().find(|id| ranked(id).is_some_and(|rank| Some(rank) > own));
    match (before, after) {
        (Some(before), _) => Slot::Behind(*before),
        (None, Some(after)) => Slot::Before(*after),
        (None, None) => Slot::Last,
    }
}

/// Another name for a member; everything else of it stays.
pub(super) fn rename(tree: &Tree, id: NodeId, name: &str) -> Vec<Splice> {
    let Some(key) = tree.key(id) else { return Vec::new() };
    let in_flow = tree.in_flow(id);
    let value = Value::from(name);
    let text = match in_flow && flow::is_json(tree, id) {
        true => emit::flow(&value, true),
        false => scalar::in_place(&value, key.shape, in_flow),
    };
    // A quoted key needs no space before its colon, a plain one may not do without.
    debug_assert!(matches!(key.shape, NodeShape::Plain | NodeShape::Single | NodeShape::Double));
    vec![Splice::new(key.start..key.end, text)]
}
