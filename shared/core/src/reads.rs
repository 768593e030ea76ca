//! What a product wants to be read of a cluster.

use std::collections::BTreeSet;

use crate::facts::{Ask, Facts, Said, Store};
use crate::kube::{Kind, Resource};

/// How a product reads a cluster, beside what its checks need.
pub struct Reads {
    /// Kinds that rules look up on their way; optional ones are listed where they are served. Asked
    /// for later, they would cost another round of all checks.
    pub needs: &'static [Kind],
    /// Kinds of which those of all namespaces decide about the judged ones.
    pub everywhere: &'static [Kind],
    /// Resources without rules: their objects are counted.
    pub counted: &'static [Resource],
    /// Whether objects of any kind matter that point at others, found by the schemas of the cluster.
    pub pointing: bool,
    /// Whether a check may ask for the log of a pod.
    pub logs: bool,
    /// Kinds of which the common resource is enough where little shall be read.
    pub common_only: &'static [Kind],
    /// For named objects of these namespaces: leaves the part of the asks that they need, and
    /// answers the rest with "not asked".
    pub narrow: fn(BTreeSet<Ask>, &BTreeSet<String>, &mut Store) -> BTreeSet<Ask>,
    /// Takes out what other facts show, and answers it.
    pub spare: fn(&mut BTreeSet<Ask>, &mut Store),
    pub doubt: Option<Doubt>,
}

impl Reads {
    /// Nothing beside what the checks need: what a product wants besides is said over it.
    pub const NONE: Reads = Reads {
        needs: &[],
        everywhere: &[],
        counted: &[],
        pointing: false,
        logs: false,
        common_only: &[],
        narrow: |asks, _, _| asks,
        spare: |_, _| {},
        doubt: None,
    };
}

/// A question that is asked only where its answer matters.
#[derive(Clone, Copy)]
pub struct Doubt {
    /// The ask, as long as it is open. Of the kind the common resource alone is read.
    pub open: fn(&Facts) -> Option<Ask>,
    /// How many answers there may be.
    pub answers: usize,
    /// Supposes an answer, or takes that back.
    pub suppose: fn(&mut Said, Option<usize>),
    /// Notes whether all answers lead to the same.
    pub does_not_matter: fn(&mut Said, bool),
}

impl Doubt {
    /// Whether every answer leads to the same; from then on it is noted.
    pub fn is_idle<T: PartialEq>(&self, store: &mut Store, work: impl Fn(&Store) -> T) -> bool {
        (self.does_not_matter)(&mut store.said, true);
        let mut by = (0..self.answers).map(|answer| {
            (self.suppose)(&mut store.said, Some(answer));
            work(store)
        });
        let first = by.next();
        let same = by.all(|other| Some(&other) == first.as_ref());
        (self.suppose)(&mut store.said, None);
        (self.does_not_matter)(&mut store.said, same);
        same
    }
}
