//! Texts of files that are not written yet.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The text of each changed file, without a byte-order mark; standard input has no path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drafts(pub BTreeMap<Option<PathBuf>, String>);

impl Drafts {
    /// The text that a file is to have, if it is changed.
    pub fn of(&self, path: Option<&Path>) -> Option<&str> {
        self.0.get(&path.map(Path::to_owned)).map(String::as_str)
    }
}
