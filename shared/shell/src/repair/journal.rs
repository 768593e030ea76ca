//! What was changed, and what takes it back: one file a run, a line a step, each on the disk before the
//! next is begun. A step without its end was in the making when the program was killed.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use igw_core::mask::{self, ObjectMask};
use igw_core::{fix, strings};
use json_patch::PatchOperation;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::drafted::ObjectDraft;
use super::file_change::FileChange;
use super::pieces::{self, Pieces};
use crate::clock;
use crate::cluster::Live;
use crate::exit::Failure;
use crate::flags::ClusterFlags;

/// The version of the lines.
pub(super) const VERSION: u64 = 1;

/// The journal of one run, while it goes on.
pub struct Journal {
    file: File,
    path: PathBuf,
    pub id: String,
    /// How many steps it has.
    steps: usize,
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
        tool: &str,
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
        let mut journal = Journal { file, path, id, steps: 0 };
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
        let splices = pieces::of(change);
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
        let splices = inner.and_then(pieces::of);
        let splices = splices.map(|all| all.iter().map(Pieces::wire).collect::<Vec<_>>());
        let kept = if inner.is_some() { None } else { without_secrets(own) };
        let inverse = kept.as_ref().map(|(inverse, _)| inverse);
        self.line(&json!({
            "n": number, "fixes": fixes, "verb": own.write.verb(), "object": own.write.object(),
            "uid": own.before["metadata"]["uid"], "rv": own.before["metadata"]["resourceVersion"],
            "inner": inner.map(|own| &own.path), "splices": splices,
            "innerAfter": inner.map(|own| sum(&own.new)), "innerBefore": inner.map(|own| sum(&own.old)),
            "inverse": inverse, "whole": kept.as_ref().is_none_or(|(_, whole)| *whole),
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

/// What takes an object back, without secrets, and whether it is only good while the object is as it
/// was left; `None`: it cannot be said without one.
fn without_secrets(own: &ObjectDraft) -> Option<(Vec<PatchOperation>, bool)> {
    let masked = |object: &Value| {
        let mut masked = object.clone();
        ObjectMask::default().apply(&mut masked);
        masked
    };
    let (before, after) = ((&own.before, masked(&own.before)), (&own.after, masked(&own.after)));
    let hides = |(object, masked): &(&Value, Value), at: &str, value: &Value| {
        let is_hidden = match (object.pointer(at), masked.pointer(at)) {
            (Some(is), Some(shown)) if is == value => is != shown,
            _ => false,
        };
        is_hidden || strings::of(value).any(|text| mask::text(text) != text)
    };
    let (mut out, mut whole) = (Vec::new(), false);
    for op in &own.inverse {
        match op {
            PatchOperation::Test(test) if hides(&after, test.path.as_str(), &test.value) => {
                whole = true;
            }
            PatchOperation::Add(add) if hides(&before, add.path.as_str(), &add.value) => {
                return None;
            }
            PatchOperation::Replace(new) if hides(&before, new.path.as_str(), &new.value) => {
                return None;
            }
            op => out.push(op.clone()),
        }
    }
    Some((out, whole))
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
