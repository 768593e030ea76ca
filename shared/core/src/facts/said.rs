//! What the user said about things that cannot be seen.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::rc::Rc;

use crate::schema::Channel;

/// What the user may say about one product (`--assume`, and flags of its own).
pub trait Assumed: Any + Clone {
    /// What is assumed where the user says nothing.
    fn unsaid() -> &'static Self;
}

impl Assumed for Channel {
    fn unsaid() -> &'static Channel {
        &Channel::Unsaid
    }
}

/// What the user said, by product.
#[derive(Clone, Default)]
pub struct Said(HashMap<TypeId, Rc<dyn Any>>);

impl Said {
    /// What was said about one product.
    pub fn of<T: Assumed>(&self) -> &T {
        match self.0.get(&TypeId::of::<T>()).and_then(|said| said.downcast_ref()) {
            Some(said) => said,
            None => T::unsaid(),
        }
    }

    /// Changes what was said about one product.
    pub fn edit<T: Assumed>(&mut self, change: impl FnOnce(&mut T)) {
        let mut said = self.of::<T>().clone();
        change(&mut said);
        self.0.insert(TypeId::of::<T>(), Rc::new(said));
    }
}

impl std::fmt::Debug for Said {
    /// Without values: some may be secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "<said of {} products>", self.0.len())
    }
}
