//! Whether all pods of a workload run on the same node.

use igw_core::facts::Facts;
use igw_core::facts::views::{Node, PodTemplate};

const HOST: &str = "kubernetes.io/hostname";

/// Why a new pod gets to the node of the old one, if it must.
pub fn to_one_node(facts: &Facts, template: &PodTemplate) -> Option<String> {
    if !template.node_name.is_empty() {
        return Some(format!("nodeName is {}", template.node_name));
    }
    if let Some(host) = template.node_selector.get(HOST) {
        return Some(format!("its nodeSelector has {HOST}: {host}"));
    }
    let affinity = template.affinity.as_ref();
    let terms = affinity
        .and_then(|own| Some(&own.node_affinity.as_ref()?.required.as_ref()?.node_selector_terms));
    let one_host = |term: &igw_core::facts::views::NodeTerm| {
        let expressions = term.match_expressions.iter().map(|own| (own, own.key == HOST));
        let fields = term.match_fields.iter().map(|own| (own, own.key == "metadata.name"));
        let mut all = expressions.chain(fields);
        all.any(|(own, names)| names && own.operator == "In" && own.values.len() == 1)
    };
    if let Some([term]) = terms.map(Vec::as_slice)
        && one_host(term)
    {
        return Some("its nodeAffinity names one node".to_owned());
    }
    let nodes = facts.list::<Node>(None);
    match nodes.items.as_slice() {
        [only] if nodes.gap.is_none() => Some(format!("{} is the only node", only.meta.title())),
        _ => None,
    }
}
