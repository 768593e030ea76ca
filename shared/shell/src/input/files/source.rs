//! The texts that are read.

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
}
