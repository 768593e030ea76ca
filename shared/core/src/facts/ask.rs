//! The questions a check may raise. Nothing else leads to a fact.

use serde::{Deserialize, Serialize};

use crate::kube::Kind;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Ask {
    /// All objects of a kind, in one namespace or (`None`) in all.
    List {
        kind: Kind,
        /// The namespace, or `None` for the whole cluster.
        namespace: Option<String>,
    },
    /// The objects of a kind, in one namespace or (`None`) in all, that have a label.
    Select {
        kind: Kind,
        /// The namespace, or `None` for the whole cluster.
        namespace: Option<String>,
        label: String,
        value: String,
    },
    Get {
        kind: Kind,
        /// Its namespace; empty for cluster-scoped kinds.
        namespace: String,
        name: String,
    },
    /// The end of what a container of a pod wrote. It is asked for a pod that a check needs, never
    /// for all of them.
    Logs {
        namespace: String,
        pod: String,
        container: String,
        /// Of the run before the present one, as `kubectl logs --previous` shows it.
        previous: bool,
    },
}

/// How delicate an ask is; consent and access rights depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Risk {
    Read,
    Secret,
}

impl Ask {
    pub fn kind(&self) -> Kind {
        match self {
            Ask::List { kind, .. } | Ask::Select { kind, .. } | Ask::Get { kind, .. } => *kind,
            Ask::Logs { .. } => Kind::Pod,
        }
    }

    pub fn risk(&self) -> Risk {
        if self.kind() == Kind::Secret { Risk::Secret } else { Risk::Read }
    }
}
