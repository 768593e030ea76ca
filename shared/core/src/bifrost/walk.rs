//! One request in one release.

use super::chain::{ChainVerdict, Hop, Query, Upstream};
use super::instance::Instance;
use crate::facts::Facts;
use crate::gojson::Id;
use crate::workload::Release;

pub(super) struct ModelWalk<'w, 'f> {
    pub(super) facts: &'w Facts<'f>,
    pub(super) instance: &'w Instance,
    pub(super) query: &'w Query,
    pub(super) release: Release,
    pub(super) hops: Vec<Hop>,
    pub(super) upstream: Option<Upstream>,
    /// The keys that the client's virtual key allows, if it does not allow all.
    pub(super) only_keys: Option<Vec<Id>>,
}

/// An answer that ends the way.
pub(super) type Stop = ChainVerdict;

impl<'w, 'f> ModelWalk<'w, 'f> {
    pub(super) fn new(
        facts: &'w Facts<'f>,
        instance: &'w Instance,
        query: &'w Query,
        release: Release,
    ) -> Self {
        ModelWalk {
            facts,
            instance,
            query,
            release,
            hops: Vec::new(),
            upstream: None,
            only_keys: None,
        }
    }

    pub(super) fn hop(
        &mut self,
        stage: &'static str,
        name: &str,
        says: impl Into<String>,
        at: String,
    ) {
        self.hops.push(Hop { stage, name: name.to_owned(), says: says.into(), at });
    }

    pub(super) fn at(&self, pointer: &str) -> String {
        let document = self.instance.document.as_ref();
        let object = document.map_or(self.instance.subject.title(), |d| d.object.title());
        format!("{object}, {pointer}")
    }
}
