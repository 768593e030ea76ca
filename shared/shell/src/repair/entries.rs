//! The journal of earlier runs.

use std::path::PathBuf;
use std::{fs, io};

use igw_core::kube::ObjRef;
use igw_core::text;
use json_patch::PatchOperation;
use serde_json::Value;

use super::journal::{JournalHome, VERSION, failed, folder, number};
use super::pieces::Pieces;
use crate::exit::Failure;

/// A file that a run changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalledFile {
    pub path: PathBuf,
    pub before: String,
    pub after: String,
    /// `None`: not kept, because a secret would stand in the journal.
    pub splices: Option<Vec<Pieces>>,
    /// Whether it is known to have been written.
    pub applied: bool,
}

/// An object that a run changed.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalledObject {
    pub object: ObjRef,
    /// `create`, `patch`, `delete`
    pub verb: String,
    /// As it was left; `None` where that is not known.
    pub uid: Option<String>,
    /// The check sum of what it was left as.
    pub after: Option<String>,
    /// `None`: not kept, because a secret would stand in the journal.
    pub inverse: Option<Vec<PatchOperation>>,
    /// What was deleted; `None`: nothing, or not kept, because a secret would stand in the journal.
    pub was: Option<Value>,
    /// The document in a field, if that was changed.
    pub inner: Option<JournalledFile>,
    /// Whether the inverse is only good while the object is as it was left.
    pub whole: bool,
    /// Whether it is known to have been changed.
    pub applied: bool,
    /// Whether it is known not to have been changed.
    pub unchanged: bool,
}

/// A run of before.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalEntry {
    pub id: String,
    /// RFC 3339.
    pub at: String,
    pub argv: Vec<String>,
    /// The run that it took back.
    pub undoes: Option<String>,
    pub home: JournalHome,
    /// Whether it went through to its end.
    pub complete: bool,
    pub files: Vec<JournalledFile>,
    pub objects: Vec<JournalledObject>,
}

impl JournalEntry {
    /// Whether the run ended in the middle of a step.
    pub fn is_open(&self) -> bool {
        self.files.iter().any(|file| !file.applied)
            || self.objects.iter().any(|own| !own.applied && !own.unchanged)
    }
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
    let mut objects: Vec<(u64, JournalledObject)> = Vec::new();
    let mut is_complete = false;
    for line in lines {
        is_complete |= line["complete"] == true;
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
        } else if line["object"].is_object() {
            objects.push((number, changed_object(&line)));
        } else if let Some(end) = line["end"].as_str() {
            if let Some((_, own)) = files.iter_mut().find(|(own, _)| *own == number) {
                own.applied = end == "applied";
            }
            if let Some((_, own)) = objects.iter_mut().find(|(own, _)| *own == number) {
                own.applied = end == "applied";
                own.unchanged = end == "refused" || end == "failed";
                own.after = line["after"].as_str().map(str::to_owned);
                own.uid = line["uid"].as_str().map(str::to_owned).or(own.uid.take());
            }
        }
    }
    let complete = is_complete || objects.is_empty();
    let said = |name: &str| head[name].as_str().map(text::clean);
    Ok(Some(JournalEntry {
        id: word(&head["id"]),
        at: word(&head["at"]),
        argv: head["argv"].as_array().into_iter().flatten().map(word).collect(),
        undoes: said("undoes"),
        complete,
        home: JournalHome {
            context: said("context"),
            cluster: said("cluster"),
            as_user: said("as"),
        },
        files: files.into_iter().map(|(_, own)| own).collect(),
        objects: objects.into_iter().map(|(_, own)| own).collect(),
    }))
}

fn changed_object(line: &Value) -> JournalledObject {
    let text = |name: &str| line["object"][name].as_str().map(text::clean);
    JournalledObject {
        object: ObjRef {
            api_version: text("apiVersion").unwrap_or_default(),
            kind: text("kind").unwrap_or_default(),
            namespace: text("namespace"),
            name: text("name").unwrap_or_default(),
        },
        verb: line["verb"].as_str().unwrap_or_default().to_owned(),
        uid: line["uid"].as_str().map(str::to_owned),
        after: None,
        inverse: serde_json::from_value(line["inverse"].clone()).ok(),
        was: Some(line["was"].clone()).filter(Value::is_object),
        inner: line["inner"].as_str().map(|at| JournalledFile {
            path: PathBuf::from(at),
            before: line["innerBefore"].as_str().unwrap_or_default().to_owned(),
            after: line["innerAfter"].as_str().unwrap_or_default().to_owned(),
            splices: splices(&line["splices"]),
            applied: false,
        }),
        whole: line["whole"] == true,
        applied: false,
        unchanged: false,
    }
}

fn splices(value: &Value) -> Option<Vec<Pieces>> {
    value.as_array()?.iter().map(Pieces::read).collect()
}
