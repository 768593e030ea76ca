//! The policies of a namespace, found by what they are attached to.

use std::collections::HashMap;
use std::rc::Rc;

use crate::facts::views::*;
use crate::facts::{Derive, Facts, Memo, Stored};
use crate::kube::Meta;

/// A policy that is attached by `targetRefs` and `targetSelectors`.
pub trait Targeted: Stored {
    fn targets(&self) -> &Targets;
    fn known<'s, 'a>(all: &'s AllTargeted<'a>) -> &'s ByNamespace<'a, Self>;
}

type ByNamespace<'a, T> = Memo<String, Rc<TargetedHere<'a, T>>>;

/// What was looked up so far.
#[derive(Default)]
pub struct AllTargeted<'a> {
    traffic: ByNamespace<'a, TrafficPolicy>,
    listener: ByNamespace<'a, ListenerPolicy>,
    config: ByNamespace<'a, BackendConfigPolicy>,
    tls: ByNamespace<'a, BackendTlsPolicy>,
}

better_any::tid!(AllTargeted<'a>);

impl<'a> Derive<'a> for AllTargeted<'a> {
    fn derive(_: &Facts<'a>) -> Self {
        AllTargeted::default()
    }
}

macro_rules! targeted {
    ($( $kind:ident $field:ident )*) => {$(
        impl Targeted for $kind {
            fn targets(&self) -> &Targets {
                &self.targets
            }

            fn known<'s, 'a>(all: &'s AllTargeted<'a>) -> &'s ByNamespace<'a, Self> {
                &all.$field
            }
        }
    )*};
}

targeted! {
    TrafficPolicy traffic
    ListenerPolicy listener
    BackendConfigPolicy config
    BackendTlsPolicy tls
}

/// The policies of a kind in a namespace; numbers are places in the list.
pub struct TargetedHere<'a, T> {
    all: Vec<&'a T>,
    /// By kind and name of a target.
    named: HashMap<(&'a str, &'a str), Vec<usize>>,
    /// By kind, and one of the labels that a selector wants.
    labelled: HashMap<(&'a str, &'a str, &'a str), Vec<usize>>,
    /// Of selectors that want no label.
    any: HashMap<&'a str, Vec<usize>>,
}

impl<'a, T: Targeted> TargetedHere<'a, T> {
    fn new(all: Vec<&'a T>) -> Self {
        let (mut named, mut labelled, mut any) = (HashMap::new(), HashMap::new(), HashMap::new());
        for (at, policy) in all.iter().enumerate() {
            let targets = policy.targets();
            for target in &targets.refs {
                let key = (target.kind.as_str(), target.name.as_str());
                named.entry(key).or_insert_with(Vec::new).push(at);
            }
            for target in &targets.selectors {
                let kind = target.kind.as_str();
                match target.match_labels.iter().next() {
                    Some((key, value)) => {
                        let key = (kind, key.as_str(), value.as_str());
                        labelled.entry(key).or_insert_with(Vec::new).push(at);
                    }
                    None => any.entry(kind).or_insert_with(Vec::new).push(at),
                }
            }
        }
        TargetedHere { all, named, labelled, any }
    }

    fn may_target(&self, meta: &Meta, out: &mut Vec<usize>) {
        let kind = meta.kind.as_ref();
        out.extend(self.named.get(&(kind, meta.name.as_str())).into_iter().flatten());
        out.extend(self.any.get(kind).into_iter().flatten());
        for (key, value) in meta.labels.iter() {
            out.extend(self.labelled.get(&(kind, key, value)).into_iter().flatten());
        }
    }
}

/// The policies of a namespace that may be attached to one of these objects of it, in the order of
/// their names. Sections and further labels are not looked at.
pub fn of<'a, T: Targeted>(facts: &Facts<'a>, namespace: &str, objects: &[&Meta]) -> Vec<&'a T> {
    let known = T::known(facts.derived::<AllTargeted>());
    let here =
        known.get(namespace, || Rc::new(TargetedHere::new(facts.list::<T>(Some(namespace)).items)));
    let mut numbers = Vec::new();
    objects.iter().for_each(|meta| here.may_target(meta, &mut numbers));
    numbers.sort_unstable();
    numbers.dedup();
    numbers.into_iter().map(|at| here.all[at]).collect()
}
