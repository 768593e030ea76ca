//! The models and aliases of a key, found by name: there may be thousands of both.

use std::collections::{HashMap, HashSet};

use crate::gojson::{Id, fold};

#[derive(Debug, Clone, Default)]
pub struct KeyNames {
    models: HashSet<String>,
    /// As a white list compares them.
    folded: HashSet<String>,
    /// The place of the first alias of a name.
    aliases: HashMap<String, usize>,
}

impl KeyNames {
    pub(super) fn of(
        models: &[(String, Id)],
        aliases: &[(String, Option<String>, Id)],
    ) -> KeyNames {
        let mut out = KeyNames::default();
        for (name, _) in models {
            out.models.insert(name.clone());
            out.folded.insert(fold(name));
        }
        for (place, (name, ..)) in aliases.iter().enumerate() {
            out.aliases.entry(name.clone()).or_insert(place);
        }
        out
    }

    pub(super) fn has(&self, model: &str) -> bool {
        self.models.contains(model)
    }

    pub(super) fn has_folded(&self, model: &str) -> bool {
        self.folded.contains(model)
    }

    pub(super) fn alias(&self, name: &str) -> Option<usize> {
        self.aliases.get(name).copied()
    }
}
