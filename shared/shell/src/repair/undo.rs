//! `history` and `undo`.

use clap::Args;
use igw_core::{fix, text};
use serde_json::json;

use super::all::undo_line;
use super::file_change::{self, FileChange};
use super::journal::{Journal, JournalEntry, JournalledFile, entries, sum};
use super::keys::{self, Reply};
use super::write;
use crate::console::Console;
use crate::exit::{Exit, Failure};
use crate::flags::{ColourFlag, Output};
use crate::output::document;
use crate::product::Product;

#[derive(Debug, Clone, Default, Args)]
pub struct HistoryArgs {
    /// Print the list in this format
    #[arg(short, long, value_enum, default_value_t, hide_default_value = true)]
    pub output: Output,
    #[command(flatten)]
    pub colour: ColourFlag,
}

#[derive(Debug, Clone, Default, Args)]
pub struct UndoArgs {
    /// The run to take back, as history lists it; the last one if absent
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    /// Take it back without asking
    #[arg(short, long)]
    pub yes: bool,
    /// Lines around each change in a diff
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub diff_context: usize,
    #[command(flatten)]
    pub colour: ColourFlag,
}

/// Lists what was changed.
///
/// # Errors
/// When the journal cannot be read.
pub fn history(args: &HistoryArgs, console: &Console) -> Result<Exit, Failure> {
    let all = entries()?;
    if args.output != Output::Human {
        let list: Vec<_> = all.iter().map(|entry| wire(entry, &all)).collect();
        let list = json!({ "apiVersion": "igw.dev/v1alpha1", "kind": "History", "items": list });
        console.print(&document(&list, args.output)?)?;
        return Ok(Exit::Good);
    }
    let mut out = String::new();
    for entry in all.iter().rev() {
        let files: Vec<String> =
            entry.files.iter().map(|file| file.path.display().to_string()).collect();
        let what = format!("{}  {}  {}", entry.id, entry.at, text::some_of(&files, 3));
        out.push_str(&text::clean(&format!("{what}{}", state(entry, &all))));
        out.push('\n');
    }
    if all.is_empty() {
        out.push_str("Nothing was changed yet.\n");
    }
    console.say(&out)?;
    Ok(Exit::Good)
}

fn wire(entry: &JournalEntry, all: &[JournalEntry]) -> serde_json::Value {
    let file = |own: &JournalledFile| json!({ "file": own.path, "applied": own.applied });
    json!({
        "id": entry.id,
        "at": entry.at,
        "argv": entry.argv,
        "undoes": entry.undoes,
        "undoneBy": undone_by(entry, all).map(|by| &by.id),
        "files": entry.files.iter().map(file).collect::<Vec<_>>(),
    })
}

fn state(entry: &JournalEntry, all: &[JournalEntry]) -> String {
    match (&entry.undoes, undone_by(entry, all)) {
        (Some(undoes), _) => format!("  (took back {undoes})"),
        (None, Some(by)) => format!("  (taken back by {})", by.id),
        (None, None) if entry.files.iter().any(|file| !file.applied) => {
            "  (ended before it was done)".to_owned()
        }
        (None, None) => String::new(),
    }
}

fn undone_by<'a>(entry: &JournalEntry, all: &'a [JournalEntry]) -> Option<&'a JournalEntry> {
    all.iter().find(|other| other.undoes.as_ref() == Some(&entry.id))
}

/// Takes a run back.
///
/// # Errors
/// When there is none, or it cannot be taken back as things are.
pub fn undo(product: &dyn Product, args: &UndoArgs, console: &Console) -> Result<Exit, Failure> {
    let all = entries()?;
    let is_open =
        |entry: &&JournalEntry| entry.undoes.is_none() && undone_by(entry, &all).is_none();
    let entry = match &args.id {
        None => all.iter().rfind(is_open).ok_or_else(|| Failure::usage("there is nothing to undo")),
        Some(id) => all.iter().find(|entry| entry.id == *id).ok_or_else(|| {
            Failure::usage(format!("there is no run {id}")).hint("history lists them")
        }),
    }?;
    if let Some(by) = undone_by(entry, &all) {
        return Err(Failure::usage(format!("{} was taken back by {}", entry.id, by.id)));
    }
    let mut changes = Vec::new();
    for file in entry.files.iter().rev() {
        changes.extend(taken_back(file)?);
    }
    if changes.is_empty() {
        console.note(&format!("{}: all files are as they were before it", entry.id));
        return Ok(Exit::Good);
    }
    for change in &changes {
        let name = change.path.display().to_string();
        console.say(&fix::unified(&name, &change.old, &change.new, args.diff_context))?;
    }
    if !args.yes {
        if !keys::can_ask() {
            console.note(&format!("{} was not taken back: --yes does", entry.id));
            return Ok(Exit::Findings);
        }
        match keys::ask(&format!("Take back {}? [y]es [n]o (n) ", entry.id))? {
            Reply::Yes => {}
            Reply::Interrupt => return Ok(Exit::Interrupted),
            _ => return Ok(Exit::Refused),
        }
    }
    let mut journal = Journal::begin(product.tool().name, Some(&entry.id))?;
    write::in_place(&changes, journal.as_mut())?;
    console.note(&format!("{} {} was taken back", console.theme.tick(), entry.id));
    if let Some(before) = all.iter().filter(is_open).rfind(|other| other.id != entry.id) {
        let line = undo_line(product, &before.id).replacen("undo:", "next:", 1);
        console.note(&format!("{line}   (the run before)"));
    }
    Ok(Exit::Good)
}

/// The change that takes back what a run did to a file; `None` where the file is as before already.
fn taken_back(file: &JournalledFile) -> Result<Option<FileChange>, Failure> {
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
