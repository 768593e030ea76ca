//! A stand-in for kube-controller-manager, beside that for the API server: its EndpointSlices. The
//! real ones are in the lab.

use serde_json::{Value, json};

/// What kube-controller-manager would add: an EndpointSlice for each Service with a selector, with
/// an endpoint where pods are selected.
pub fn with_slices(mut objects: Vec<Value>) -> Vec<Value> {
    let mut slices = Vec::new();
    for service in objects.iter().filter(|o| o["kind"] == "Service") {
        let Some(selector) = service["spec"]["selector"].as_object() else { continue };
        let namespace = &service["metadata"]["namespace"];
        // The pods: those given, and those that a workload would have.
        let pods: Vec<(&Value, &Value)> = objects
            .iter()
            .filter(|o| o["metadata"]["namespace"] == *namespace && o["spec"]["replicas"] != 0)
            .map(|o| match o["kind"] == "Pod" {
                true => (&o["metadata"]["labels"], &o["spec"]),
                false => {
                    let template = &o["spec"]["template"];
                    (&template["metadata"]["labels"], &template["spec"])
                }
            })
            .filter(|(labels, _)| selector.iter().all(|(key, value)| labels[key] == *value))
            .collect();
        // A port by name is that of the container; where no pod has it there is no endpoint.
        let number = |port: &Value| -> Option<Value> {
            let target =
                if port["targetPort"].is_null() { &port["port"] } else { &port["targetPort"] };
            let Some(name) = target.as_str() else { return Some(target.clone()) };
            let containers =
                pods.iter().flat_map(|(_, spec)| spec["containers"].as_array()).flatten();
            let ports = containers.flat_map(|container| container["ports"].as_array()).flatten();
            let found = ports.into_iter().find(|port| port["name"] == name)?;
            Some(found["containerPort"].clone())
        };
        let all = service["spec"]["ports"].as_array().into_iter().flatten();
        let ports: Vec<Value> = all
            .filter_map(|port| {
                let name = port["name"].as_str().unwrap_or_default();
                Some(json!({ "name": name, "port": number(port)? }))
            })
            .collect();
        let up = !pods.is_empty();
        let ready = json!([{ "addresses": ["10.0.0.1"], "conditions": { "ready": true } }]);
        slices.push(json!({
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {
                "namespace": namespace,
                "name": format!("{}-x", service["metadata"]["name"].as_str().unwrap_or("")),
                "labels": { "kubernetes.io/service-name": service["metadata"]["name"] },
                "uid": "0",
            },
            "endpoints": if up { ready } else { json!([]) },
            "ports": ports,
        }));
    }
    objects.extend(slices);
    objects
}
