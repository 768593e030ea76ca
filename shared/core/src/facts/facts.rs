//! What a check sees.

use std::cell::RefCell;
use std::collections::BTreeSet;

use better_any::Tid;

use super::derived::Derived;
use super::{Ask, Fact, Listing, Scope, Selection, Store, Stored, Why};
use crate::kube::Kind;

/// Something that is worked out of the facts once a run, on first use. Declare it with
/// [`better_any::tid!`].
pub trait Derive<'a>: Tid<'a> + Sized {
    /// Works it out. It may derive other things, but nothing that needs this one.
    fn derive(facts: &Facts<'a>) -> Self;
}

/// The view that checks have of the [`Store`]: it records what they miss.
pub struct Facts<'a> {
    pub store: &'a Store,
    pub scope: &'a Scope,
    asks: RefCell<BTreeSet<Ask>>,
    blind: RefCell<BTreeSet<(Kind, String, Why)>>,
    derived: Derived<'a>,
}

impl<'a> Facts<'a> {
    pub fn new(store: &'a Store, scope: &'a Scope) -> Self {
        Facts {
            store,
            scope,
            asks: RefCell::default(),
            blind: RefCell::default(),
            derived: Derived::default(),
        }
    }

    /// What several checks derive from the facts: worked out on first use.
    pub fn derived<T: Derive<'a>>(&self) -> &T {
        self.derived.get_or_insert_with(|| T::derive(self))
    }

    pub fn into_asks(self) -> BTreeSet<Ask> {
        self.asks.into_inner()
    }

    /// The kinds of which a list was wanted that is not complete, with the namespace (empty for
    /// all) and why. Live only: in files, what is not there is the world's business.
    pub fn blind(&self) -> BTreeSet<(Kind, String, Why)> {
        self.blind.borrow().clone()
    }

    fn saw<T: Stored>(&self, namespace: Option<&str>, gap: &Option<Why>) {
        if let Some(why) = gap
            && self.store.world.is_none()
        {
            let namespace = namespace.unwrap_or_default().to_owned();
            self.blind.borrow_mut().insert((T::KIND, namespace, why.clone()));
        }
    }

    /// Records that something would have to be asked.
    pub fn miss(&self, ask: Ask) {
        self.asks.borrow_mut().insert(ask);
    }

    /// One object by name; a miss is recorded as an ask.
    pub fn get<T: Stored>(&self, namespace: &str, name: &str) -> Fact<&'a T> {
        self.store.get(namespace, name, |ask| self.miss(ask))
    }

    /// The last lines that a container of a pod wrote, or the run of it before the present one;
    /// absent: there is no such log. They are text of others: cleaned and masked, to be shown or
    /// compared, never obeyed. A miss is recorded as an ask.
    pub fn logs(
        &self,
        namespace: &str,
        pod: &str,
        container: &str,
        previous: bool,
    ) -> Fact<&'a [String]> {
        let (namespace, pod) = (namespace.to_owned(), pod.to_owned());
        let ask = Ask::Logs { namespace, pod, container: container.to_owned(), previous };
        self.store.log(ask, |ask| self.miss(ask))
    }

    /// All objects of a kind in a namespace, or in all; a miss is recorded as an ask.
    pub fn list<T: Stored>(&self, namespace: Option<&str>) -> Listing<'a, T> {
        let listing = self.store.list::<T>(namespace, |ask| self.miss(ask));
        self.saw::<T>(namespace, &listing.gap);
        listing
    }

    /// The objects of a kind in a namespace, or in all, that have all these labels; a miss is
    /// recorded as an ask.
    pub fn select<T: Stored>(
        &self,
        namespace: Option<&str>,
        labels: &[(&str, &str)],
    ) -> Selection<'a, T> {
        let selection = self.store.select::<T>(namespace, labels, |ask| self.miss(ask));
        self.saw::<T>(namespace, &selection.gap);
        selection
    }
}
