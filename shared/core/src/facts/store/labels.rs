//! Selecting objects by label.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::facts::views::EndpointSlice;
use crate::facts::{Stored, Table, Why};
use crate::kube::Kind;

/// The objects of a kind in a namespace that have certain labels.
pub struct Selection<'a, T> {
    /// Those that are known, sorted by name.
    pub items: Vec<&'a T>,
    /// Whether any object of the kind is known in the namespace.
    pub any: bool,
    /// `None` when there are no others.
    pub gap: Option<Why>,
}

/// Kind, namespace, label and value.
type LabelPlace = (Kind, String, Cow<'static, str>, String);

/// The names of objects by label, for the kinds that are selected by label.
#[derive(Debug, Clone, Default)]
pub(super) struct Labels(BTreeMap<LabelPlace, Vec<String>>);

impl Labels {
    pub(super) fn add<T: Stored>(&mut self, key: &(String, String), object: &T) {
        for (label, value) in object.selectable() {
            let place = (T::KIND, key.0.clone(), label_key(label), value.to_owned());
            let names = self.0.entry(place).or_default();
            if let Err(at) = names.binary_search(&key.1) {
                names.insert(at, key.1.clone());
            }
        }
    }

    pub(super) fn select<'a, T: Stored>(
        &self,
        table: &'a Table<T>,
        namespace: &str,
        labels: &[(&str, &str)],
    ) -> Vec<&'a T> {
        let names = |(label, value): &(&str, &str)| {
            let place = (T::KIND, namespace.to_owned(), label_key(label), (*value).to_owned());
            self.0.get(&place)
        };
        let sets: Option<Vec<&Vec<String>>> = labels.iter().map(names).collect();
        let smallest = sets.unwrap_or_default().into_iter().min_by_key(|set| set.len());
        let named = smallest.into_iter().flatten();
        // An object may have been replaced by one without the label.
        filter(named.filter_map(|name| table.get(&(namespace.to_owned(), name.clone()))), labels)
    }

    pub(super) fn pack(&mut self) {
        self.0 = std::mem::take(&mut self.0).into_iter().collect();
    }
}

/// Those that have all these labels; none, if there are no labels.
pub(super) fn filter<'a, T: Stored>(
    objects: impl Iterator<Item = &'a T>,
    labels: &[(&str, &str)],
) -> Vec<&'a T> {
    let has = |object: &&T| {
        let own = object.selectable();
        !labels.is_empty() && labels.iter().all(|wanted| own.contains(wanted))
    };
    objects.filter(has).collect()
}

/// A label as a key; the label that all EndpointSlices have is not allocated.
fn label_key(label: &str) -> Cow<'static, str> {
    match label {
        EndpointSlice::SERVICE => EndpointSlice::SERVICE.into(),
        other => Cow::Owned(other.to_owned()),
    }
}
