//! The environment variables and files around a process.

use std::path::Path;

use base64::prelude::{BASE64_STANDARD, Engine as _};

use crate::exit::Failure;

/// The environment variables and files of a process.
pub struct Surroundings<'a> {
    pub var: &'a dyn Fn(&str) -> Option<String>,
    pub read: &'a dyn Fn(&Path) -> std::io::Result<Vec<u8>>,
}

/// The surroundings of this process.
pub fn of_this_process<'a>() -> Surroundings<'a> {
    Surroundings { var: &|name| std::env::var(name).ok(), read: &|path| std::fs::read(path) }
}

/// A path on the command line, which no kubeconfig's directory shall change.
pub(super) fn here(file: &str) -> String {
    std::path::absolute(file).map_or_else(|_| file.to_owned(), |path| path.display().to_string())
}

pub(super) fn pack(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

pub(super) fn unpack(text: &str) -> Option<Vec<u8>> {
    let packed: String = text.split_ascii_whitespace().collect();
    BASE64_STANDARD.decode(packed).ok()
}

/// A file that a kubeconfig or a flag names, relative to where that is.
pub(super) fn file_of(
    what: &str,
    file: &str,
    directory: Option<&Path>,
    from: &str,
    around: &Surroundings,
) -> Result<Vec<u8>, Failure> {
    let path = directory.map_or_else(|| file.into(), |directory| directory.join(file));
    (around.read)(&path).map_err(|error| {
        Failure::blind(format!("cannot read the {what} {}", path.display()))
            .cause(error.to_string())
            .from(from)
    })
}
