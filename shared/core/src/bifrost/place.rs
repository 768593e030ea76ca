//! Findings in a Bifrost's configuration, and in its workload.

use crate::bifrost::document::ConfigDocument;
use crate::bifrost::instance::Instance;
use crate::finding::{Finding, Inner};
use crate::gojson::Id;

/// Where a finding of an [`Instance`] stands.
pub trait Place {
    /// A finding at a value of its configuration.
    fn at(&self, id: Id, title: impl Into<String>) -> Option<Finding>;

    /// A finding at a key of its configuration.
    fn at_key(&self, id: Id, title: impl Into<String>) -> Option<Finding>;

    /// A finding at a field of its workload.
    fn at_workload(&self, path: impl Into<String>, title: impl Into<String>) -> Finding;
}

impl Place for Instance {
    fn at(&self, id: Id, title: impl Into<String>) -> Option<Finding> {
        let json = &self.config()?.json;
        Some(in_document(self.document.as_ref()?, json.pointer(id), json.range(id), title))
    }

    fn at_key(&self, id: Id, title: impl Into<String>) -> Option<Finding> {
        let json = &self.config()?.json;
        Some(in_document(self.document.as_ref()?, json.pointer(id), json.key_range(id), title))
    }

    fn at_workload(&self, path: impl Into<String>, title: impl Into<String>) -> Finding {
        Finding::at(&self.subject, path, title)
    }
}

/// A finding at a range of a document.
pub fn in_document(
    document: &ConfigDocument,
    pointer: String,
    (start, end): (usize, usize),
    title: impl Into<String>,
) -> Finding {
    let path = match document.path.is_empty() {
        true => pointer.clone(),
        false => document.path.clone(),
    };
    let mut finding = Finding::at(&document.object, path, title);
    finding.inner = Some(Inner { pointer, start, end });
    finding
}
