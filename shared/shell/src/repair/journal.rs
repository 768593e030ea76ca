//! What was changed, and what takes it back: one file a run, a line a step, each on the disk before the
//! next is begun (facts of a crash: a line without its end).

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use igw_core::fix::{self, Undone};
use igw_core::{mask, text};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::file_change::FileChange;
use crate::clock;
use crate::exit::{Exit, Failure};

/// The version of the lines.
const VERSION: u64 = 1;

/// The journal of one run, while it goes on.
pub struct Journal {
    file: File,
    path: PathBuf,
    pub id: String,
}

impl Journal {
    /// Begins one; `None` where the user has no place for it.
    ///
    /// # Errors
    /// When it cannot be written: then nothing may be changed.
    pub fn begin(tool: &str, undoes: Option<&str>) -> Result<Option<Journal>, Failure> {
        let Some(folder) = folder() else { return Ok(None) };
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder).map_err(|error| failed(&folder, &error))?;
        let (path, file) = create(&folder).map_err(|error| failed(&folder, &error))?;
        let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut journal = Journal { file, path, id };
        let argv: Vec<String> = std::env::args().map(|word| mask::text(&word).into()).collect();
        journal.line(&json!({
            "v": VERSION, "id": journal.id, "at": clock::now(), "tool": tool, "argv": argv,
            "context": null, "cluster": null, "as": null, "undoes": undoes,
        }))?;
        drop(File::open(&folder).and_then(|folder| folder.sync_all()));
        Ok(Some(journal))
    }

    /// Says what is about to be written.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn before(&mut self, number: usize, change: &FileChange) -> Result<(), Failure> {
        let splices = fix::undoing(&change.old, &change.new);
        // What is hidden everywhere else does not stand here.
        let shown = splices.iter().all(|own| mask::text(&own.old) == own.old);
        let splices: Vec<Value> =
            splices.iter().map(|own| json!([own.from, own.to, own.old])).collect();
        self.line(&json!({
            "n": number, "file": change.path, "sha256": sum(&change.old), "after": sum(&change.new),
            "splices": shown.then_some(splices),
        }))
    }

    /// Says what became of it: `applied`, `refused`, `failed`.
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

/// A file that a run changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalledFile {
    pub path: PathBuf,
    pub before: String,
    pub after: String,
    /// `None`: not kept, because a secret would stand in the journal.
    pub splices: Option<Vec<Undone>>,
    /// Whether it is known to have been written.
    pub applied: bool,
}

/// A run of before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    pub id: String,
    /// RFC 3339.
    pub at: String,
    pub argv: Vec<String>,
    /// The run that it took back.
    pub undoes: Option<String>,
    pub files: Vec<JournalledFile>,
}

/// All runs that are kept, the oldest first.
///
/// # Errors
/// When the journal cannot be read, or a newer version wrote it.
pub fn entries() -> Result<Vec<JournalEntry>, Failure> {
    let Some(folder) = folder() else { return Ok(Vec::new()) };
    let read = match fs::read_dir(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(|error| failed(&folder, &error))?,
    };
    let mut paths: Vec<PathBuf> = read.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "jsonl"));
    let mut out = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).map_err(|error| failed(&path, &error))?;
        out.extend(
            entry(&text).map_err(|why| Failure::usage(format!("{}: {why}", path.display())))?,
        );
    }
    out.sort_by_key(|entry| (entry.at.clone(), number(&entry.id)));
    Ok(out)
}

fn entry(content: &str) -> Result<Option<JournalEntry>, String> {
    let mut lines = content.lines().map_while(|line| serde_json::from_str::<Value>(line).ok());
    // Ended before its first line was whole: nothing was changed.
    let Some(head) = lines.next() else { return Ok(None) };
    if head["v"] != VERSION {
        return Err("it was written by another version of the program".to_owned());
    }
    let word = |value: &Value| text::clean(value.as_str().unwrap_or_default());
    let mut files: Vec<(u64, JournalledFile)> = Vec::new();
    for line in lines {
        let number = line["n"].as_u64().unwrap_or_default();
        if let Some(path) = line["file"].as_str() {
            let changed = JournalledFile {
                path: PathBuf::from(path),
                before: word(&line["sha256"]),
                after: word(&line["after"]),
                splices: splices(&line["splices"]),
                applied: false,
            };
            files.push((number, changed));
        } else if line["end"] == "applied"
            && let Some((_, own)) = files.iter_mut().find(|(own, _)| *own == number)
        {
            own.applied = true;
        }
    }
    Ok(Some(JournalEntry {
        id: word(&head["id"]),
        at: word(&head["at"]),
        argv: head["argv"].as_array().into_iter().flatten().map(word).collect(),
        undoes: head["undoes"].as_str().map(str::to_owned),
        files: files.into_iter().map(|(_, own)| own).collect(),
    }))
}

fn splices(value: &Value) -> Option<Vec<Undone>> {
    let byte = |value: &Value| usize::try_from(value.as_u64()?).ok();
    let one = |own: &Value| {
        Some(Undone { from: byte(&own[0])?, to: byte(&own[1])?, old: own[2].as_str()?.to_owned() })
    };
    value.as_array()?.iter().map(one).collect()
}

/// The check sum of a text.
pub fn sum(text: &str) -> String {
    digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `$XDG_STATE_HOME/kubectl-igw/changes`, else below the home directory.
fn folder() -> Option<PathBuf> {
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

fn number(id: &str) -> u64 {
    id.rsplit('-').next().and_then(|number| number.parse().ok()).unwrap_or_default()
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    let message = format!("cannot keep the journal in {}", path.display());
    Failure { exit: Exit::Failed, ..Failure::usage(message) }.cause(error.to_string())
}
