//! Everything that is known in a run.

mod answers;
mod gaps;
mod kept;
mod labels;
mod logs;
mod names;

use std::collections::BTreeMap;

use answers::Listed;
pub use answers::{Answer, Answers};
pub use kept::{ComposeService, ConfigFile, Other, Refused, StoredCopy, Unclear};
use labels::Labels;
pub use labels::Selection;
pub use logs::{LOG_BYTES, LOG_LINES, Logs};
use names::NamesOf;
use serde_json::Value;

use super::tables::{ForKind, for_kind, within};
use super::{Ask, Fact, Notes, Openness, Said, Stored, Tables, Why, WhyKind, World};
use crate::kube::{Kind, Meta, ObjRef, pointer};

/// The knowledge of a run. A copy is cheap: it shares the tables that neither side changes.
#[derive(Debug, Clone, Default)]
pub struct Store {
    pub said: Said,
    /// The rules for what is missing from files; `None` when live.
    pub world: Option<World>,
    /// Live: the asks that were answered, and which of them in vain.
    pub answered: Answers,
    pub logs: Logs,
    /// Whether it was read out of a bundle: what it does not hold cannot be asked for any more.
    pub saved: bool,
    pub refused: Vec<Refused>,
    /// Objects that the API server may refuse: with the fields of the experimental channel, where
    /// it is not known which channel is installed.
    pub doubted: Vec<Refused>,
    /// Objects in files of which a value that decides is not filled in: kind, namespace and name,
    /// with the reason.
    pub unclear: BTreeMap<(Kind, String, String), Unclear>,
    /// Objects that say what shall be ignored about them.
    pub ignoring: Vec<Meta>,
    pub others: Vec<Other>,
    /// Live: why objects that no rule reads were not all read.
    pub unread: Vec<Why>,
    pub notes: Notes,
    /// The kinds whose statuses are kept as they were read.
    pub keeps_statuses_of: &'static [Kind],
    pub statuses: BTreeMap<ObjRef, Value>,
    /// Whether files overlay the cluster; its statuses then describe the state before.
    pub overlaid: bool,
    pub objects: usize,
    pub config_files: Vec<ConfigFile>,
    pub tables: Tables,
    labels: Labels,
}

/// The objects of a kind that are known, and whether there may be more.
pub struct Listing<'a, T> {
    /// The known ones, sorted by namespace and name.
    pub items: Vec<&'a T>,
    /// `None` when the list is complete.
    pub gap: Option<Why>,
}

/// An object that is applied stays as old as it was.
fn settle_in<T: Stored>(laid: &mut T, before: &T) {
    let own = before.meta();
    let (created, stored) = (own.created.clone(), own.stored);
    laid.inherit(before);
    let meta = laid.meta_mut();
    meta.created = created;
    meta.stored = stored;
}

impl Store {
    /// An empty store for manifests.
    pub fn for_files(openness: Openness, said: Said) -> Store {
        Store { said, world: Some(World::new(openness)), ..Store::default() }
    }

    /// An empty store for a cluster: what is not known is asked.
    pub fn for_cluster(said: Said) -> Store {
        Store { said, ..Store::default() }
    }

    /// Puts an object in, replacing one of the same name; returns whether there was one. One of
    /// the cluster does not replace what is laid over it, but says how old that is.
    pub fn insert<T: Stored>(&mut self, mut object: T) -> bool {
        let key = object.meta().key();
        if self.world.is_none() && T::table(&self.tables).contains_key(&key) {
            let Some(known) = T::table_mut(&mut self.tables).get_mut(&key) else { return false };
            if known.meta().is_laid() && !object.meta().is_laid() {
                settle_in(known, &object);
                return true;
            }
            if object.meta().is_laid() {
                settle_in(&mut object, known);
            }
        }
        if let Some(world) = &mut self.world {
            world.saw(T::KIND, object.meta());
        }
        self.labels.add(&key, &object);
        T::table_mut(&mut self.tables).insert(key, object).is_some()
    }

    /// The objects of a kind that are known; nothing is asked for.
    pub fn known<T: Stored>(&self) -> impl Iterator<Item = &T> {
        T::table(&self.tables).values()
    }

    /// Why it is not known whether the API server takes an object of the files.
    pub fn doubt(&self, meta: &Meta) -> Option<Why> {
        let doubted = self.doubted.iter().find(|own| own.meta.is_same(meta))?;
        let field = doubted.refusals.first().map(|own| pointer::dotted(&own.pointer));
        let says = "only the experimental channel of the Gateway API has";
        let tells = "--assume gateway-api=experimental, or =standard";
        Some(Why::not_given(format!("{says} {}; {tells}", field.unwrap_or_default())))
    }

    /// Whether the files are a GitOps tree, or a part of one.
    pub fn is_of_tree(&self) -> bool {
        self.world.as_ref().is_some_and(|world| world.of_tree)
    }

    /// What it means that an object of a kind that no rule reads is not known.
    pub fn missing_other<T>(&self, kind: &str, namespace: &str) -> Fact<T> {
        match &self.world {
            Some(world) => world.missing_other(kind, namespace),
            None => Fact::Unknown(Why::not_given(format!("objects of kind {kind} are not read"))),
        }
    }

