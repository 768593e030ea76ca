//! How much a pod needs of its node.

use std::collections::BTreeMap;

use super::pod_template::{Container, PodTemplate};
use crate::kube::Quantity;

/// What has to be free for a pod, by resource.
pub type Needs = BTreeMap<String, Quantity>;

/// What a pod needs: its containers at the same time, or an init container alone, whatever is more.
/// A limit without a request is a request.
pub fn needs(template: &PodTemplate) -> Needs {
    let mut out = Needs::new();
    for container in &template.containers {
        for (name, amount) in of_container(container) {
            let sum = out.entry(name).or_default();
            *sum = *sum + amount;
        }
    }
    for (name, amount) in template.init_containers.iter().flat_map(of_container) {
        let most = out.entry(name).or_default();
        *most = amount.max(*most);
    }
    out
}

fn of_container(container: &Container) -> Needs {
    let resources = &container.resources;
    let both = resources.limits.iter().chain(&resources.requests);
    both.filter_map(|(name, value)| Some((name.clone(), Quantity::read(value)?))).collect()
}

/// Whether a resource is of a device that a whole node offers only a few of.
pub fn is_device(resource: &str) -> bool {
    let native = ["cpu", "memory", "pods", "ephemeral-storage"];
    !native.contains(&resource) && !resource.starts_with("hugepages-") && resource.contains('/')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_pod_needs() {
        let template: PodTemplate = serde_json::from_value(json!({
            "initContainers": [{"resources": {"requests": {"cpu": "4"}}}],
            "containers": [
                {"resources": {"limits": {"nvidia.com/gpu": 2, "cpu": "8"}, "requests": {"cpu": "1"}}},
                {"resources": {"requests": {"cpu": "500m"}}}],
        }))
        .expect("a pod");
        let needs = needs(&template);
        let shown: Vec<String> = needs.iter().map(|(name, own)| format!("{name} {own}")).collect();
        assert_eq!(shown, ["cpu 4", "nvidia.com/gpu 2"]);
    }
}
