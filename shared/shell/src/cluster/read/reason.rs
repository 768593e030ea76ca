//! Why an ask has no answer, in the words of `kubectl auth can-i`.

use igw_core::facts::{Ask, Why, WhyKind};
use igw_core::kube::Resource;

use crate::cluster::read_error::ReadError;

/// Why an ask has no answer: its kind is not served.
pub fn not_served(ask: &Ask) -> Why {
    let name = ask.kind().resources().first().map(Resource::full_name).unwrap_or_default();
    let detail = format!("the API server does not serve {name}");
    Why { kind: WhyKind::NotServed, detail }
}

/// Why an ask has no answer: its kind has vanished since discovery.
pub fn vanished(ask: &Ask, resource: &Resource) -> Why {
    let detail = format!("{}: no longer served (404)", what(ask, &resource.full_name()));
    Why { kind: WhyKind::TimedOut, detail }
}

/// Why an ask has no answer, with verb, resource and namespace.
pub fn why(error: &ReadError, ask: &Ask, resource: Option<&Resource>) -> Why {
    let first = ask.kind().resources().first().map(Resource::full_name).unwrap_or_default();
    let what = what(ask, &resource.map_or(first, Resource::full_name));
    match error {
        ReadError::Status { code: 403, .. } => {
            Why { kind: WhyKind::Forbidden, detail: format!("forbidden: {what}") }
        }
        other => Why { kind: WhyKind::TimedOut, detail: format!("{what}: {}", other.say()) },
    }
}

fn what(ask: &Ask, resource: &str) -> String {
    match ask {
        Ask::List { kind, namespace: None } if kind.is_cluster_scoped() => {
            format!("list {resource}")
        }
        Ask::List { namespace, .. } | Ask::Select { namespace, .. } => match namespace {
            None => format!("list {resource} in all namespaces"),
            Some(namespace) => format!("list {resource} in namespace {namespace}"),
        },
        Ask::Get { namespace, name, .. } if namespace.is_empty() => {
            format!("get {resource}/{name}")
        }
        Ask::Get { namespace, name, .. } => {
            format!("get {resource}/{name} in namespace {namespace}")
        }
        // The right is one for all of them.
        Ask::Logs { namespace, .. } => format!("get {resource}/log in namespace {namespace}"),
    }
}