    /// One object by name. `miss` hears of an ask that would be needed.
    pub fn get<T: Stored>(&self, namespace: &str, name: &str, miss: impl FnOnce(Ask)) -> Fact<&T> {
        // A namespaced key with an empty namespace can only come from a broken manifest.
        let namespace = if T::KIND.is_cluster_scoped() { "" } else { namespace };
        let key = (namespace.to_owned(), name.to_owned());
        if let Some(object) = T::table(&self.tables).get(&key) {
            return Fact::Known(object);
        }
        if let Some(world) = &self.world {
            let (namespace, named) = (key.0.clone(), key.1.clone());
            if let Some(unclear) = self.unclear.get(&(T::KIND, namespace, named)) {
                return Fact::Unknown(unclear.why.clone());
            }
            let namespace = key.0.as_str();
            if self.refused.iter().any(|own| own.is(T::KIND, namespace, name)) {
                return Fact::Absent;
            }
            return match self.notes.made.get(&key).filter(|_| T::KIND == Kind::Secret) {
                Some(maker) => Fact::Unknown(Why::not_given(format!("{maker} makes it"))),
                None => world.missing(
                    T::KIND,
                    namespace,
                    Some((&key.1, &NamesOf(T::table(&self.tables)))),
                ),
            };
        }
        let get = Ask::Get { kind: T::KIND, namespace: key.0, name: key.1 };
        if let Some(answer) = self.answered.get(&get) {
            return match answer {
                Ok(()) => Fact::Absent,
                Err(why) => Fact::Unknown(why.clone()),
            };
        }
        match answers::listed(&self.answered, T::KIND, Some(namespace)) {
            Listed::Yes => Fact::Absent,
            Listed::No(why) => Fact::Unknown(why.clone()),
            // Whoever may not list them all may still read this one.
            Listed::Elsewhere(why) => {
                miss(get);
                Fact::Unknown(why.clone())
            }
            Listed::NotAsked => {
                let detail = format!("{} {namespace}/{name}", T::KIND.name());
                miss(get);
                Fact::Unknown(Why { kind: WhyKind::NotAsked, detail })
            }
        }
    }

    /// All objects of a kind in one namespace, or in all.
    pub fn list<T: Stored>(
        &self,
        namespace: Option<&str>,
        miss: impl FnOnce(Ask),
    ) -> Listing<'_, T> {
        let items = match namespace {
            None => self.known().collect(),
            Some(namespace) => within(T::table(&self.tables), namespace).collect(),
        };
        Listing { items, gap: self.gap(T::KIND, namespace, miss) }
    }

    /// The objects of a kind in one namespace, or in all, that have all these labels (none, if there
    /// are no labels). Only for kinds that are [`super::View::selectable`].
    pub fn select<'a, T: Stored>(
        &'a self,
        namespace: Option<&str>,
        labels: &[(&str, &str)],
        miss: impl FnOnce(Ask),
    ) -> Selection<'a, T> {
        let gap = self.selection_gap(T::KIND, namespace, labels, miss);
        let table = T::table(&self.tables);
        let (items, any) = match namespace.filter(|_| !table.is_empty()) {
            Some(namespace) => (
                self.labels.select(table, namespace, labels),
                within(table, namespace).next().is_some(),
            ),
            None => (labels::filter(table.values(), labels), !table.is_empty()),
        };
        Selection { items, any, gap }
    }

    /// Compacts the tables, which in-order insertion leaves half empty.
    pub fn pack(&mut self) {
        struct Pack<'s>(&'s mut Tables);
        impl ForKind for Pack<'_> {
            type Out = ();
            fn call<T: Stored>(self) {
                let table = T::table_mut(self.0);
                *table = std::mem::take(table).into_iter().collect();
            }
        }
        self.labels.pack();
        Kind::ALL.iter().for_each(|kind| for_kind(*kind, Pack(&mut self.tables)));
    }

    /// Takes out the objects of a kind in a namespace, or in all: they will be read again. Of a
    /// kind with several names (`Deployment`, `StatefulSet` …) those of one, or of all. What was
    /// laid over the cluster stays: it does not come again.
    pub fn forget(&mut self, kind: Kind, name: Option<&str>, namespace: Option<&str>) {
        let here = |meta: &Meta| {
            namespace.is_none_or(|namespace| namespace == meta.namespace)
                && name.is_none_or(|name| name == meta.kind)
        };
        let before = self.refused.len();
        self.refused.retain(|refused| refused.kind != Some(kind) || !here(&refused.meta));
        self.ignoring
            .retain(|meta| Kind::of(meta.group(), &meta.kind) != Some(kind) || !here(meta));
        let gone = before - self.refused.len() + for_kind(kind, Drop(&mut self.tables, &here));
        self.objects -= gone.min(self.objects);

        struct Drop<'s>(&'s mut Tables, &'s dyn Fn(&Meta) -> bool);
        impl ForKind for Drop<'_> {
            type Out = usize;
            fn call<T: Stored>(self) -> usize {
                let table = T::table_mut(self.0);
                let before = table.len();
                table.retain(|_, object| object.meta().is_laid() || !self.1(object.meta()));
                before - table.len()
            }
        }
    }
}
