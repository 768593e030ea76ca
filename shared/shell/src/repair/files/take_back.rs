//! The change that takes back what a run did to a file.

use igw_core::fix::{self, Undone};
use igw_core::kube::Hidden;

use crate::exit::Failure;
use crate::product::Product;
use crate::repair::entries::JournalledFile;
use crate::repair::file_change::{self, FileChange};
use crate::repair::hide;
use crate::repair::journal::sum;
use crate::repair::secret_place::SecretPlace;

/// The change that takes back what a run did to a file; `None` where the file is as before already.
///
/// # Errors
/// When the file is not as it was left, or the journal does not say enough.
pub fn taken_back(
    product: &dyn Product,
    file: &JournalledFile,
) -> Result<Option<FileChange>, Failure> {
    let shown = file.path.display();
    let (_, now) = file_change::read(&file.path).map_err(|error| {
        Failure::refused(format!("cannot read {shown}")).cause(error.to_string())
    })?;
    let is = sum(&now);
    if is == file.before {
        return Ok(None);
    }
    if is != file.after {
        let what = format!("{shown} was changed since, so it is not taken back");
        return Err(Failure::refused(what).hint("nothing was written; git diff shows what changed"));
    }
    if file.splices.is_none() {
        let what = format!("{shown}: what stood there is not in the journal, because it is secret");
        return Err(Failure::refused(what));
    }
    match text_before(file, &now, &|_| None) {
        Some(old) => {
            let hidden = hide::hidden(product, &now, &(0..now.len()));
            Ok(Some(FileChange { path: file.path.clone(), old: now, new: old, hidden }))
        }
        None => Err(Failure::refused(format!(
            "{shown}: the journal does not lead back to what stood there"
        ))),
    }
}

/// What a changed text was before, by the text that it is now and what is in Secrets; `None` where the
/// journal does not say it.
pub fn text_before(
    file: &JournalledFile,
    now: &str,
    held: &dyn Fn(&SecretPlace) -> Option<Hidden>,
) -> Option<String> {
    let splices = file.splices.as_ref()?;
    let splices: Option<Vec<Undone>> = splices.iter().map(|own| own.in_text(now, held)).collect();
    fix::undone(now, &splices?).filter(|old| sum(old) == file.before)
}
