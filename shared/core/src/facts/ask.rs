//! The questions a check may raise. Nothing else leads to a fact.

use serde::{Deserialize, Serialize};

use super::Kind;

/// A question that whatever stands behind the [`super::Store`] can answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Ask {
    /// All objects of a kind, in one namespace or (`None`) in all.
    List {
        /// The kind to list.
        kind: Kind,
        /// The namespace, or `None` for the whole cluster.
        namespace: Option<String>,
    },
    /// The objects of a kind, in one namespace or (`None`) in all, that have a label.
    Select {
        /// The kind to list.
        kind: Kind,
        /// The namespace, or `None` for the whole cluster.
        namespace: Option<String>,
        /// The label's name.
        label: String,
        /// Its value.
        value: String,
    },
    /// One object by name.
    Get {
        /// The kind to get.
        kind: Kind,
        /// Its namespace; empty for cluster-scoped kinds.
        namespace: String,
        /// Its name.
        name: String,
    },
}

/// How delicate an ask is: consent and access rights are decided by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Risk {
    /// Reads an ordinary object.
    Read,
    /// Reads a Secret.
    Secret,
}

impl Ask {
    /// The kind that is asked for.
    pub fn kind(&self) -> Kind {
        let (Ask::List { kind, .. } | Ask::Select { kind, .. } | Ask::Get { kind, .. }) = self;
        *kind
    }

    /// The risk of answering this ask.
    pub fn risk(&self) -> Risk {
        if self.kind() == Kind::Secret { Risk::Secret } else { Risk::Read }
    }
}
