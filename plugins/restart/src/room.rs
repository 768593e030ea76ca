//! Which nodes have room for one more pod, beside those that run.

use std::collections::BTreeMap;

use igw_core::facts::Facts;
use igw_core::facts::views::{
    LabelExpression, Needs, Node, NodeTerm, Pod, PodAffinityTerm, PodTemplate, Taint, Toleration,
    Workload, needs,
};
use igw_core::kube::Quantity;
use igw_core::text;

const HOST: &str = "kubernetes.io/hostname";

/// Why a node does not take the pod.
pub struct Closed<'a> {
    pub node: &'a Node,
    pub says: String,
    /// Whether it would, if the old pod were gone.
    pub by_own_pod: bool,
}

/// Room for one more pod of a template.
pub enum Room<'a> {
    Somewhere,
    Nowhere(Vec<Closed<'a>>),
    /// Something about a node or the pod is not understood.
    Unknown,
}

/// Looks for a node that takes one more pod; `pods` are all that are known.
pub fn for_one_more<'a>(
    nodes: &[&'a Node],
    pods: &[&Pod],
    workload: &Workload,
    template: &PodTemplate,
) -> Room<'a> {
    let wanted = needs(template);
    let mut closed = Vec::new();
    for node in nodes {
        let here: Vec<&Pod> = pods.iter().copied().filter(|pod| is_on(pod, node)).collect();
        match refusal(node, &here, (nodes, pods), workload, template, &wanted) {
            Some(says) => {
                let others: Vec<&Pod> =
                    pods.iter().copied().filter(|pod| !is_own(workload, pod)).collect();
                let here: Vec<&Pod> =
                    others.iter().copied().filter(|pod| is_on(pod, node)).collect();
                let without = refusal(node, &here, (nodes, &others), workload, template, &wanted);
                closed.push(Closed { node, says, by_own_pod: without.is_none() });
            }
            None if node.allocatable.is_empty() => return Room::Unknown,
            None => return Room::Somewhere,
        }
    }
    Room::Nowhere(closed)
}

fn is_on(pod: &Pod, node: &Node) -> bool {
    pod.node == node.meta.name && !pod.is_over()
}

/// Whether a pod has the labels of a workload's pods.
fn is_own(workload: &Workload, pod: &Pod) -> bool {
    let mut labels = workload.selector.iter().peekable();
    workload.meta.namespace == pod.meta.namespace
        && labels.peek().is_some()
        && labels.all(|(key, value)| pod.meta.labels.get(key) == Some(value))
}

/// Why a node does not take one more pod.
fn refusal(
    node: &Node,
    here: &[&Pod],
    (nodes, pods): (&[&Node], &[&Pod]),
    workload: &Workload,
    template: &PodTemplate,
    wanted: &Needs,
) -> Option<String> {
    if node.unschedulable {
        return Some("it is cordoned".to_owned());
    }
    if node.ready == Some(false) {
        return Some("it is not ready".to_owned());
    }
    if !template.node_name.is_empty() && template.node_name != node.meta.name {
        return Some("nodeName is another one".to_owned());
    }
    let label = |key: &str| node.meta.labels.get(key);
    let other = template.node_selector.iter().find(|(key, value)| label(key) != Some(value));
    if let Some((key, value)) = other {
        return Some(format!("it has no label {}={}", text::clip(key, 60), text::clip(value, 40)));
    }
    if !affine(node, template) {
        return Some("its nodeAffinity excludes it".to_owned());
    }
    let taint = node.taints.iter().find(|taint| repels(taint, &template.tolerations));
    if let Some(taint) = taint {
        return Some(format!("it has the taint {}", text::clip(&taint.key, 60)));
    }
    if let Some(says) = apart(node, (nodes, pods), workload, template) {
        return Some(says);
    }
    let mut ports = template.host_ports().into_iter();
    let taken = |port: &u16| here.iter().any(|pod| pod.host_ports.contains(port));
    if let Some(port) = ports.find(taken) {
        return Some(format!("a pod there has port {port} of the node"));
    }
    lacking(node, here, wanted)
}

fn affine(node: &Node, template: &PodTemplate) -> bool {
    let affinity = template.affinity.as_ref().and_then(|own| own.node_affinity.as_ref());
    let Some(required) = affinity.and_then(|own| own.required.as_ref()) else { return true };
    let label = |key: &str| node.meta.labels.get(key);
    let holds = |term: &NodeTerm| {
        // What is not understood excludes no node.
        let is = |own: &LabelExpression| own.holds(label(&own.key)).unwrap_or(true);
        let named = |own: &LabelExpression| own.holds(Some(&node.meta.name)).unwrap_or(true);
        term.match_expressions.iter().all(is) && term.match_fields.iter().all(named)
    };
    required.node_selector_terms.is_empty() || required.node_selector_terms.iter().any(holds)
}

