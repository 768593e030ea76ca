//! What a repair sets in an object, whatever is written there now.

use serde_json::Value;

/// One change of an object; places are RFC 6901 pointers into the object as it is read.
///
/// It is no operation of RFC 6902: views fill in defaults, so a check cannot know what is written.
/// [`super::patched`] makes operations of it and of the raw object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Set {
    /// The value at a place; parents that are not there are created.
    Put(String, Value),
    /// Nothing at a place, which is no change where nothing is.
    Drop(String),
    /// An item in a list, before the item with that index, or last; a list that is not there is
    /// created.
    Insert(String, Option<usize>, Value),
    /// Another name for a member of an object.
    Rename(String, String),
}

impl Set {
    /// What it is about.
    pub fn pointer(&self) -> &str {
        match self {
            Set::Put(at, _) | Set::Drop(at) | Set::Insert(at, _, _) | Set::Rename(at, _) => at,
        }
    }
}
