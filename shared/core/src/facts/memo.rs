//! Answers that are worked out once.

use std::borrow::Borrow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;

/// Answers by what was asked; large ones stand in an [`std::rc::Rc`].
#[derive(Debug, Clone)]
pub struct Memo<K, V>(RefCell<HashMap<K, V>>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Memo(RefCell::default())
    }
}

impl<K: Eq + Hash, V: Clone> Memo<K, V> {
    /// The answer for a key; `make`, which may ask for other keys, is called the first time only.
    pub fn get<Q>(&self, key: &Q, make: impl FnOnce() -> V) -> V
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ToOwned<Owned = K> + ?Sized,
    {
        if let Some(known) = self.0.borrow().get(key) {
            return known.clone();
        }
        let made = make();
        self.0.borrow_mut().insert(key.to_owned(), made.clone());
        made
    }

    pub fn clear(&mut self) {
        self.0.get_mut().clear();
    }
}
