//! What becomes of the drafts: files in place, files in a directory, or standard output.

use std::path::{Path, PathBuf};

use igw_core::text;

use super::uncommitted::uncommitted;
use super::write;
use crate::exit::Failure;
use crate::input::files::{Drafts, SourceFile};
use crate::repair::file_change::FileChange;
use crate::repair::hide;
use crate::repair::journal::{Journal, JournalHome};
use crate::repair::judge::Judge;

/// Writes the drafts that differ from `before`; `files` are as they were read first. Gives the name under
/// which it can be undone.
///
/// # Errors
/// When a file cannot be written.
pub fn write(
    judge: &Judge,
    drafts: &Drafts,
    before: &Drafts,
    files: &[SourceFile],
) -> Result<Option<String>, Failure> {
    let mut changes = Vec::new();
    for (path, new) in &drafts.0 {
        let Some(source) = files.iter().find(|file| file.path == *path) else { continue };
        let old = before.of(path.as_deref()).unwrap_or(&source.text);
        match path {
            // What comes by a pipe goes on by one, changed or not.
            None => judge.console.pass_on(new)?,
            Some(path) if old != new => {
                changes.push(FileChange {
                    path: path.clone(),
                    old: old.to_owned(),
                    new: new.clone(),
                    hidden: hide::hidden(judge.product, old, &(0..old.len())),
                });
            }
            Some(_) => {}
        }
    }
    let Some(directory) = &judge.args.make.save else { return in_place(judge, &changes) };
    let name = |path: &Path| {
        let source = files.iter().find(|file| file.path.as_deref() == Some(path));
        let shown = source.map_or_else(|| path.to_owned(), |source| PathBuf::from(&source.name));
        // Only what is below where the user stands keeps its directories.
        match shown.is_relative() && !shown.components().any(|part| part.as_os_str() == "..") {
            true => shown.to_string_lossy().into_owned(),
            false => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        }
    };
    let texts: Vec<(String, &str)> =
        changes.iter().map(|change| (name(&change.path), change.new.as_str())).collect();
    for path in write::into(directory, &texts)? {
        judge.console.note(&text::clean(&format!("written: {}", path.display())));
    }
    Ok(None)
}

fn in_place(judge: &Judge, changes: &[FileChange]) -> Result<Option<String>, Failure> {
    if changes.is_empty() {
        return Ok(None);
    }
    let paths: Vec<&Path> = changes.iter().map(|change| change.path.as_path()).collect();
    if let Some(warning) = uncommitted(&paths) {
        judge.console.note(&text::clean(&warning));
    }
    let mut journal = Journal::begin(judge.product, None, &JournalHome::default())?;
    if journal.is_none() {
        judge.console.note(Journal::NONE);
    }
    write::in_place(changes, journal.as_mut())?;
    Ok(journal.map(|journal| journal.id))
}
