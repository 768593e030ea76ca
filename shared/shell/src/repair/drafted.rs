//! What a step makes of a file or of an object, before it is made.

use std::collections::BTreeMap;
use std::path::PathBuf;

use igw_core::kube::{ObjRef, ObjectOwner};
use json_patch::PatchOperation;
use serde_json::Value;

use super::file_change::FileChange;
use super::hide;
use crate::cluster::ApiWrite;
use crate::input::files::Drafts;
use crate::product::Product;

/// Everything as it is to be, where that differs from what is there.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    pub files: Drafts,
    pub objects: BTreeMap<ObjRef, Value>,
}

/// The difference that a step makes.
#[derive(Debug, Clone)]
pub struct Drafted {
    /// What it is a difference of, as it is shown: a file, or an object.
    pub name: String,
    pub old: String,
    pub new: String,
    /// RFC 6902, with tests, as it may be shown; of a new object nothing.
    pub ops: Vec<PatchOperation>,
    /// How many comments go with what is removed.
    pub comments_removed: usize,
    /// The document that the change is in, if it is no file of its own.
    pub inner: Option<DraftedInside>,
    pub place: DraftPlace,
}

/// A document inside of a field.
#[derive(Debug, Clone)]
pub struct DraftedInside {
    pub name: String,
    pub old: String,
    pub new: String,
}

/// Where it is made.
#[derive(Debug, Clone)]
pub enum DraftPlace {
    /// `None`: standard input.
    File(Option<PathBuf>),
    Object(Box<ObjectDraft>),
}

/// A change of an object in a cluster.
#[derive(Debug, Clone)]
pub struct ObjectDraft {
    pub write: ApiWrite,
    /// As it is stored; null: it is not there.
    pub before: Value,
    /// As it is to be, by the server if that was asked.
    pub after: Value,
    /// What takes it back.
    pub inverse: Vec<PatchOperation>,
    /// The document in a field, if the change is one of that; its path is the field.
    pub inner: Option<FileChange>,
    pub server: ServerAnswer,
    /// The server's `Warning:` headers.
    pub warnings: Vec<String>,
    /// Fields that the server sets beyond the change, as paths.
    pub added: Vec<String>,
    pub owner: Option<ObjectOwner>,
    /// Why it is only shown.
    pub held: Option<String>,
    /// The command that asks for the right that is missing.
    pub question: Option<String>,
}

/// What the server says of a change that is not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerAnswer {
    Admitted,
    Rejected(String),
    /// Why not.
    NotAsked(String),
}

impl ServerAnswer {
    /// As machine output has it.
    pub fn word(&self) -> &'static str {
        match self {
            ServerAnswer::Admitted => "admitted",
            ServerAnswer::Rejected(_) => "rejected",
            ServerAnswer::NotAsked(_) => "not-asked",
        }
    }

    pub fn message(&self) -> Option<&str> {
        match self {
            ServerAnswer::Admitted => None,
            ServerAnswer::Rejected(why) | ServerAnswer::NotAsked(why) => Some(why),
        }
    }
}

impl Drafted {
    /// The changed lines of the file, the object or the document inside of it, secrets masked.
    pub fn diff(&self, product: &dyn Product, context: usize) -> String {
        let (name, old, new) = self.shown();
        hide::unified(product, name, old, new, context)
    }

    /// The name of what is shown, and both sides of it; not masked.
    pub fn shown(&self) -> (&str, &str, &str) {
        match &self.inner {
            Some(own) => (&own.name, &own.old, &own.new),
            None => (&self.name, &self.old, &self.new),
        }
    }

    /// The same of the whole file or object.
    pub fn whole_diff(&self, product: &dyn Product, context: usize) -> String {
        hide::unified(product, &self.name, &self.old, &self.new, context)
    }

    /// The change of an object, if it is one.
    pub fn object(&self) -> Option<&ObjectDraft> {
        match &self.place {
            DraftPlace::Object(own) => Some(own),
            DraftPlace::File(_) => None,
        }
    }

    /// Why it is only shown, if so.
    pub fn held(&self) -> Option<&str> {
        self.object()?.held.as_deref()
    }
}
