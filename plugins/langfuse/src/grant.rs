//! The ReferenceGrant that a route needs for a Service of another namespace.

use igw_core::facts::Facts;
use igw_core::facts::views::ReferenceGrant;
use igw_core::fix::{Edit, Fix, NewObject};
use igw_core::kube::Meta;
use serde_json::{Value, json};

/// A grant in its narrowest form: from one namespace to one Service.
pub fn object(from: &str, namespace: &str, service: &str) -> Value {
    json!({
        "apiVersion": "gateway.networking.k8s.io/v1beta1",
        "kind": "ReferenceGrant",
        "metadata": {
            "name": name(from, service),
            "namespace": namespace,
        },
        "spec": {
            "from": [{
                "group": "gateway.networking.k8s.io",
                "kind": "HTTPRoute",
                "namespace": from,
            }],
            "to": [{ "group": "", "kind": "Service", "name": service }],
        },
    })
}

fn name(from: &str, service: &str) -> String {
    let mut name = format!("allow-{from}-httproutes-to-{service}");
    name.truncate(253);
    name
}

/// A repair that creates the grant, too, unless there is one of this name.
pub fn with(facts: &Facts, mut fix: Fix, route: &Meta, namespace: &str, service: &str) -> Fix {
    let name = name(&route.namespace, service);
    if facts.get::<ReferenceGrant>(namespace, &name).known().is_none() {
        let object = object(&route.namespace, namespace, service);
        let beside = Some(route.origin).filter(|_| route.is_laid());
        fix.edits.push(Edit::Create(NewObject { object, beside }));
        fix.grants = Some(format!(
            "lets HTTPRoutes of {} send traffic to Service {namespace}/{service}",
            route.namespace
        ));
    }
    fix
}
