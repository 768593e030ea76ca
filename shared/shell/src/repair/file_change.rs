//! A file before and after.

use std::path::PathBuf;

/// A file that is to be written.
#[derive(Debug, Clone)]
pub struct FileChange {
    /// The real path, without links.
    pub path: PathBuf,
    pub old: String,
    pub new: String,
}