fn repels(taint: &Taint, tolerations: &[Toleration]) -> bool {
    let tolerated = |own: &Toleration| {
        let effect = own.effect.is_empty() || own.effect == taint.effect;
        let exists = own.operator == "Exists";
        let key = own.key == taint.key || own.key.is_empty() && exists;
        effect && key && (exists || own.value == taint.value)
    };
    ["NoSchedule", "NoExecute"].contains(&taint.effect.as_str())
        && !tolerations.iter().any(tolerated)
}

/// A pod that this one may not be near to.
fn apart(
    node: &Node,
    (nodes, pods): (&[&Node], &[&Pod]),
    workload: &Workload,
    template: &PodTemplate,
) -> Option<String> {
    let affinity = template.affinity.as_ref()?.pod_anti_affinity.as_ref()?;
    affinity.required.iter().find_map(|term| {
        let zone = domain(node, &term.topology_key)?;
        let same = |pod: &&&Pod| {
            let at = nodes.iter().find(|own| own.meta.name == pod.node);
            let there = at.and_then(|own| domain(own, &term.topology_key));
            !pod.is_over() && there == Some(zone) && meant(term, workload, pod)
        };
        let near = pods.iter().find(same)?;
        Some(format!(
            "its podAntiAffinity keeps it away from {} there",
            text::clip(&near.meta.title(), 100)
        ))
    })
}

/// The part of the cluster that a node is in.
fn domain<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    let host = (key == HOST).then_some(node.meta.name.as_str());
    node.meta.labels.get(key).or(host)
}

fn meant(term: &PodAffinityTerm, workload: &Workload, pod: &Pod) -> bool {
    let Some(selector) = &term.label_selector else { return false };
    // Namespaces that are chosen by label are not looked at.
    let home = match (term.namespaces.as_slice(), &term.namespace_selector) {
        ([], None) => pod.meta.namespace == workload.meta.namespace,
        (names, _) => names.contains(&pod.meta.namespace),
    };
    home && selector.selects(|key| pod.meta.labels.get(key))
}

/// What a node has too little of.
fn lacking(node: &Node, here: &[&Pod], wanted: &Needs) -> Option<String> {
    let mut lacks = BTreeMap::new();
    let one_pod = [("pods".to_owned(), Quantity::ONE)];
    let wanted = wanted.iter().map(|(name, own)| (name.clone(), *own)).chain(one_pod);
    for (resource, wanted) in wanted.filter(|(_, own)| !own.is_zero()) {
        let all = match node.allocatable.get(&resource) {
            Some(all) => *all,
            // A device that the node does not offer; of the rest its status may say nothing.
            None if igw_core::facts::views::is_device(&resource) => Quantity::default(),
            None => continue,
        };
        let used = match resource.as_str() {
            "pods" => here.iter().fold(Quantity::default(), |sum, _| sum + Quantity::ONE),
            _ => here
                .iter()
                .filter_map(|pod| pod.needs.get(&resource))
                .fold(Quantity::default(), |sum, own| sum + *own),
        };
        let free = if used > all { Quantity::default() } else { all - used };
        if free < wanted {
            lacks.insert(resource.clone(), format!("{free} of {all} {} free", unit(&resource)));
        }
    }
    // A device is what cannot be found elsewhere.
    let device = lacks.iter().find(|(name, _)| igw_core::facts::views::is_device(name));
    device.or(lacks.iter().next()).map(|(_, says)| says.clone())
}

/// A resource as people call it.
pub fn unit(resource: &str) -> String {
    let last = resource.rsplit('/').next().unwrap_or(resource);
    match last == "gpu" || last == "gpus" {
        true => "GPUs".to_owned(),
        false => text::clip(resource, 60),
    }
}

/// The devices that a pod needs, as people call them: `4 GPUs`.
pub fn devices(template: &PodTemplate) -> Option<String> {
    let wanted = needs(template);
    let all: Vec<String> = wanted
        .iter()
        .filter(|(name, own)| igw_core::facts::views::is_device(name) && !own.is_zero())
        .map(|(name, own)| match (unit(name).as_str(), *own == Quantity::ONE) {
            ("GPUs", true) => "1 GPU".to_owned(),
            (unit, _) => format!("{own} {unit}"),
        })
        .collect();
    (!all.is_empty()).then(|| text::list(&all))
}

/// Whether it is worth looking at every pod of the cluster: what is needed is rare, as a port of the
/// node is, or other pods are kept away from.
pub fn matters(facts: &Facts, template: &PodTemplate) -> bool {
    let apart = template.affinity.as_ref().is_some_and(|own| {
        own.pod_anti_affinity.as_ref().is_some_and(|own| !own.required.is_empty())
    });
    let ports = !template.host_ports().is_empty();
    facts.store.world.is_some() || apart || ports || devices(template).is_some()
}
