//! What several checks derive from the facts, each worked out once.

use std::cell::OnceCell;

use better_any::{Tid, TidExt as _};

/// What was derived so far, by type. There are a handful: a chain is enough.
#[derive(Default)]
pub(super) struct Derived<'a>(OnceCell<Box<DerivedLink<'a>>>);

struct DerivedLink<'a> {
    value: Box<dyn Tid<'a> + 'a>,
    next: Derived<'a>,
}

impl<'a> Derived<'a> {
    pub(super) fn get_or_insert_with<T: Tid<'a>>(&self, make: impl FnOnce() -> T) -> &T {
        match self.find() {
            Some(found) => found,
            None => self.push(make()),
        }
    }

    fn find<T: Tid<'a>>(&self) -> Option<&T> {
        let link = self.0.get()?;
        (*link.value).downcast_ref().or_else(|| link.next.find())
    }

    fn push<T: Tid<'a>>(&self, value: T) -> &T {
        let mut end = self;
        while let Some(link) = end.0.get() {
            end = &link.next;
        }
        let link = || Box::new(DerivedLink { value: Box::new(value), next: Derived::default() });
        match (*end.0.get_or_init(link).value).downcast_ref() {
            Some(value) => value,
            None => unreachable!("the end of the chain was empty"),
        }
    }
}
