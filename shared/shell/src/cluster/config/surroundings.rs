//! The environment variables and files around a process.

use std::fs::File;
use std::io::{self, Read as _};
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
    Surroundings { var: &|name| std::env::var(name).ok(), read: &limited }
}

/// The most that a kubeconfig, a token or a certificate may have.
const MOST: u64 = 16 << 20;

/// Reads a file, or a pipe, but no device, and not more than anybody needs.
fn limited(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let kind = file.metadata()?.file_type();
    #[cfg(unix)]
    let is_device = std::os::unix::fs::FileTypeExt::is_char_device(&kind)
        || std::os::unix::fs::FileTypeExt::is_block_device(&kind);
    #[cfg(not(unix))]
    let is_device = false;
    if is_device || kind.is_dir() {
        let what = if is_device { "it is a device" } else { "it is a directory" };
        return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
    }
    let mut out = Vec::new();
    file.take(MOST + 1).read_to_end(&mut out)?;
    match out.len() as u64 > MOST {
        true => Err(io::Error::new(io::ErrorKind::InvalidData, "it has more than 16 MiB")),
        false => Ok(out),
    }
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
