//! Changed files, written: each whole or not at all, and all or none.

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::exit::Failure;
use crate::repair::file_change::{self, FileChange, MARK};
use crate::repair::journal::Journal;

/// Writes files in place: first all texts beside their targets, then all names.
///
/// # Errors
/// When one is not as it was read, or cannot be written; then all are as they were, unless the
/// failure says which are not.
pub fn in_place(changes: &[FileChange], mut journal: Option<&mut Journal>) -> Result<(), Failure> {
    let mut written = Vec::new();
    for change in changes {
        let now = match file_change::read(&change.path) {
            // Not UTF-8 any more: it was when it was read.
            Err(error) if error.kind() == ErrorKind::InvalidData => None,
            now => Some(now.map_err(|error| failed(&change.path, &error))?),
        };
        let Some((mark, _)) = now.filter(|(_, now)| *now == change.old) else {
            let message = format!("{} was changed since it was read", change.path.display());
            return Err(Failure::refused(message).hint("run fix again: nothing was written"));
        };
        let text = if mark { format!("{MARK}{}", change.new) } else { change.new.clone() };
        written.push((&change.path, beside(&change.path, &text)?));
    }
    for (number, (path, file)) in written.into_iter().enumerate() {
        let step = match &mut journal {
            Some(journal) => journal.before_file(&changes[number])?,
            None => 0,
        };
        let done = file.persist(path).map_err(|error| {
            let failure = failed(path, &error.error);
            match number {
                0 => failure,
                _ => failure.hint(format!("{number} of the files were written before")),
            }
        });
        if let Some(journal) = &mut journal {
            journal.end(step, if done.is_ok() { "applied" } else { "failed" })?;
        }
        done?;
    }
    Ok(())
}

/// A complete file in the same directory, with the same mode.
fn beside(path: &Path, text: &str) -> Result<NamedTempFile, Failure> {
    let directory = path.parent().unwrap_or(Path::new("."));
    let make = || {
        let mut file = NamedTempFile::new_in(directory)?;
        file.write_all(text.as_bytes())?;
        file.as_file().set_permissions(fs::metadata(path)?.permissions())?;
        file.as_file().sync_all()?;
        Ok(file)
    };
    make().map_err(|error| failed(path, &error))
}

/// Writes files of these names and texts into a directory; what is there is not replaced.
///
/// # Errors
/// When one is there, or cannot be written.
pub fn into(directory: &Path, files: &[(String, &str)]) -> Result<Vec<PathBuf>, Failure> {
    let mut out = Vec::new();
    for (name, text) in files {
        let path = directory.join(name);
        let make = || {
            fs::create_dir_all(path.parent().unwrap_or(directory))?;
            create(&path, text)
        };
        make().map_err(|error| failed(&path, &error))?;
        out.push(path);
    }
    Ok(out)
}

/// Writes a file that is not there yet.
///
/// # Errors
/// When it is there, or cannot be written.
pub fn create(path: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::File::create_new(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn failed(path: &Path, error: &std::io::Error) -> Failure {
    let message = format!("cannot write {}", path.display());
    Failure::failed(message).cause(error.to_string())
}
