//! Which objects are judged.

use crate::kube::Meta;

/// `-n`, names and `-l`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// `None` is all.
    pub namespace: Option<String>,
    /// `check NAME..`: `name` or `namespace/name`; empty is all.
    pub names: Vec<String>,
    /// All must hold.
    pub labels: Vec<LabelTest>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LabelTest {
    /// `key`
    Has(String),
    /// `!key`
    HasNot(String),
    /// `key=value`
    Is(String, String),
    /// `key!=value`; also true when the key is absent.
    IsNot(String, String),
}

impl Scope {
    /// Whether an object is judged.
    pub fn contains(&self, meta: &Meta) -> bool {
        let named = self.names.is_empty() || self.names.iter().any(|name| meta.is_called(name));
        let labelled = self.labels.iter().all(|test| match test {
            LabelTest::Has(key) => meta.labels.contains_key(key),
            LabelTest::HasNot(key) => !meta.labels.contains_key(key),
            LabelTest::Is(key, value) => meta.labels.get(key) == Some(value.as_str()),
            LabelTest::IsNot(key, value) => meta.labels.get(key) != Some(value.as_str()),
        });
        let here = self.namespace.as_ref().is_none_or(|ns| *ns == meta.namespace);
        here && named && labelled
    }
}
