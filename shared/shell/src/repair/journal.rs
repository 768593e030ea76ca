//! What was changed, and what takes it back: one file a run, a line a step, each on the disk before the
//! next is begun. A step without its end was in the making when the program was killed.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use igw_core::{fix, mask};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::drafted::ObjectDraft;
use super::file_change::FileChange;
use super::kept::{kept_inverse, kept_whole};
use super::pieces::{self, Pieces};
use super::secret_place::MovedTexts;
use crate::clock;
use crate::cluster::{ApiWrite, Live};
use crate::exit::Failure;
use crate::flags::ClusterFlags;
use crate::product::Product;

/// The version of the lines.
pub(super) const VERSION: u64 = 1;

/// The journal of one run, while it goes on.
pub struct Journal {
    file: File,
    path: PathBuf,
    pub id: String,
    /// How many steps it has.
    steps: usize,
    product: &'static dyn Product,
    moved: MovedTexts,
}

/// Which cluster a run changes, and as whom; nothing of it for files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalHome {
    pub context: Option<String>,
    /// The uid of its namespace `kube-system`.
    pub cluster: Option<String>,
    pub as_user: Option<String>,
}

impl JournalHome {
    pub fn of(live: &Live, flags: &ClusterFlags) -> JournalHome {
        let (context, cluster) = (live.context.clone(), live.uid());
        JournalHome { context, cluster, as_user: flags.as_user.clone() }
    }
}

impl Journal {
    /// What is said where there is no place for it.
    pub const NONE: &str = "warning: neither XDG_STATE_HOME nor HOME is set: this cannot be undone";

    /// Begins one; `None` where the user has no place for it.
    ///
    /// # Errors
    /// When it cannot be written: then nothing may be changed.
    pub fn begin(
        product: &'static dyn Product,
        undoes: Option<&str>,
        home: &JournalHome,
    ) -> Result<Option<Journal>, Failure> {
        let Some(folder) = folder() else { return Ok(None) };
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder).map_err(|error| failed(&folder, &error))?;
        let (path, file) = create(&folder).map_err(|error| failed(&folder, &error))?;
        let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let (steps, moved, tool) = (0, MovedTexts::default(), product.tool().name);
        let mut journal = Journal { file, path, id, steps, product, moved };
        let argv: Vec<String> = std::env::args().map(|word| mask::text(&word).into()).collect();
        journal.line(&json!({
            "v": VERSION, "id": journal.id, "at": clock::now(), "tool": tool, "argv": argv,
            "context": home.context, "cluster": home.cluster, "as": home.as_user, "undoes": undoes,
        }))?;
        drop(File::open(&folder).and_then(|folder| folder.sync_all()));
        Ok(Some(journal))
    }

    /// Says which file is about to be written, and gives the step's number.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn before_file(&mut self, change: &FileChange) -> Result<usize, Failure> {
        let number = self.next();
        let splices = pieces::of(change, &self.moved);
        let splices = splices.map(|all| all.iter().map(Pieces::wire).collect::<Vec<_>>());
        self.line(&json!({
            "n": number, "file": change.path, "sha256": sum(&change.old), "after": sum(&change.new),
            "splices": splices,
        }))?;
        Ok(number)
    }

    /// Says which object is about to be changed, and gives the step's number. What is hidden everywhere
    /// else does not stand here: without it, the inverse is only good while the object is unchanged.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn before_object(&mut self, fixes: &[String], own: &ObjectDraft) -> Result<usize, Failure> {
        let number = self.next();
        // A document in a field has changes of its own; the rest of it is not kept.
        let inner = own.inner.as_ref();
        let splices = inner.and_then(|change| pieces::of(change, &self.moved));
        let splices = splices.map(|all| all.iter().map(Pieces::wire).collect::<Vec<_>>());
        let kept = if inner.is_some() { None } else { kept_inverse(self.product, own) };
        let inverse = kept.as_ref().map(|(inverse, _)| inverse);
        let was = match own.write {
            ApiWrite::Delete { .. } => kept_whole(self.product, &own.before),
            _ => None,
        };
        self.moved.take(&own.write);
        self.line(&json!({
            "n": number, "fixes": fixes, "verb": own.write.verb(), "object": own.write.object(),
            "uid": own.before["metadata"]["uid"], "rv": own.before["metadata"]["resourceVersion"],
            "inner": inner.map(|own| &own.path), "splices": splices,
            "innerAfter": inner.map(|own| sum(&own.new)), "innerBefore": inner.map(|own| sum(&own.old)),
            "was": was, "inverse": inverse, "whole": kept.as_ref().is_none_or(|(_, whole)| *whole),
        }))?;
        Ok(number)
    }

    /// Says what became of an object: `applied`, `refused`, `failed`, `unknown`; and as what it is stored.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn end_object(
        &mut self,
        number: usize,
        end: &str,
        stored: Option<&Value>,
    ) -> Result<(), Failure> {
        let metadata = stored.map(|own| &own["metadata"]);
        self.line(&json!({
            "n": number, "end": end, "uid": metadata.map(|own| &own["uid"]),
            "rv": metadata.map(|own| &own["resourceVersion"]), "after": stored.map(object_sum),
        }))
    }

    /// Says how it was verified: `yes`, `no`, `unknown`.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn verified(
        &mut self,
        number: usize,
        verified: &str,
        why: Option<&str>,
    ) -> Result<(), Failure> {
        let why = why.map(mask::text);
        self.line(&json!({ "n": number, "verified": verified, "why": why }))
    }

    /// Says that all that was to be made is made.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn complete(&mut self) -> Result<(), Failure> {
        self.line(&json!({ "complete": true }))
    }

    fn next(&mut self) -> usize {
        self.steps += 1;
        self.steps
    }

    /// Says what became of a file: `applied`, `refused`, `failed`.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn end(&mut self, number: usize, end: &str) -> Result<(), Failure> {
        self.line(&json!({ "n": number, "end": end }))
    }

    fn line(&mut self, value: &Value) -> Result<(), Failure> {
        let line = format!("{value}\n");
        let written = self.file.write_all(line.as_bytes()).and_then(|()| self.file.sync_data());
        written.map_err(|error| failed(&self.path, &error))
    }
}

/// The check sum of a text.
pub fn sum(text: &str) -> String {
    digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The check sum of an object as it is compared.
pub fn object_sum(object: &Value) -> String {
    sum(&fix::normal(object).to_string())
}

/// `$XDG_STATE_HOME/kubectl-igw/changes`, else below the home directory.
pub(super) fn folder() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let state = set("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let state = state.or_else(|| Some(PathBuf::from(set("HOME")?).join(".local/state")))?;
    Some(state.join("kubectl-igw/changes"))
}

/// The next name of today that is free.
fn create(folder: &Path) -> io::Result<(PathBuf, File)> {
    let day: String = clock::now().chars().take(10).filter(char::is_ascii_digit).collect();
    for number in 1.. {
        let path = folder.join(format!("{day}-{number}.jsonl"));
        let mut options = OpenOptions::new();
        options.append(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            other => return other.map(|file| (path, file)),
        }
    }
    Err(io::Error::other("no name is free"))
}

pub(super) fn number(id: &str) -> u64 {
    id.rsplit('-').next().and_then(|number| number.parse().ok()).unwrap_or_default()
}

pub(super) fn failed(path: &Path, error: &io::Error) -> Failure {
    let message = format!("cannot keep the journal in {}", path.display());
    Failure::failed(message).cause(error.to_string())
}
