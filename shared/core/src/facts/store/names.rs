//! The names of the objects that are known.

use std::collections::HashSet;

use crate::facts::tables::within;
use crate::facts::world::GivenNames;
use crate::facts::{Stored, Table};

/// The names of the known objects of a kind.
pub(super) struct NamesOf<'s, T>(pub(super) &'s Table<T>);

impl<T: Stored> GivenNames for NamesOf<'_, T> {
    fn within(&self, namespace: &str) -> Vec<String> {
        within(self.0, namespace).map(|own| own.meta().name.clone()).collect()
    }

    fn all(&self) -> HashSet<String> {
        self.0.keys().map(|(_, name)| name.clone()).collect()
    }
}
