//! What is kept beside the tables.

use std::collections::BTreeMap;

use crate::facts::Why;
use crate::facts::points::Pointing;
use crate::facts::status::ParentStatus;
use crate::facts::views::{Gateway, HttpRoute};
use crate::kube::{Hidden, Kind, Meta, Origin, pointer};
use crate::schema::Refusal;

/// An object whose kind no rule reads; kept so that reports can count and name it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Other {
    pub meta: Meta,
    /// Parents and hostnames, for route kinds that are reported as unmodelled.
    pub route: Option<HttpRoute>,
    /// What it points at; of a route its parents are `route`'s.
    pub pointings: Vec<Pointing>,
    /// `spec.hostnames`, of what points at something.
    pub hostnames: Vec<String>,
    /// What controllers refuse of it, of what points at something and of routes.
    pub refusals: Vec<ParentStatus>,
    /// Which fields its `spec` has, of what points at something: `timeout.http`, two names deep.
    pub fields: Vec<String>,
}

/// An object that the API server would not store; it counts as not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub meta: Meta,
    /// Its kind, if a rule knows it.
    pub kind: Option<Kind>,
    /// `spec.hostnames`, for routes.
    pub hostnames: Vec<String>,
    /// At least one.
    pub refusals: Vec<Refusal>,
    /// It as it is read where it is stored already, from before its CRD had such rules.
    pub copy: Option<StoredCopy>,
}

/// A copy of a refused object that is stored already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoredCopy {
    Gateway(Box<Gateway>),
    Route(Box<HttpRoute>),
}

impl Refused {
    pub fn is(&self, kind: Kind, namespace: &str, name: &str) -> bool {
        self.kind == Some(kind) && self.meta.name == name && self.meta.namespace == namespace
    }

    /// The first thing that is wrong with it: the field, and what the API server says of it.
    pub fn why(&self) -> String {
        let first = self.refusals.first();
        let why = first.map(|own| format!("{} {}", pointer::dotted(&own.pointer), own.message));
        why.unwrap_or_default()
    }
}

/// An object of the files that is not known as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclear {
    pub why: Why,
    /// `spec.hostnames`, for routes.
    pub hostnames: Vec<String>,
}

/// What docker-compose says of the container that reads a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComposeService {
    pub name: String,
    pub image: String,
    /// Its variables; `None`: set, but to what is not in the file.
    pub env: BTreeMap<String, Option<Hidden>>,
    /// Whether it has an `env_file`, which may set more.
    pub env_file: bool,
}

/// A configuration file that is not a Kubernetes object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFile {
    /// The file's name, for people.
    pub name: String,
    pub origin: Origin,
    /// The text, without a byte-order mark.
    pub text: Hidden,
    pub bom: bool,
    /// The container that reads it, if that is known.
    pub runs: Option<ComposeService>,
}
