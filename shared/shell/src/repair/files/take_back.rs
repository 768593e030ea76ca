//! The change that takes back what a run did to a file.

use igw_core::fix;

use crate::exit::{Exit, Failure};
use crate::repair::entries::JournalledFile;
use crate::repair::file_change::{self, FileChange};
use crate::repair::journal::sum;

/// The change that takes back what a run did to a file; `None` where the file is as before already.
///
/// # Errors
/// When the file is not as it was left, or the journal does not say enough.
pub fn taken_back(file: &JournalledFile) -> Result<Option<FileChange>, Failure> {
    let shown = file.path.display();
    let refused = |what: String| Failure { exit: Exit::Refused, ..Failure::usage(what) };
    let (_, now) = file_change::read(&file.path)
        .map_err(|error| refused(format!("cannot read {shown}")).cause(error.to_string()))?;
    let is = sum(&now);
    if is == file.before {
        return Ok(None);
    }
    if is != file.after {
        let what = format!("{shown} was changed since, so it is not taken back");
        return Err(refused(what).hint("nothing was written; git diff shows what changed"));
    }
    let Some(splices) = &file.splices else {
        let what = format!("{shown}: what stood there is not in the journal, because it is secret");
        return Err(refused(what));
    };
    match fix::undone(&now, splices).filter(|old| sum(old) == file.before) {
        Some(old) => Ok(Some(FileChange { path: file.path.clone(), old: now, new: old })),
        None => {
            Err(refused(format!("{shown}: the journal does not lead back to what stood there")))
        }
    }
}
