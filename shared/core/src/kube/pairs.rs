//! Names with values.

/// Labels, or a selector: sorted, and small where there are few, as there mostly are. (A
/// `BTreeMap` takes half a kilobyte from its first entry on, which thousands of objects feel.)
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pairs(Box<[(String, String)]>);

impl Pairs {
    pub fn get(&self, name: &str) -> Option<&str> {
        let at = self.0.binary_search_by(|(own, _)| own.as_str().cmp(name)).ok()?;
        Some(&self.0[at].1)
    }

    pub fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl FromIterator<(String, String)> for Pairs {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(pairs: T) -> Pairs {
        let mut all: Vec<_> = pairs.into_iter().collect();
        all.sort();
        Pairs(all.into_boxed_slice())
    }
}
