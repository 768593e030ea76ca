//! Which Services lead to Langfuse's web server.

use std::rc::Rc;

use crate::facts::views::Service;
use crate::facts::{Fact, Facts};
use crate::kube::full_name;

use super::installations::{self, Installation};

/// What is known of a Service as a way to Langfuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebService {
    /// It selects the pods of a web server that is known.
    Selects,
    /// It is called like one, and nothing known says otherwise.
    Named,
    No,
}

/// Whether a Service, which may not exist, is that of a web server of Langfuse.
pub fn web_service(facts: &Facts, namespace: &str, name: &str) -> WebService {
    if installation_behind(facts, namespace, name).is_some() {
        return WebService::Selects;
    }
    let named = is_named(name);
    match facts.get::<Service>(namespace, name) {
        Fact::Known(service) => {
            let labels = |key: &str| service.meta.labels.get(key);
            let charted = labels("app.kubernetes.io/name") == Some("langfuse")
                && labels("app.kubernetes.io/component").is_none_or(|own| own == "web");
            // What it selects is known to be something else.
            let known = !crate::workload::behind(facts, namespace, name).is_empty();
            match (named || charted) && !known {
                true => WebService::Named,
                false => WebService::No,
            }
        }
        _ if named => WebService::Named,
        _ => WebService::No,
    }
}

/// The Langfuse whose web pods a Service selects.
pub fn installation_behind<'a>(
    facts: &Facts<'a>,
    namespace: &str,
    name: &str,
) -> Option<Rc<Installation<'a>>> {
    let service = facts.get::<Service>(namespace, name).known()?;
    installations::of_namespace(facts, namespace)
        .into_iter()
        .find(|own| own.web.iter().any(|web| service.selects(&web.workload.pod_labels)))
}

/// Whether a name is one that people give to the Service of the web server: not to those of its
/// worker and its stores.
pub fn is_named(name: &str) -> bool {
    const OTHERS: [&str; 15] = [
        "worker",
        "redis",
        "valkey",
        "postgres",
        "click",
        "zookeeper",
        "keeper",
        "minio",
        "s3",
        "headless",
        "metrics",
        "exporter",
        "collector",
        "otel",
        "proxy",
    ];
    name.contains("langfuse") && !OTHERS.iter().any(|other| name.contains(other))
}

/// Whether a Service is only there for the names of its pods.
pub fn is_headless(service: &Service) -> bool {
    service.cluster_ip.as_deref() == Some("None")
}

/// `ns/name` of the Services that select a web server's pods, in order.
pub fn names_of(facts: &Facts, own: &Installation) -> Vec<String> {
    let all = facts.list::<Service>(Some(&own.namespace)).items.into_iter();
    let selects =
        |service: &&Service| own.web.iter().any(|web| service.selects(&web.workload.pod_labels));
    all.filter(selects).map(|own| full_name(&own.meta.namespace, &own.meta.name)).collect()
}
