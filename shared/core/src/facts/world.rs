//! What "not in the files" means.

use std::collections::BTreeSet;

use super::{Fact, Why};
use crate::kube::Kind;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Openness {
    /// A namespace is described when its Namespace, a Service or a workload is given.
    #[default]
    Given,
    /// The files describe everything: what is not there is absent.
    Closed,
    /// The files describe only themselves: what is not there is not known.
    Open,
}

/// The rules whether an object missing from the input is absent or not given.
#[derive(Debug, Clone, Default)]
pub struct World {
    pub openness: Openness,
    /// Namespaces of which a Namespace, Service or workload was given.
    pub namespaces: BTreeSet<String>,
    /// Cluster-scoped kinds of which an object was given.
    pub kinds: BTreeSet<Kind>,
    /// Unreadable input, which may contain what is missing.
    pub unread: Option<String>,
}

impl World {
    pub fn saw(&mut self, kind: Kind, namespace: &str, name: &str) {
        if kind.is_cluster_scoped() {
            self.kinds.insert(kind);
        }
        match kind {
            Kind::Namespace => self.namespaces.insert(name.to_owned()),
            Kind::Service | Kind::Pod | Kind::Workload => {
                self.namespaces.insert(namespace.to_owned())
            }
            _ => false,
        };
    }

    /// What it means that an object of this kind in this namespace is not in the input:
    /// `Absent` or `Unknown`, never `Known`.
    pub fn missing<T>(&self, kind: Kind, namespace: &str) -> Fact<T> {
        if let Some(unread) = &self.unread {
            return Fact::Unknown(Why::not_given(format!("{unread} could not be read")));
        }
        let described = match self.openness {
            Openness::Closed => true,
            Openness::Open => false,
            Openness::Given if kind.is_cluster_scoped() => self.kinds.contains(&kind),
            Openness::Given => self.namespaces.contains(namespace),
        };
        if described {
            Fact::Absent
        } else if self.openness == Openness::Open {
            let what = kind.name();
            Fact::Unknown(Why::not_given(format!("this {what} is not in the input (--world open)")))
        } else if kind.is_cluster_scoped() {
            Fact::Unknown(Why::not_given(format!("no {} is in the input", kind.name())))
        } else {
            Fact::Unknown(Why::not_given(format!(
                "no Namespace, Service or workload of {namespace} is in the input"
            )))
        }
    }
}
