//! The texts that are read.

use std::path::{Path, PathBuf};

/// The largest file, or standard input, that is read, in bytes.
pub const MAX_BYTES: u64 = 200 * 1000 * 1000;

/// The deepest nesting of mappings and lists in a document.
pub const MAX_DEPTH: usize = 200;

#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The path as the user wrote it, or joined to the directory that they wrote; `<stdin>` for
    /// `-`. Control characters are replaced, so it can be printed.
    pub name: String,
    /// The whole text, without a byte-order mark.
    pub text: String,
    /// Whether the user named it, rather than a directory that holds it.
    pub named: bool,
    pub bom: bool,
    /// The real path, without links; `None` for what is no file.
    pub path: Option<PathBuf>,
}

/// The names under which kustomize looks for its file in a directory.
const KUSTOMIZATIONS: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Whether a file is a kustomization by its name.
pub fn is_kustomization(path: &Path) -> bool {
    path.file_name().is_some_and(|name| KUSTOMIZATIONS.iter().any(|own| name == *own))
}
