//! A file before and after.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// A file that is to be written.
#[derive(Debug, Clone)]
pub struct FileChange {
    /// The real path, without links.
    pub path: PathBuf,
    pub old: String,
    pub new: String,
    /// The bytes of the old text that may be secrets, in order.
    pub hidden: Vec<Range<usize>>,
}

/// The byte-order mark.
pub const MARK: char = '\u{feff}';

/// The text of a file without its byte-order mark, and whether it has one.
///
/// # Errors
/// When it cannot be read, or is not UTF-8.
pub fn read(path: &Path) -> io::Result<(bool, String)> {
    let text = fs::read_to_string(path)?;
    let own = text.trim_start_matches(MARK);
    Ok((own.len() < text.len(), own.to_owned()))
}
